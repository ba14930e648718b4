//! Ways to write a value otherwise: what a `rewrite` rule says, and what is learned from values that a person corrected.
//!
//! A rewrite looks at one text and nothing else. Where it does not fit a text it says nothing of it.

mod template;
mod words;

use std::fmt;

use regex::Regex;

use crate::literal::{between_slashes, on_a_line, quoted};
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

    /// Whether it can be seen to leave every value as it is.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Rewrite::Value { from, to } => from == to,
            Rewrite::Every { from, to } => from == to || from.is_empty(),
            Rewrite::Pattern { pattern, to } => pattern.is_one_group() && to.parts == [Part::Group(1, Vec::new())],
        }
    }
}

/// What becomes of a value by several rewrites, and which of them make it so; `None` where none changes it.
///
/// Of those of whole values and of patterns the first is taken that makes something else of the value; where none does,
/// the first that does so of the value without the blanks around it. Then all [`Rewrite::Every`] are made, in order.
pub fn rewrite<'a>(rewrites: &'a [Rewrite], text: Option<&str>) -> Option<(Option<String>, Vec<&'a Rewrite>)> {
    let is_every = |rewrite: &&Rewrite| matches!(rewrite, Rewrite::Every { .. });
    let first = |text: Option<&str>| {
        let mut whole = rewrites.iter().filter(|rewrite| !is_every(rewrite));
        whole.find_map(|rewrite| Some((rewrite.apply(text)?, rewrite)))
    };
    let trimmed = || {
        let trimmed = text.map(str::trim).filter(|trimmed| Some(*trimmed) != text)?;
        first(Some(trimmed))
    };
    let (mut now, mut by) = match first(text).or_else(trimmed) {
        Some((new, rewrite)) => (new, vec![rewrite]),
        None => (text.map(str::to_owned), Vec::new()),
    };
    for rewrite in rewrites.iter().filter(is_every) {
        if let Some(new) = rewrite.apply(now.as_deref()) {
            now = new;
            by.push(rewrite);
        }
    }
    (now.as_deref() != text).then_some((now, by))
}

/// As the rule language writes it: `/0+(\d+)/ -> "{1}"`.
impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| "null".to_owned(), quoted);
        match self {
            Rewrite::Value { from, to } => write!(f, "{} -> {}", value(from), value(to)),
            Rewrite::Every { from, to } => write!(f, "every {} -> {}", quoted(from), quoted(to)),
            Rewrite::Pattern { pattern, to } => {
                write!(f, "{} -> {}", between_slashes(pattern.written()), quoted(&to.to_string()))
            }
        }
    }
}

/// A regular expression that matches a text from end to end. Two are the same if they are written alike.
#[derive(Clone, Debug)]
pub struct Whole(Regex, String);

impl Whole {
    /// Compiles an expression, which needs no anchors. It is kept as it can stand between slashes, on one line.
    ///
    /// # Errors
    /// What the expression lacks, as the compiler says it.
    pub fn new(written: &str) -> Result<Self, regex::Error> {
        let written = &on_a_line(written);
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

    /// Whether one group is seen to be all of it, so that what the group matches is the whole value.
    fn is_one_group(&self) -> bool {
        let inner = self.1.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.map(|inner| inner.replace("\\\\", ""));
        self.groups() == 1 && inner.is_some_and(|inner| !inner.contains(['(', ')']) && !inner.ends_with('\\'))
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
    fn what_is_seen_to_change_nothing_is_told() {
        for (expression, to, nothing) in [
            ("(.*)", "{1}", true),
            (r"(\d+\\)", "{1}", true),
            (r"(\d+\)", "x", false),
            ("(a)b", "{1}", false),
            ("(a|(b))", "{1}", false),
            ("(.*)", "{1 upper}", false),
        ] {
            let Ok(whole) = Whole::new(expression) else { continue };
            let rewrite = Rewrite::Pattern { pattern: whole, to: Template::parse(to).unwrap() };
            assert_eq!(rewrite.changes_nothing(), nothing, "{rewrite}");
        }
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
    fn of_several_the_first_that_fits_is_taken_and_every_after_it() {
        let value = |from: &str, to: &str| Rewrite::Value { from: Some(from.into()), to: Some(to.into()) };
        let every = Rewrite::Every { from: "a".into(), to: "o".into() };
        let all = [every, value("Calif.", "CA"), pattern("(.*)[.]", "{1}"), value("CA", "x")];
        let made = |text: &str| rewrite(&all, Some(text)).map(|(new, by)| (new.unwrap_or_default(), by.len()));
        assert_eq!(made("Calif."), Some(("CA".into(), 1)));
        assert_eq!(made("Iowa."), Some(("Iowo".into(), 2)));
        assert_eq!(made("Ohio"), None);
        assert_eq!(rewrite(&all, None), None);
    }

    #[test]
    fn blanks_around_a_value_are_taken_away_only_with_what_fits_without_them() {
        let all = [pattern(r"(\d+) kg", "{1}")];
        assert_eq!(rewrite(&all, Some(" 3 kg ")).map(|(new, _)| new), Some(Some("3".into())));
        assert_eq!(rewrite(&all, Some(" 3 ")), None);
        let fill = [Rewrite::Value { from: None, to: Some("none".into()) }];
        assert_eq!([Some("3"), Some(" 3"), Some("")].map(|text| rewrite(&fill, text)), [None, None, None]);
    }

    #[test]
    fn a_rewrite_is_printed_as_a_rule_writes_it() {
        let every = Rewrite::Every { from: "\"".into(), to: "".into() };
        assert_eq!(every.to_string(), r#"every "\"" -> """#);
        assert_eq!(pattern(r"(\d+)/\d+", "{1 pad 2}\\").to_string(), r#"/(\d+)\/\d+/ -> "{1 pad 2}\\""#);
        assert_eq!(Rewrite::Value { from: Some("?".into()), to: None }.to_string(), r#""?" -> null"#);
    }

    #[test]
    fn every_occurrence_is_written_otherwise() {
        let every = Rewrite::Every { from: "Ã©".into(), to: "é".into() };
        assert_eq!(rewritten(&every, "rÃ©sumÃ©"), Some("résumé".into()));
        assert_eq!(rewritten(&every, "resume"), None);
    }
}
