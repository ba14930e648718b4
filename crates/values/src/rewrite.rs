//! Ways to write a value otherwise: what a `rewrite` rule says, and what is learned from values that a person corrected.
//!
//! A rewrite looks at one text and nothing else. Where it does not fit a text it says nothing of it.

mod template;

use std::fmt;

use regex::Regex;

pub use template::{Operation, Part, Template, TemplateError};

/// One way to write values otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// A whole value becomes another; `None` is a missing value.
    Value {
        /// What is written.
        from: Option<String>,
        /// What is meant.
        to: Option<String>,
    },
    /// Every occurrence of a text within a value becomes another.
    Every {
        /// What is written; not empty.
        from: String,
        /// What is meant.
        to: String,
    },
    /// A value that a pattern matches from end to end is put together anew from what its groups match.
    Pattern {
        /// What the value looks like.
        pattern: Whole,
        /// What becomes of it.
        to: Template,
    },
}

impl Rewrite {
    /// What becomes of a value; `None` where the rewrite does not fit it, or where it leaves it as it is.
    pub fn apply(&self, text: Option<&str>) -> Option<Option<String>> {
        let new = match self {
            Rewrite::Value { from, to } => (from.as_deref() == text).then(|| to.clone())?,
            Rewrite::Every { from, to } => {
                let text = text.filter(|text| !from.is_empty() && text.contains(from.as_str()))?;
                Some(text.replace(from.as_str(), to))
            }
            Rewrite::Pattern { pattern, to } => Some(to.fill(&pattern.0.captures(text?)?)?),
        };
        (new.as_deref() != text).then_some(new)
    }
}

/// A regular expression that matches a text from end to end. Two are the same if they are written alike.
#[derive(Clone, Debug)]
pub struct Whole(Regex, String);

impl Whole {
    /// Compiles an expression, which needs no anchors.
    ///
    /// # Errors
    /// What the expression lacks, as the compiler says it.
    pub fn new(written: &str) -> Result<Self, regex::Error> {
        // The expression alone is compiled first, so that a bracket of ours cannot close one of its own.
        Regex::new(written)?;
        Ok(Whole(Regex::new(&format!("^(?:{written})$"))?, written.to_owned()))
    }

    /// The expression as it is written, without anchors.
    pub fn written(&self) -> &str {
        &self.1
    }

    /// The number of its groups.
    pub fn groups(&self) -> usize {
        self.0.captures_len() - 1
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}

impl Eq for Whole {}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(pattern: &str, to: &str) -> Rewrite {
        Rewrite::Pattern { pattern: Whole::new(pattern).unwrap(), to: Template::parse(to).unwrap() }
    }

    fn rewritten(rewrite: &Rewrite, text: &str) -> Option<String> {
        rewrite.apply(Some(text)).map(Option::unwrap_or_default)
    }

    #[test]
    fn a_pattern_puts_a_value_together_anew() {
        let swap = pattern(r"(\d+)/(\d+)/(\d{4})", "{2 pad 2}.{1 pad 2}.{3 last 2}");
        assert_eq!(rewritten(&swap, "3/14/2015"), Some("14.03.15".into()));
        assert_eq!(rewritten(&swap, "3/14/15"), None);
    }

    #[test]
    fn what_stays_as_it_is_is_no_rewrite() {
        assert_eq!(rewritten(&pattern("(.*)", "{1 upper}"), "NY"), None);
        assert_eq!(rewritten(&pattern("0*(.*)", "{1}"), "00184"), Some("184".into()));
    }

    #[test]
    fn an_operation_that_does_not_fit_leaves_the_value() {
        let month = pattern(r"(\d+)-(\d+)", "{2} {1 month name}");
        assert_eq!(rewritten(&month, "3-14"), Some("14 Mar".into()));
        assert_eq!(rewritten(&month, "31-14"), None);
    }

    #[test]
    fn a_missing_value_is_a_value() {
        let fill = Rewrite::Value { from: None, to: Some("0".into()) };
        assert_eq!(fill.apply(None), Some(Some("0".into())));
        assert_eq!(fill.apply(Some("")), None);
        let empty = Rewrite::Value { from: Some("n/a".into()), to: None };
        assert_eq!(empty.apply(Some("n/a")), Some(None));
    }

    #[test]
    fn every_occurrence_is_written_otherwise() {
        let every = Rewrite::Every { from: "Ã©".into(), to: "é".into() };
        assert_eq!(rewritten(&every, "rÃ©sumÃ©"), Some("résumé".into()));
        assert_eq!(rewritten(&every, "resume"), None);
    }
}
