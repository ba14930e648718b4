//! Names of columns and rules, as written.

use std::fmt;

use lustrate_diagnostic::Span;
pub use lustrate_values::quoted;

use crate::keywords::is_reserved;

/// A place that takes no part in equality: a rule is the same rule wherever it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At(pub Span);

impl Default for At {
    fn default() -> Self {
        At(Span::new(0, 0))
    }
}

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

/// A name and its place. It displays with quotes where the language asks for them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    /// The name itself, without quotes.
    pub text: String,
    /// Where it was written.
    pub at: At,
}

impl Name {
    /// A name that was read at a place.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Name { text: text.into(), at: At(span) }
    }

    /// A name that comes from code; it gets a place when its rule is composed.
    pub fn unplaced(text: impl Into<String>) -> Self {
        Name { text: text.into(), at: At::default() }
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        self.at.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(&self.text) && !is_reserved(&self.text) {
            f.write_str(&self.text)
        } else {
            f.write_str(&quoted(&self.text))
        }
    }
}

/// A column's name as the language writes it: in quotes where it needs them.
///
/// ```
/// assert_eq!(["zip", "Date of Birth", "table"].map(lustrate_rules::column_name), ["zip", "\"Date of Birth\"", "\"table\""]);
/// ```
pub fn column_name(name: &str) -> String {
    Name::unplaced(name).to_string()
}

/// The name of a rule, which may be a keyword: the colon behind it leaves no doubt.
pub(crate) fn label(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { quoted(name) }
}

/// Names with commas between them, as a statement lists them.
pub(crate) fn listed(names: &[Name]) -> String {
    names.iter().map(Name::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether a name is `[A-Za-z_][A-Za-z0-9_]*`.
pub(crate) fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_quotes_get_them() {
        let shown = |name: &str| Name::unplaced(name).to_string();
        assert_eq!(shown("zip_1"), "zip_1");
        assert_eq!(shown("Date of Birth"), "\"Date of Birth\"");
        assert_eq!(shown("table"), "\"table\"");
        assert_eq!(shown(""), "\"\"");
        assert_eq!(shown("a\"\\\n"), r#""a\"\\\n""#);
    }
}
