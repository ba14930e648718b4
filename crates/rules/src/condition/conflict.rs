//! Conditions that can never hold together, or that say nothing.

use std::cmp::Ordering;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_table::parse_number;

use super::{Cell, Condition, Manner, Side};
use crate::Comparison;

/// What is wrong with conditions that have to hold together: a comparison of a column with itself, or two
/// comparisons that exclude each other; `outcome` is what then becomes of the rule.
pub(crate) fn conflicts(source: &Arc<SourceText>, conditions: &[Condition], outcome: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for condition in conditions.iter().filter(|condition| compares_with_itself(condition)) {
        let title = format!("`{}` is compared with itself", condition.left);
        let help = match condition.left.tuple {
            Some(_) => "compare a column of `a` with one of `b`",
            None => "compare two columns; a rule about two rows writes them with `a.` and `b.`",
        };
        let diagnostic = Diagnostic::error("self-comparison", title);
        diagnostics.push(diagnostic.at(source, condition.at.0, "the same cell on both sides").help(help));
    }
    for (place, later) in conditions.iter().enumerate() {
        let earlier = conditions[..place].iter().find(|earlier| exclude(earlier, later));
        if let Some(earlier) = earlier.filter(|earlier| !compares_with_itself(earlier)) {
            let title = format!("`{earlier}` and `{later}` never hold together, so {outcome}");
            let diagnostic = Diagnostic::error("contradiction", title);
            let help = "leave one of the two out";
            diagnostics.push(diagnostic.at(source, later.at.0, "excludes an earlier condition").help(help));
        }
    }
    diagnostics
}

fn compares_with_itself(condition: &Condition) -> bool {
    matches!(&condition.right, Side::Cell(right) if *right == condition.left)
}

/// Whether no values satisfy both.
fn exclude(one: &Condition, other: &Condition) -> bool {
    match (&one.right, &other.right) {
        (Side::Cell(one_right), Side::Cell(other_right)) => {
            let same = one.left == other.left && one_right == other_right;
            let crossed = one.left == *other_right && *one_right == other.left;
            let comparison = if same { other.comparison } else { other.comparison.flipped() };
            (same || crossed) && one.manner == other.manner && orderings(one.comparison) & orderings(comparison) == 0
        }
        (Side::Cell(_), _) | (_, Side::Cell(_)) => false,
        _ => constants_exclude(&one.left, &other.left, one, other),
    }
}

fn constants_exclude(one_left: &Cell, other_left: &Cell, one: &Condition, other: &Condition) -> bool {
    let Some(ordering) = order_of_constants(one, other).filter(|_| one_left == other_left) else { return false };
    // Values below, at, between, at and above the two constants; a value that satisfies both lies in one of these.
    let places: &[[Ordering; 2]] = match ordering {
        Ordering::Equal => &[[Ordering::Less; 2], [Ordering::Equal; 2], [Ordering::Greater; 2]],
        Ordering::Less => &[
            [Ordering::Less, Ordering::Less],
            [Ordering::Equal, Ordering::Less],
            [Ordering::Greater, Ordering::Less],
            [Ordering::Greater, Ordering::Equal],
            [Ordering::Greater, Ordering::Greater],
        ],
        Ordering::Greater => return constants_exclude(other_left, one_left, other, one),
    };
    !places.iter().any(|place| one.comparison.holds(place[0]) && other.comparison.holds(place[1]))
}

/// How the constants of two conditions compare, if both compare in one way.
fn order_of_constants(one: &Condition, other: &Condition) -> Option<Ordering> {
    match (&one.right, &other.right) {
        (Side::Number(one), Side::Number(other)) => parse_number(one)?.partial_cmp(&parse_number(other)?),
        (Side::Text(_), Side::Text(_)) if one.manner != other.manner => None,
        (Side::Text(one_text), Side::Text(other_text)) => match one.manner {
            Manner::IgnoringCase => Some(one_text.to_lowercase().cmp(&other_text.to_lowercase())),
            Manner::Plain | Manner::ByText => Some(one_text.cmp(other_text)),
            Manner::ByNumber => parse_number(one_text)?.partial_cmp(&parse_number(other_text)?),
            // As numbers they may exclude each other and as text not; the columns are not known here.
            Manner::ByNumberOrText => None,
        },
        _ => None,
    }
}

/// The orderings for which a comparison holds, as bits.
fn orderings(comparison: Comparison) -> u8 {
    [Ordering::Less, Ordering::Equal, Ordering::Greater]
        .into_iter()
        .enumerate()
        .map(|(bit, ordering)| u8::from(comparison.holds(ordering)) << bit)
        .sum()
}
