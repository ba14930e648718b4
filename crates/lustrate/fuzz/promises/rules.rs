//! What is promised of any bytes that are given as a rule file, whatever its form.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, format, parse_as, to_json};

use crate::rule_text::{hold_in, text_of};

const FORMS: [Form; 4] = [Form::Lustrate, Form::HoloClean, Form::Dependencies, Form::Json];

/// Reads the bytes in every form, shows all messages, binds what fits, and prints it and reads it again.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    let Some(source) = text_of(bytes) else { return };
    FORMS.into_iter().for_each(|form| hold_in(&source, form));
    has_one_canonical_form(&source);
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
    let json = to_json(&source).expect("the canonical form has no mistake");
    let again = parse_as(&Arc::new(SourceText::new("canonical.json", json.as_str())), Form::Json);
    assert!(again.diagnostics.is_empty(), "{json}\n{}", again.diagnostics);
    assert_eq!(again.rules, rules, "{json}");
}
