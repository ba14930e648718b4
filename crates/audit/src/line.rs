//! One record of a repairs file as it was read, maybe after a person has edited it.

use std::collections::BTreeMap;

use lustrate_diagnostic::{Diagnostic, Diagnostics, nearest};
use lustrate_table::{AttributeId, unescape_formula};

use crate::Mark;
use crate::entry::field;
use crate::spelled::value;

/// A record with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line of the file on which it starts, or in a file without lines the number of the record; from 1.
    pub at: u64,
    /// The data row, from 1.
    pub row: u64,
    /// What is done with the cell.
    pub mark: Mark,
    /// All fields, in the order of the header.
    texts: [Option<String>; 11],
}

impl Line {
    /// The column.
    pub fn column(&self) -> &str {
        self.texts[field::COLUMN].as_deref().unwrap_or_default()
    }

    /// The values of the id columns, with `|` between them.
    pub fn key(&self) -> Option<&str> {
        self.texts[field::KEY].as_deref()
    }

    /// What was written in the cell; `None` for missing.
    pub fn old_value(&self) -> Option<&str> {
        self.texts[field::OLD].as_deref()
    }

    /// What it reads then.
    pub fn new_value(&self) -> Option<&str> {
        self.texts[field::NEW].as_deref()
    }

    /// A field by its place in the header, as conditions ask for it.
    pub fn text(&self, attribute: AttributeId) -> Option<&str> {
        self.texts[attribute.index()].as_deref()
    }
}

/// The fields of a record before anything is made of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// Where it is, as in [`Line`].
    pub at: u64,
    /// The fields, in the order of the header.
    pub texts: [Option<String>; 11],
}

impl Fields {
    /// Takes off the `'` in front of what a spreadsheet would take for formulas.
    pub fn unescape_formulas(&mut self) {
        for text in self.texts.iter_mut().flatten() {
            *text = unescape_formula(text).to_owned();
        }
    }
}

/// How a form writes a missing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// As the empty field.
    IsEmpty,
    /// As null.
    IsNull,
}

/// A file as messages about its records name it, and the mistakes in it so far.
#[derive(Clone, Debug)]
pub(crate) struct Mistakes {
    /// The file.
    pub name: String,
    /// What a record is called: `line`, or in a file without lines `record`.
    pub unit: &'static str,
    /// The messages, by place.
    found: BTreeMap<u64, Vec<Diagnostic>>,
}

impl Mistakes {
    /// None so far.
    pub fn new(name: &str, unit: &'static str) -> Self {
        Mistakes { name: name.to_owned(), unit, found: BTreeMap::new() }
    }

    /// Adds one about a record.
    pub fn push(&mut self, at: u64, code: &'static str, what: impl AsRef<str>, help: impl Into<String>) {
        let title = format!("`{}`, {} {at}: {}", self.name, self.unit, what.as_ref());
        self.found.entry(at).or_default().push(Diagnostic::error(code, title).help(help));
    }

    /// Adds one about the file as a whole, which is told first.
    pub fn push_whole(&mut self, diagnostic: Diagnostic) {
        self.found.entry(0).or_default().push(diagnostic);
    }

