//! What is promised of any bytes that are given as a file of denial constraints of HoloClean.

use lustrate_diagnostic::{Severity, SourceText, Span};
use lustrate_rules::{Form, Parsed, parse_as};

use crate::rule_text::{hold_in, text_of};

/// Holds the promises of rule files against the bytes in this form, and that no line is passed over in silence.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    let Some(source) = text_of(bytes) else { return };
    hold_in(&source, Form::HoloClean);
    every_line_is_a_rule_or_has_a_message(&source, &parse_as(&source, Form::HoloClean));
}

fn every_line_is_a_rule_or_has_a_message(source: &SourceText, parsed: &Parsed) {
    // Of what is probably no rule file not all is told.
    if parsed.diagnostics.iter().any(|told| told.code == "no-rule-file") {
        return;
    }
    let mut start = 0;
    for line in source.text.split('\n') {
        let place = Span::new(start, start + line.len());
        start = place.end + 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let within = |span: Span| place.start <= span.start && span.end <= place.end;
        let errors = parsed.diagnostics.iter().filter(|told| told.severity == Severity::Error);
        let mut places = errors.filter_map(|told| told.label.as_ref()).map(|label| label.span);
        let is_rule = parsed.rules.iter().any(|written| within(written.span()));
        assert!(is_rule || places.any(within), "nothing is said of `{line}`");
    }
}
