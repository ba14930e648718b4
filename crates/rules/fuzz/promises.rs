//! What the crate promises of any bytes that are given to it as a rule file.
//!
//! The fuzz target holds it against made-up bytes, and a test of the crate against the rule files of the project, so
//! that it is built and run with all other tests.

use std::sync::Arc;

use lustrate_diagnostic::{Colour, Diagnostic, Diagnostics, SourceText, Span};
use lustrate_rules::{Form, Rules, bind_what_fits, bind_without_table, format, parse_as};
use lustrate_table::{Attribute, Kind, Schema};

const FORMS: [Form; 4] = [Form::Lustrate, Form::HoloClean, Form::Dependencies, Form::Json];

/// So many messages of a text are shown: drawing one takes longer than all else, and `columns q1..q10000` has as many.
const SHOWN: usize = 20;

/// Reads the bytes in every form, shows all messages, binds what fits, and prints it and reads it again.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    let source = match SourceText::decode("x.rules", bytes) {
        Ok(source) => Arc::new(source),
        Err(diagnostic) => {
            let label = diagnostic.label.as_ref().expect("what is no text has a place");
            lies_within(label.span, &label.source.text);
            diagnostic.render(Colour::On);
            return;
        }
    };
    for form in FORMS {
        let parsed = parse_as(&source, form);
        are_sound(&parsed.diagnostics, &source);
        parsed.rules.iter().for_each(|written| lies_within(written.span(), &source.text));
        let (_, messages) = bind_what_fits(&parsed.rules, &schema());
        are_sound(&messages, &source);
        let (_, _, messages) = bind_without_table(&parsed.rules);
        are_sound(&messages, &source);
        is_read_back(&parsed.rules);
    }
    has_one_canonical_form(&source);
}

/// A few columns, of text and of numbers, some of which are words of the language.
fn schema() -> Schema {
    let names = ["zip", "City", "x y", "a", "b", "table", "date", "q1"];
    let attributes = names.iter().zip([Kind::Text, Kind::Number].iter().cycle());
    let attributes = attributes.map(|(name, &kind)| Attribute { name: (*name).to_owned(), kind });
    Schema::new(attributes.collect()).expect("the names differ")
}

fn are_sound(messages: &Diagnostics, source: &SourceText) {
    messages.iter().for_each(|diagnostic| is_sound(diagnostic, source));
    messages.iter().take(SHOWN).cloned().collect::<Diagnostics>().render(Colour::On);
}

fn is_sound(diagnostic: &Diagnostic, source: &SourceText) {
    match &diagnostic.label {
        Some(label) => lies_within(label.span, &source.text),
        None => assert_eq!(diagnostic.code, "no-rule-file", "only a file as a whole has no place: {diagnostic:?}"),
    }
    assert!(diagnostic.help.as_deref().is_some_and(|help| !help.is_empty()), "no mend: {diagnostic:?}");
}

fn lies_within(span: Span, text: &str) {
    let within = span.start <= span.end && text.get(span.start..span.end).is_some();
    assert!(within, "{}..{} is no part of a text of {} bytes", span.start, span.end, text.len());
}

fn is_read_back(rules: &Rules) {
    let printed = rules.to_string();
    let again = parse_as(&Arc::new(SourceText::new("printed.rules", printed.as_str())), Form::Lustrate);
    assert!(again.diagnostics.is_empty(), "{printed}\n{}", again.diagnostics);
    assert_eq!(&again.rules, rules, "{printed}");
    assert_eq!(again.rules.to_string(), printed);
}

/// The canonical form of a text without mistakes is its own canonical form and says the same.
fn has_one_canonical_form(source: &Arc<SourceText>) {
    let Ok(canonical) = format(source) else { return };
    let rules = parse_as(source, Form::of(source)).rules;
    let source = Arc::new(SourceText::new("canonical.rules", canonical.as_str()));
    let again = parse_as(&source, Form::Lustrate);
    assert!(again.diagnostics.is_empty(), "{canonical}\n{}", again.diagnostics);
    assert_eq!(again.rules, rules, "{canonical}");
    assert_eq!(format(&source).as_ref(), Ok(&canonical));
}