    /// Whether there is one about the record at a place.
    pub fn has(&self, at: u64) -> bool {
        self.found.contains_key(&at)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The messages in the order of their places.
    pub fn told(&self) -> Diagnostics {
        self.found.values().flatten().cloned().collect()
    }
}

/// Reads a record; every mistake in it is told. `None` for a record in which nothing is written, and for one with a mistake.
pub(crate) fn read_line(fields: Fields, missing: Missing, mistakes: &mut Mistakes) -> Option<Line> {
    let Fields { at, mut texts } = fields;
    if texts.iter().all(|text| text.as_deref().is_none_or(|text| text.trim().is_empty())) {
        return None;
    }
    if missing == Missing::IsEmpty {
        for place in [field::OLD, field::NEW] {
            texts[place] = value(texts[place].take());
        }
    }
    let row = row(at, texts[field::ROW].as_deref(), mistakes);
    let mark = mark(at, texts[field::DECISION].as_deref(), mistakes);
    let confidence = confidence(at, texts[field::CONFIDENCE].as_deref(), mistakes);
    let has_column = texts[field::COLUMN].is_some();
    if !has_column {
        mistakes.push(at, "no-column", "the column is not there", "write the name of a column of the table");
    }
    let (Some(row), Some(mark), Some(confidence), true) = (row, mark, confidence, has_column) else { return None };
    texts[field::ROW] = Some(row.to_string());
    texts[field::CONFIDENCE] = Some(confidence);
    texts[field::DECISION] = Some(mark.word().to_owned());
    for place in [field::LINE, field::KEY] {
        texts[place] = texts[place].take().filter(|text| !text.is_empty());
    }
    Some(Line { at, row, mark, texts })
}

fn row(at: u64, text: Option<&str>, mistakes: &mut Mistakes) -> Option<u64> {
    let text = text.unwrap_or_default().trim();
    let row = text.parse::<u64>().ok();
    if row.is_none() {
        let help = "write the number of the data row as digits, the first row being 1";
        mistakes.push(at, "bad-row", format!("the row `{text}` is no whole number"), help);
    }
    row
}

fn mark(at: u64, text: Option<&str>, mistakes: &mut Mistakes) -> Option<Mark> {
    let text = text.unwrap_or_default();
    let mark = Mark::read(text);
    if mark.is_none() {
        let meant = nearest(text, Mark::ALL.map(Mark::word)).map_or(String::new(), |near| format!("write `{near}`; "));
        let help = format!(
            "{meant}a decision is `apply` to change the cell, `review` to leave it for later, or `keep` to leave it for good"
        );
        mistakes.push(at, "unknown-decision", format!("no decision is called `{}`", text.trim()), help);
    }
    mark
}

/// The confidence as a number with a point, whichever sign a spreadsheet put between its digits.
fn confidence(at: u64, text: Option<&str>, mistakes: &mut Mistakes) -> Option<String> {
    let text = text.unwrap_or_default().trim();
    let number = text.replacen(',', ".", 1);
    let is_probability = number.parse::<f64>().is_ok_and(|number| (0.0..=1.0).contains(&number));
    if !is_probability {
        let help = "write a number from 0 to 1, such as `0.97`";
        mistakes.push(at, "bad-confidence", format!("the confidence `{text}` is no probability"), help);
    }
    is_probability.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &str, confidence: &str, decision: &str) -> Result<(u64, Mark), Vec<String>> {
        let mut mistakes = Mistakes::new("t.csv", "line");
        let mut texts: [Option<String>; 11] = Default::default();
        for (place, text) in [(0, row), (3, "city"), (4, "\"\""), (6, confidence), (7, decision)] {
            texts[place] = Some(text.to_owned());
        }
        let line = read_line(Fields { at: 5, texts }, Missing::IsEmpty, &mut mistakes);
        let told: Vec<String> = mistakes.told().iter().map(|told| told.title.clone()).collect();
        match line {
            Some(line) if told.is_empty() => {
                assert_eq!((line.old_value(), line.new_value()), (Some(""), None));
                Ok((line.row, line.mark))
            }
            _ => Err(told),
        }
    }

    #[test]
    fn what_spreadsheets_do_to_numbers_and_words_is_read() {
        assert_eq!(check(" 12", "0,5", "Apply "), Ok((12, Mark::Apply)));
        assert_eq!(check("12", "1", "KEEP"), Ok((12, Mark::Keep)));
    }

    #[test]
    fn every_mistake_of_a_record_is_told_with_its_line() {
        let told = check("1.5", "97%", "aply").unwrap_err();
        assert_eq!(
            told,
            [
                "`t.csv`, line 5: the row `1.5` is no whole number",
                "`t.csv`, line 5: no decision is called `aply`",
                "`t.csv`, line 5: the confidence `97%` is no probability",
            ]
        );
        assert_eq!(check("-1", "NaN", "").unwrap_err().len(), 3);
    }

    #[test]
    fn a_record_in_which_nothing_is_written_is_passed_over() {
        let mut mistakes = Mistakes::new("t.csv", "line");
        assert_eq!(read_line(Fields::default(), Missing::IsEmpty, &mut mistakes), None);
        assert!(mistakes.is_empty());
    }
}
