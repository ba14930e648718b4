//! The message and the collection of messages.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::{Colour, SourceText, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input is used, perhaps not as it was meant.
    Warning,
    /// Something worth knowing.
    Note,
}

/// A marked place with a few words on what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text that the place is in.
    pub source: Arc<SourceText>,
    /// The place.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One message. Lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name, such as `unknown-column`.
    pub code: &'static str,
    /// What is wrong.
    pub title: String,
    /// Where; `None` for a message about a whole file or argument.
    pub label: Option<Label>,
    /// What to write instead; can be pasted.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, title: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, title: title.into(), label: None, help: None }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, title: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Self::error(code, title) }
    }

    /// A note without a place.
    pub fn note(code: &'static str, title: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Note, ..Self::error(code, title) }
    }

    /// Marks the place.
    pub fn at(mut self, source: &Arc<SourceText>, span: Span, text: impl Into<String>) -> Self {
        self.label = Some(Label { source: source.clone(), span, text: text.into() });
        self
    }

    /// Whether the input cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Says what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All messages of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds all messages of another collection.
    pub fn extend(&mut self, other: Diagnostics) {
        self.items.extend(other.items);
    }

    /// Sorts by file, place and severity; messages without a place come first.
    pub fn sort(&mut self) {
        self.items.sort_by(|a, b| {
            fn place(diagnostic: &Diagnostic) -> Option<(&str, Span)> {
                diagnostic.label.as_ref().map(|label| (label.source.name.as_str(), label.span))
            }
            place(a).cmp(&place(b)).then(a.severity.cmp(&b.severity))
        });
    }

    /// The messages.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// The number of messages.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(Diagnostic::is_error)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics { items: vec![diagnostic] }
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Diagnostics { items: diagnostics.into_iter().collect() }
    }
}

/// The text of [`Diagnostics::render`] without colours.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Colour::Off))
    }
}

impl Error for Diagnostics {}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            severity: Severity,
            code: &'a str,
            title: &'a str,
            file: Option<&'a str>,
            line: Option<u32>,
            column: Option<u32>,
            label: Option<&'a str>,
            help: Option<&'a str>,
        }
        let place = self.label.as_ref().map(|label| label.source.place(label.span.start));
        let form = Form {
            severity: self.severity,
            code: self.code,
            title: &self.title,
            file: self.label.as_ref().map(|label| label.source.name.as_str()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            label: self.label.as_ref().map(|label| label.text.as_str()),
            help: self.help.as_deref(),
        };
        form.serialize(serializer)
    }
}

impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}
