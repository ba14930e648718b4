//! Counts, shares and predicates in words.

use lustrate_rules::{CellOf, CellTest, Compare, Operand, Polarity, Predicate, Presence};
use lustrate_table::Schema;

/// A count with commas between its thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `118 of 1,000 rows`
pub(crate) fn of(part: u64, whole: u64, what: &str) -> String {
    format!("{} of {} {what}", count(part), count(whole))
}

/// A text in double quotes, shortened where it is long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(LONGEST - 1).collect();
    format!("\"{}…\"", head.escape_debug())
}

/// `city = "Rome"`: a predicate on one row as a rule writes it. One that has no short form is told by its columns.
pub(crate) fn predicate(schema: &Schema, predicate: &Predicate) -> String {
    let cell = |cell: &CellOf| schema.name(cell.attribute).to_owned();
    match predicate {
        Predicate::Compare(Compare { left, comparison, right, .. }) => {
            let right = match right {
                Operand::Cell(right) => cell(right),
                Operand::Constant(text) => format!("{text:?}"),
            };
            format!("{} {} {right}", cell(left), comparison.sign())
        }
        Predicate::Null { cell: of, presence: Presence::Missing } => format!("{} is null", cell(of)),
        Predicate::Null { cell: of, presence: Presence::Present } => format!("{} is not null", cell(of)),
        Predicate::Member { cell: of, test, polarity } => {
            let not = if *polarity == Polarity::Positive { "" } else { "not " };
            match test {
                CellTest::OneOf(values) => {
                    let first = values.iter().map(|value| format!("{value:?}"));
                    format!("{} {not}in ({})", cell(of), listed(first, values.len()))
                }
                CellTest::OneOfNumbers(values) => {
                    let first = values.iter().map(f64::to_string);
                    format!("{} {not}in ({})", cell(of), listed(first, values.len()))
                }
                CellTest::Matches(pattern) => format!("{} {not}matches {pattern}", cell(of)),
                CellTest::Between(low, high) => format!("{} {not}in {low}..{high}", cell(of)),
                CellTest::OfType => format!("{} is {not}of its type", cell(of)),
            }
        }
        Predicate::Similar { .. } | Predicate::Formula { .. } => {
            let mut names: Vec<_> = predicate.cells().iter().map(cell).collect();
            names.dedup();
            format!("the condition on {}", names.join(", "))
        }
    }
}

/// The first few of a list.
fn listed(items: impl Iterator<Item = String>, whole: usize) -> String {
    const SHOWN: usize = 3;
    let mut listed: Vec<String> = items.take(SHOWN).collect();
    if whole > SHOWN {
        listed.push("…".to_owned());
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_between_thousands() {
        assert_eq!([0, 999, 1000, 1234567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(of(1, 1000, "rows"), "1 of 1,000 rows");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shown("a\"b"), "\"a\\\"b\"");
        assert_eq!(shown(&"x".repeat(60)).chars().count(), 42);
    }
}
