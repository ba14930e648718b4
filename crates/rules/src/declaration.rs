//! What a `column` or `columns` statement says of its columns: a type and clauses, as written.
//!
//! `types.rs` makes a [`ColumnType`](lustrate_values::ColumnType) of the words and says which clauses do not fit it;
//! `lower.rs` puts what is declared into [`Columns`](crate::Columns), and what must hold of each cell into constraints.

mod json;
mod lower;
mod mends;
mod parse;
mod types;

use std::collections::BTreeSet;
use std::fmt;

use lustrate_values::LetterCase;

use crate::name::{At, Name, is_plain, listed, quoted};
use crate::{ColumnRole, Pattern};

pub(crate) use json::{declaration_from_json, values_from_json, values_to_json};
pub(crate) use parse::{CLAUSES, TYPES, declaration, values};
pub(crate) use types::example;

/// A type and clauses; one of them at least is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Declaration {
    /// The type, if one is said.
    pub column_type: Option<TypeWords>,
    /// `in "states.csv".code`
    pub member: Option<ReferenceColumn>,
    /// `/[0-9]{5}/`
    pub pattern: Option<Pattern>,
    /// `accept h, "h:mm"`, `accept "%d/%m/%Y"`
    pub accept: Vec<Name>,
    /// `0..480`
    pub range: Option<Range>,
    /// `unit "%"`
    pub unit: Option<Name>,
    /// `case upper`
    pub letter_case: Option<LetterCase>,
    /// `infer unit by ward`
    pub infer_unit: Option<Inference>,
    /// `format suffix, decimals`
    pub formats: Vec<&'static str>,
    /// `null -1, 999`
    pub nulls: Vec<String>,
    /// `required`
    pub required: bool,
    /// `id`, `label` and their like.
    pub roles: BTreeSet<ColumnRole>,
    /// `label good ">50K"`: the good values of a label.
    pub good: Vec<Name>,
    /// `never repair`
    pub never_repair: bool,
    /// Where it was written.
    pub at: At,
}

/// A type, as written. Names are units, formats and values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TypeWords {
    /// `text`
    Text,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `one of "yes", "no"`
    OneOf(Vec<Name>),
    /// `date "%Y-%m-%d"`
    Date(Option<Name>),
    /// `time "%H:%M"`
    Time(Option<Name>),
    /// `datetime "%Y-%m-%d %H:%M:%S"`
    DateTime(Option<Name>),
    /// `duration in min`
    Duration(Name),
    /// `quantity in kg`
    Quantity(Name),
}

/// A column of a reference table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReferenceColumn {
    /// The file.
    pub file: Name,
    /// The column.
    pub column: Name,
}

/// A range with both ends in it; one end at least is said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    /// The least value.
    pub low: Option<Name>,
    /// The greatest value.
    pub high: Option<Name>,
    /// Where it was written.
    pub at: At,
}

/// `infer unit by ward`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inference {
    /// The columns that make the groups.
    pub by: Vec<Name>,
    /// Where it was written.
    pub at: At,
}

/// The conventions of writing that a column may name, in the order in which they are looked for: those of the crate
/// `normalise`, whose test holds its list against this one.
pub const FORMATS: &[&str] = &[
    "mojibake",
    "escapes",
    "blanks",
    "nulls",
    "times",
    "dates",
    "durations",
    "emails",
    "phones",
    "numbers",
    "suffix",
    "decimals",
    "padding",
    "disguised",
    "case",
    "moved",
];

/// The roles and their words. The time comes last: behind the name of a column it would be the type.
pub(crate) const ROLES: &[(ColumnRole, &str)] = &[
    (ColumnRole::Id, "id"),
    (ColumnRole::Label, "label"),
    (ColumnRole::Protected, "protected"),
    (ColumnRole::Weight, "weight"),
    (ColumnRole::Source, "source"),
    (ColumnRole::Entity, "entity"),
    (ColumnRole::Time, "time"),
];

/// The cases of letters and their words.
pub(crate) const CASES: &[(LetterCase, &str)] =
    &[(LetterCase::Lower, "lower"), (LetterCase::Title, "title"), (LetterCase::Upper, "upper")];

impl fmt::Display for Declaration {
    /// The type and the clauses in their one order, with a space before each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column_type) = &self.column_type {
            write!(f, " {column_type}")?;
        }
        if let Some(ReferenceColumn { file, column }) = &self.member {
            write!(f, " in {}.{column}", quoted(&file.text))?;
        }
        if let Some(pattern) = &self.pattern {
            write!(f, " {pattern}")?;
        }
        if !self.accept.is_empty() {
            let forms: Vec<_> = self.accept.iter().map(|form| unit_or_format(&form.text)).collect();
            write!(f, " accept {}", forms.join(", "))?;
        }
        if let Some(range) = &self.range {
            write!(f, " {range}")?;
        }
        if let Some(unit) = &self.unit {
            write!(f, " unit {}", quoted(&unit.text))?;
        }
        if let Some((_, word)) = CASES.iter().find(|(case, _)| Some(*case) == self.letter_case) {
            write!(f, " case {word}")?;
        }
        if let Some(inference) = &self.infer_unit {
            f.write_str(" infer unit")?;
            if !inference.by.is_empty() {
                write!(f, " by {}", listed(&inference.by))?;
            }
        }
        if !self.formats.is_empty() {
            write!(f, " format {}", self.formats.join(", "))?;
        }
        if !self.nulls.is_empty() {
            write!(f, " null {}", constants(self.nulls.iter().map(String::as_str), ", "))?;
        }
        if self.required {
            f.write_str(" required")?;
        }
        if self.never_repair {
            f.write_str(" never repair")?;
        }
        for (role, word) in ROLES.iter().filter(|(role, _)| self.roles.contains(role)) {
            write!(f, " {word}")?;
            if *role == ColumnRole::Label && !self.good.is_empty() {
                write!(f, " good {}", constants_of(&self.good))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for TypeWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let formatted = |f: &mut fmt::Formatter<'_>, word: &str, format: &Option<Name>| match format {
            Some(format) => write!(f, "{word} {}", quoted(&format.text)),
            None => f.write_str(word),
        };
        match self {
            TypeWords::Text => f.write_str("text"),
            TypeWords::Integer => f.write_str("integer"),
            TypeWords::Number => f.write_str("number"),
            TypeWords::OneOf(values) => write!(f, "one of {}", constants_of(values)),
            TypeWords::Date(format) => formatted(f, "date", format),
            TypeWords::Time(format) => formatted(f, "time", format),
            TypeWords::DateTime(format) => formatted(f, "datetime", format),
            TypeWords::Duration(unit) => write!(f, "duration in {}", unit_or_format(&unit.text)),
            TypeWords::Quantity(unit) => write!(f, "quantity in {}", unit_or_format(&unit.text)),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: &Option<Name>| end.as_ref().map(|end| constant(&end.text)).unwrap_or_default();
        write!(f, "{}..{}", end(&self.low), end(&self.high))
    }
}

/// Constants as a list of them is written.
pub(crate) fn constants<'a>(texts: impl Iterator<Item = &'a str>, between: &str) -> String {
    texts.map(constant).collect::<Vec<_>>().join(between)
}

fn constants_of(values: &[Name]) -> String {
    constants(values.iter().map(|value| value.text.as_str()), ", ")
}

/// A constant: without quotes where it is a number.
fn constant(text: &str) -> String {
    if is_number(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text is a number as the language writes it.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole) && digits(fraction) && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

/// A unit or a format: without quotes where it is a word.
fn unit_or_format(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}
