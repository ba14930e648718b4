//! What is promised of every message: a place within the text, and of every error a mend.

use lustrate_diagnostic::{Colour, Diagnostic, Diagnostics, Span};

/// So many messages of a text are shown: drawing one takes longer than all else, and `columns q1..q10000` has as many.
const SHOWN: usize = 20;

/// Holds the promises of messages against all of them, and shows the first.
///
/// # Panics
/// If one of the promises is broken.
pub fn are_sound(messages: &Diagnostics) {
    messages.iter().for_each(is_sound);
    messages.iter().take(SHOWN).cloned().collect::<Diagnostics>().render(Colour::On);
}

/// Holds the promises of messages against one.
///
/// # Panics
/// If one of the promises is broken.
pub fn is_sound(diagnostic: &Diagnostic) {
    if let Some(label) = &diagnostic.label {
        lies_within(label.span, &label.source.text);
    }
    assert!(!diagnostic.title.is_empty(), "nothing is said: {diagnostic:?}");
    assert!(!diagnostic.is_error() || has_mend(diagnostic), "no mend: {diagnostic:?}");
}

/// Whether it says what to write instead.
pub fn has_mend(diagnostic: &Diagnostic) -> bool {
    diagnostic.help.as_deref().is_some_and(|help| !help.is_empty())
}

/// Holds against a place that it is one of the text.
///
/// # Panics
/// If it is none.
pub fn lies_within(span: Span, text: &str) {
    let within = span.start <= span.end && text.get(span.start..span.end).is_some();
    assert!(within, "{}..{} is no part of a text of {} bytes", span.start, span.end, text.len());
}
