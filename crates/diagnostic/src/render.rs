//! Messages as text, in the form of rustc.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{Diagnostic, Diagnostics, Severity};

/// Whether the text may hold colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// With escape sequences of a terminal.
    On,
}

impl Diagnostics {
    /// All messages, one below the other, each ended by a line end; a blank line between them.
    pub fn render(&self, colour: Colour) -> String {
        let messages: Vec<_> = self.iter().map(|diagnostic| diagnostic.render(colour)).collect();
        messages.join("\n")
    }
}

impl Diagnostic {
    /// This message, ended by a line end.
    pub fn render(&self, colour: Colour) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(&self.title).id(self.code));
        if let Some(label) = &self.label {
            let end = label.source.text.len();
            let span = label.span.start.min(end)..label.span.end.min(end);
            let snippet = Snippet::source(&label.source.text).path(&label.source.name);
            group = group.element(snippet.annotation(AnnotationKind::Primary.span(span).label(&label.text)));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        let renderer = match colour {
            Colour::Off => Renderer::plain(),
            Colour::On => Renderer::styled(),
        };
        let mut text = renderer.render(&[group]);
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{SourceText, Span};

    #[test]
    fn a_message_shows_place_label_and_mend() {
        let source = Arc::new(SourceText::new("hospital.rules", "zip: fd zipcode -> city\n"));
        let diagnostic = Diagnostic::error("unknown-column", "no column `zipcode`")
            .at(&source, Span::new(8, 15), "not in the header")
            .help("write `zip`");
        let expected = "\
error[unknown-column]: no column `zipcode`
  --> hospital.rules:1:9
   |
 1 | zip: fd zipcode -> city
   |         ^^^^^^^ not in the header
   |
   = help: write `zip`
";
        let text = diagnostic.render(Colour::Off);
        let trim = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        assert_eq!(trim(&text), trim(expected));
    }
}
