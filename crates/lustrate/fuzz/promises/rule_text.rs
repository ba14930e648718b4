//! What is promised of every text that is read in one form of rule file.

use std::sync::Arc;

use lustrate_diagnostic::{Colour, Diagnostics, SourceText};
use lustrate_rules::{Form, Rules, bind_what_fits, bind_without_table, parse_as};
use lustrate_table::{Attribute, Kind, Schema};

use crate::messages::{are_sound, has_mend, lies_within};

/// The text of the bytes; `None` where they are none, which is told with its place.
pub fn text_of(bytes: &[u8]) -> Option<Arc<SourceText>> {
    match SourceText::decode("x.rules", bytes) {
        Ok(source) => Some(Arc::new(source)),
        Err(diagnostic) => {
            let label = diagnostic.label.as_ref().expect("what is no text has a place");
            lies_within(label.span, &label.source.text);
            diagnostic.render(Colour::On);
            None
        }
    }
}

/// Holds the promises against a text in one form.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold_in(source: &Arc<SourceText>, form: Form) {
    let parsed = parse_as(source, form);
    have_places(&parsed.diagnostics);
    parsed.rules.iter().for_each(|written| lies_within(written.span(), &source.text));
    let (_, messages) = bind_what_fits(&parsed.rules, &schema());
    have_places(&messages);
    let (_, _, messages) = bind_without_table(&parsed.rules);
    have_places(&messages);
    is_read_back(&parsed.rules);
}

/// A few columns, of text and of numbers, some of which are words of the language.
fn schema() -> Schema {
    let names = ["zip", "City", "x y", "a", "b", "table", "date", "q1"];
    let attributes = names.iter().zip([Kind::Text, Kind::Number].iter().cycle());
    let attributes = attributes.map(|(name, &kind)| Attribute { name: (*name).to_owned(), kind });
    Schema::new(attributes.collect()).expect("the names differ")
}

/// Only a message about a rule file as a whole has no place; warnings and notes have a mend too.
fn have_places(messages: &Diagnostics) {
    are_sound(messages);
    assert!(messages.iter().all(has_mend), "no mend:\n{messages}");
    let without = messages.iter().find(|diagnostic| diagnostic.label.is_none() && diagnostic.code != "no-rule-file");
    assert!(without.is_none(), "no place: {without:?}");
}

fn is_read_back(rules: &Rules) {
    let printed = rules.to_string();
    let again = parse_as(&Arc::new(SourceText::new("printed.rules", printed.as_str())), Form::Lustrate);
    assert!(again.diagnostics.is_empty(), "{printed}\n{}", again.diagnostics);
    assert_eq!(&again.rules, rules, "{printed}");
    assert_eq!(again.rules.to_string(), printed);
}
