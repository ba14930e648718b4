//! Numbers: their shortest form, zeros before them, and what stands behind them.

use lustrate_values::{Operation, Part, Rewrite, Template};

use super::pattern;
use crate::calendar::Slot;

const NUMBER: &str = r"([+-]?\d+(?:\.\d+)?)";
/// What may stand behind a number and is no part of it: not the rest of a date, of a fraction or of a larger number.
const UNIT: &str = r"\s*[\p{Alphabetic}%°$€£].*";

pub(super) fn propose(written: &str, meant: &str, _: Option<[Slot; 3]>) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut add = |expression: &str, operations: Vec<Operation>| {
        found.extend(pattern(expression, Template { parts: vec![Part::Group(1, operations)] }));
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if digits(written) && digits(meant) {
        add(r"0+(\d+)", vec![Operation::StripZeros]);
        add(r"(\d+)", vec![Operation::Pad(meant.len())]);
    }
    add(NUMBER, vec![Operation::Number]);
    add(&format!("{NUMBER}{UNIT}"), vec![]);
    add(&format!("{NUMBER}{UNIT}"), vec![Operation::Number]);
    found
}
