//! Words that stand for a missing value.

use lustrate_values::Unit;

use super::{Convention, Find, Finding, Values, Written};
use crate::plain_number::leading_number;

/// Spellings of a missing value (`N/A`, `NaN`, `null`) become missing.
///
/// Words and marks that may be values of their own in a column of words (`none`, `unknown`, `-`) count only in a column of numbers,
/// dates and times. A spelling must be in one cell of two hundred at least. Where the column has empty cells of its own
/// beside it, the two may not mean the same: a repair may fill such a cell, and what none fills is left as written.
pub(super) const NULLS: Convention = Convention {
    name: "nulls",
    summary: "spellings of a missing value become missing",
    probability: 0.96,
    find: Find::InColumn(find),
};

/// What is never a value, in small letters: spellings of programs, among them the errors of spreadsheets, and marks.
const NEVER_VALUES: [&str; 28] = [
    "#div/0!",
    "#n/a",
    "#n/a n/a",
    "#na",
    "#name?",
    "#null!",
    "#num!",
    "#ref!",
    "#value!",
    "(blank)",
    "(null)",
    "--",
    "---",
    "<blank>",
    "<na>",
    "<none>",
    "<null>",
    "?",
    "??",
    "???",
    "[null]",
    "\\n",
    "n / a",
    "n/a",
    "n.a",
    "n.a.",
    "not available",
    "null",
];
/// What is no number, date or time, in small letters. Words that say why a value is not there (`empty`, `pending`) are not
/// among them: where they are written, a missing value is told from others.
const NO_NUMBERS: [&str; 26] = [
    "*",
    "-",
    ".",
    "...",
    "_",
    "missing",
    "n.d.",
    "na",
    "nan",
    "nd",
    "nil",
    "no data",
    "no value",
    "none",
    "not applicable",
    "not known",
    "not recorded",
    "not reported",
    "undefined",
    "unk",
    "unknown",
    "unspecified",
    "x",
    "–",
    "—",
    "…",
];
/// The share of the cells from which on a word is a habit of the column.
const HABIT: f64 = 0.005;
/// The share of the other values that must be numbers, dates or times for a column of these.
const MEASURED: f64 = 0.95;
/// Empty cells are the column's own from so many on, or from this share of the cells with a spelling on.
const OWN_EMPTY: u64 = 3;
const OWN_EMPTY_SHARE: f64 = 0.1;

fn find(values: &Values<'_>) -> Option<Finding> {
    let often = |cells: u64| cells as f64 >= HABIT * values.rows as f64;
    // Few columns have one, and need not be asked what they hold.
    if !values.cells.iter().any(|(text, cells)| often(*cells) && is_spelling(text)) {
        return None;
    }
    let others = values.present - values.count(is_spelling);
    let measured = values.count(|text| !is_spelling(text) && is_measured(text)) as f64 >= MEASURED * others as f64;
    let spelt: Vec<(&String, u64)> = values
        .cells
        .iter()
        .filter(|&(text, &cells)| often(cells) && (is_never_a_value(text) || (measured && is_spelling(text))))
        .map(|(text, &cells)| (text, cells))
        .collect();
    // A column with but one other value may be a flag.
    if values.cells.len() < spelt.len() + 2 {
        return None;
    }
    let cells: u64 = spelt.iter().map(|(_, cells)| cells).sum();
    let shown: Vec<String> = spelt.iter().map(|(text, _)| format!("`{text}`")).collect();
    let own_empty = values.empty as f64 >= (OWN_EMPTY_SHARE * cells as f64).max(OWN_EMPTY as f64);
    let among = if measured { "the others are numbers, dates or times" } else { "it is never a value" };
    let finding = Finding::written(
        format!(
            "{cells} of {} cells hold {}, which stands for a missing value: {among}",
            values.rows,
            shown.join(" or ")
        ),
        spelt.iter().map(|(text, _)| ((*text).clone(), None)).collect(),
    )?;
    Some(Finding { written: if own_empty { Written::AsRead } else { Written::AsFound }, ..finding })
}

fn is_never_a_value(text: &str) -> bool {
    // Nan is a name as well.
    text.trim() == "NaN" || is_among(&NEVER_VALUES, text)
}

fn is_spelling(text: &str) -> bool {
    is_never_a_value(text) || is_among(&NO_NUMBERS, text)
}

/// Whether a text is one of these in whatever letters.
fn is_among(spellings: &[&str], text: &str) -> bool {
    let text = text.trim();
    if text.is_ascii() {
        return spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(text));
    }
    spellings.contains(&text.to_lowercase().as_str())
}

/// Whether a text is a number, with or without a unit, a date or a time: a short text with no more letters than digits.
fn is_measured(text: &str) -> bool {
    const LONGEST: usize = 24;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let of_unit = || leading_number(text).is_some_and(|(_, rest)| Unit::find(rest.trim()).is_some());
    text.len() <= LONGEST && digits > 0 && (digits >= letters || of_unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    #[test]
    fn spellings_become_missing() {
        let cells = [("12", 20), ("14", 9), ("N/A", 14), ("none", 3), ("-", 2)];
        assert_eq!(changes_in(&NULLS, &cells), ["- -> missing", "N/A -> missing", "none -> missing"]);
        for spelling in ["#DIV/0!", "\\N", "NaN", "?", "(blank)", "–", "n.d.", "Unspecified"] {
            assert_eq!(changes_in(&NULLS, &[("12", 20), ("14", 9), (spelling, 2)]), [format!("{spelling} -> missing")]);
        }
    }

    #[test]
    fn words_stay_among_words() {
        assert_eq!(changes_in(&NULLS, &[("peanuts", 20), ("pollen", 9), ("none", 14), ("unknown", 3)]), [""; 0]);
        assert_eq!(changes_in(&NULLS, &[("ZA", 20), ("BW", 9), ("NA", 14)]), [""; 0]);
        assert_eq!(changes_in(&NULLS, &[("8 virgin", 20), ("1 pregnant", 9), ("none", 14)]), [""; 0]);
        assert_eq!(changes_in(&NULLS, &[("Rome", 20), ("Milan", 9), ("N/A", 14)]), ["N/A -> missing"]);
        assert_eq!(changes_in(&NULLS, &[("Rome", 20), ("Milan", 9), ("?", 4)]), ["? -> missing"]);
        assert_eq!(changes_in(&NULLS, &[("Rome", 20), ("Milan", 9), ("-", 4), ("x", 4)]), [""; 0]);
    }

    #[test]
    fn a_rare_spelling_stays() {
        assert_eq!(changes_in(&NULLS, &[("12", 900), ("14", 900), ("nan", 8)]), [""; 0]);
    }

    #[test]
    fn a_spelling_beside_empty_cells_is_missing_but_stays_written() {
        let written =
            |empty| find_in(&NULLS, &[("12", 20), ("14", 9), ("N/A", 14), ("", empty)]).map(|found| found.written);
        assert_eq!(written(5), Some(Written::AsRead));
        assert_eq!(written(1), Some(Written::AsFound));
    }

    #[test]
    fn a_flag_of_two_values_stays() {
        assert_eq!(changes_in(&NULLS, &[("1", 20), ("-", 20)]), [""; 0]);
    }
}
