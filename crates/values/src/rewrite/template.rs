//! What a value is put together from: `{2 pad 2}/{1}`.

use std::fmt;

use regex::Captures;

use crate::print_number;
use lustrate_table::parse_number;

/// Texts and groups in turn. Written with the groups of the pattern in braces, by number from 1, each with what is done to
/// it; `{{` and `}}` are braces.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Template {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// This text.
    Text(String),
    /// What a group matches, by its number from 1, after these operations in turn.
    Group(usize, Vec<Operation>),
}

impl Part {
    /// The number of the group, if it is one.
    pub fn group(&self) -> Option<usize> {
        match self {
            Part::Text(_) => None,
            Part::Group(number, _) => Some(*number),
        }
    }
}

/// What is done to a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// `pad 2`: zeros before it, up to this many characters.
    Pad(usize),
    /// `strip zeros`: without the zeros before it.
    StripZeros,
    /// `month name`: 3 becomes Mar.
    MonthName,
    /// `month number`: Mar becomes 3.
    MonthNumber,
    /// `first 3`: this many characters at its start.
    First(usize),
    /// `last 2`: this many characters at its end.
    Last(usize),
    /// `upper`
    Upper,
    /// `lower`
    Lower,
    /// `title`: a capital at the start of each word, small letters behind.
    Title,
    /// `trim`: without blanks around it.
    Trim,
    /// `number`: the number that it is, in its shortest form.
    Number,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The operations, as messages list them.
const OPERATIONS: &str = "`pad 2`, `strip zeros`, `month name`, `month number`, `first 2`, `last 2`, `upper`, `lower`, \
                          `title`, `trim` and `number`";

impl Operation {
    /// Does it; `None` where it does not fit the text.
    pub fn apply(self, text: &str) -> Option<String> {
        Some(match self {
            Operation::Pad(width) => {
                let lacks = width.saturating_sub(text.chars().count());
                format!("{}{text}", "0".repeat(lacks))
            }
            Operation::StripZeros => {
                let stripped = text.trim_start_matches('0');
                if stripped.starts_with(|c: char| c.is_ascii_digit()) || text.is_empty() {
                    stripped.to_owned()
                } else {
                    text.strip_prefix('0').map_or_else(|| text.to_owned(), |_| format!("0{stripped}"))
                }
            }
            Operation::MonthName => {
                let month: usize = text.parse().ok()?;
                MONTHS.get(month.checked_sub(1)?)?.to_string()
            }
            Operation::MonthNumber => {
                let start: String = text.chars().take(3).collect();
                let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(&start))?;
                (month + 1).to_string()
            }
            Operation::First(length) => text.chars().take(length).collect(),
            Operation::Last(length) => {
                let skipped = text.chars().count().saturating_sub(length);
                text.chars().skip(skipped).collect()
            }
            Operation::Upper => text.to_uppercase(),
            Operation::Lower => text.to_lowercase(),
            Operation::Title => crate::LetterCase::Title.apply(text),
            Operation::Trim => text.trim().to_owned(),
            Operation::Number => print_number(parse_number(text)?),
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Pad(width) => write!(f, "pad {width}"),
            Operation::StripZeros => f.write_str("strip zeros"),
            Operation::MonthName => f.write_str("month name"),
            Operation::MonthNumber => f.write_str("month number"),
            Operation::First(length) => write!(f, "first {length}"),
            Operation::Last(length) => write!(f, "last {length}"),
            Operation::Upper => f.write_str("upper"),
            Operation::Lower => f.write_str("lower"),
            Operation::Title => f.write_str("title"),
            Operation::Trim => f.write_str("trim"),
            Operation::Number => f.write_str("number"),
        }
    }
}

/// Why a template cannot be read, with the place of the character at which it ends to make sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong, in words: "`{1 padd}` has no operation `padd`".
    pub message: String,
    /// What to write instead.
    pub mend: String,
    /// The place in the template, in bytes.
    pub at: usize,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace that is alone, a group that is no number, an operation that there is not.
    pub fn parse(written: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = written;
        let at = |rest: &str| written.len() - rest.len();
        while let Some(c) = rest.chars().next() {
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push(c);
                rest = &rest[2..];
            } else if c == '{' {
                let end = rest.find('}').ok_or_else(|| TemplateError {
                    message: "`{` is not closed".to_owned(),
                    mend: "write `{{` for a brace as such, or close it with `}`".to_owned(),
                    at: at(rest),
                })?;
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                let part = group(&rest[1..end]);
                parts.push(part.map_err(|(message, mend)| TemplateError { message, mend, at: at(rest) })?);
                rest = &rest[end + 1..];
            } else if c == '}' {
                let message = "`}` is not opened".to_owned();
                return Err(TemplateError { message, mend: "write `}}` for a brace as such".to_owned(), at: at(rest) });
            } else {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Template { parts })
    }

    /// The greatest number of a group in it; 0 where there is none.
    pub fn groups(&self) -> usize {
        let numbers = self.parts.iter().map(|part| if let Part::Group(number, _) = part { *number } else { 0 });
        numbers.max().unwrap_or(0)
    }

    /// The value for what the groups of a pattern match; `None` where an operation does not fit.
    pub(crate) fn fill(&self, groups: &Captures<'_>) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(number, operations) => {
                    let matched = groups.get(*number).map_or("", |group| group.as_str());
                    let done = operations.iter().try_fold(matched.to_owned(), |text, operation| operation.apply(&text));
                    out.push_str(&done?);
                }
            }
        }
        Some(out)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Group(number, operations) => {
                    write!(f, "{{{number}")?;
                    operations.iter().try_for_each(|operation| write!(f, " {operation}"))?;
                    f.write_str("}")?;
                }
            }
        }
        Ok(())
    }
}

/// What stands between braces: `2 strip zeros pad 2`; or what is wrong with it, and what to write instead.
fn group(written: &str) -> Result<Part, (String, String)> {
    let mut words = written.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok()).filter(|&number: &usize| number > 0);
    let number = number.ok_or_else(|| {
        let message = format!("`{{{written}}}` does not begin with the number of a group");
        (message, "write `{1}` for what the first group matches, and `{{` for a brace as such".to_owned())
    })?;
    let words: Vec<&str> = words.collect();
    let mut rest = words.as_slice();
    let mut operations = Vec::new();
    while let [word, behind @ ..] = rest {
        let (operation, used) = operation(word, behind.first().copied()).ok_or_else(|| {
            (
                format!("`{{{written}}}` has no operation `{}`", rest.join(" ")),
                format!("the operations are {OPERATIONS}"),
            )
        })?;
        operations.push(operation);
        rest = &rest[used..];
    }
    Ok(Part::Group(number, operations))
}

fn operation(word: &str, behind: Option<&str>) -> Option<(Operation, usize)> {
    let length = || behind.and_then(|word| word.parse().ok()).filter(|&length: &usize| (1..=64).contains(&length));
    Some(match (word, behind) {
        ("pad", _) => (Operation::Pad(length()?), 2),
        ("first", _) => (Operation::First(length()?), 2),
        ("last", _) => (Operation::Last(length()?), 2),
        ("strip", Some("zeros")) => (Operation::StripZeros, 2),
        ("month", Some("name")) => (Operation::MonthName, 2),
        ("month", Some("number")) => (Operation::MonthNumber, 2),
        ("upper", _) => (Operation::Upper, 1),
        ("lower", _) => (Operation::Lower, 1),
        ("title", _) => (Operation::Title, 1),
        ("trim", _) => (Operation::Trim, 1),
        ("number", _) => (Operation::Number, 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_printed_as_it_is_written() {
        for written in ["{2 pad 2}/{1}", "{1 strip zeros pad 3}", "a {{b}} {1 month name}", "", "{12 last 2 upper}"] {
            assert_eq!(Template::parse(written).unwrap().to_string(), written);
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told_with_its_place() {
        let error = |written: &str| Template::parse(written).unwrap_err();
        assert_eq!(error("a{1").at, 1);
        assert_eq!(error("ab}").at, 2);
        assert!(error("{x}").message.contains("number of a group"));
        assert!(error("{0}").message.contains("number of a group"));
        assert!(error("{1 padd 2}").message.contains("`padd 2`"));
        assert!(error("{1 pad}").message.contains("`pad`"));
    }

    #[test]
    fn operations_do_what_they_are_called() {
        let done = |operation: Operation, text: &str| operation.apply(text);
        assert_eq!(done(Operation::StripZeros, "007").as_deref(), Some("7"));
        assert_eq!(done(Operation::StripZeros, "000").as_deref(), Some("0"));
        assert_eq!(done(Operation::StripZeros, "0.5").as_deref(), Some("0.5"));
        assert_eq!(done(Operation::MonthNumber, "march").as_deref(), Some("3"));
        assert_eq!(done(Operation::MonthNumber, "x"), None);
        assert_eq!(done(Operation::Last(2), "2015").as_deref(), Some("15"));
        assert_eq!(done(Operation::Number, "1.500").as_deref(), Some("1.5"));
        assert_eq!(done(Operation::Number, "x"), None);
    }
}
