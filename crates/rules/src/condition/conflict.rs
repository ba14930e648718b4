//! Conditions that can never hold together, or that say nothing.

use std::cmp::Ordering;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_table::parse_number;

use super::{Cell, Condition, Constant, Manner, Relation, Side, Test};
use crate::{Comparison, Presence};

/// How conditions stand together, which decides what contradicts what: a missing value satisfies no comparison, and
/// breaks no requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// A row counts only if all of them are known to hold.
    Given,
    /// None of them may be known to fail.
    Required,
}

/// What is wrong with conditions that have to hold together: a comparison of a column with itself, or two
/// conditions that exclude each other; `outcome` is what then becomes of the rule.
pub(crate) fn conflicts(
    source: &Arc<SourceText>,
    conditions: &[Condition],
    joint: Joint,
    outcome: &str,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for condition in conditions {
        let Some(cell) = compared_with_itself(condition) else { continue };
        let title = format!("`{cell}` is compared with itself");
        let help = match cell.tuple {
            Some(_) => "compare a column of `a` with one of `b`",
            None => "compare two columns; a rule about two rows writes them with `a.` and `b.`",
        };
        let diagnostic = Diagnostic::error("self-comparison", title);
        diagnostics.push(diagnostic.at(source, condition.at.0, "the same cell on both sides").help(help));
    }
    for (place, later) in conditions.iter().enumerate() {
        let earlier = conditions[..place].iter().find(|earlier| exclude(earlier, later, joint));
        if let Some(earlier) = earlier.filter(|earlier| compared_with_itself(earlier).is_none()) {
            let title = format!("`{earlier}` and `{later}` never hold together, so {outcome}");
            let diagnostic = Diagnostic::error("contradiction", title);
            let help = "leave one of the two out";
            diagnostics.push(diagnostic.at(source, later.at.0, "excludes an earlier condition").help(help));
        }
    }
    diagnostics
}

fn compared_with_itself(condition: &Condition) -> Option<&Cell> {
    match &condition.test {
        Test::Relation(Relation { left, right: Side::Cell(right), .. })
        | Test::Alike { left, right: Side::Cell(right), .. } => (left == right).then_some(left),
        _ => None,
    }
}

/// Whether nothing satisfies both.
fn exclude(one: &Condition, other: &Condition, joint: Joint) -> bool {
    match (&one.test, &other.test) {
        (Test::Relation(one), Test::Relation(other)) => relations_exclude(one, other),
        (Test::Null { cell, presence }, Test::Null { cell: other, presence: opposite }) => {
            cell == other && presence != opposite
        }
        (Test::Null { cell, presence: Presence::Missing }, _) => joint == Joint::Given && other.needs(cell),
        (_, Test::Null { cell, presence: Presence::Missing }) => joint == Joint::Given && one.needs(cell),
        (
            Test::Member { cell, membership, polarity },
            Test::Member { cell: other, membership: same, polarity: opposite },
        ) => cell == other && membership == same && polarity != opposite,
        (
            Test::Alike { left, right, measure, polarity },
            Test::Alike { left: other, right: same, measure: alike, polarity: opposite },
        ) => left == other && right == same && measure == alike && polarity != opposite,
        _ => false,
    }
}

impl Condition {
    /// Whether it is unknown where a cell is missing.
    fn needs(&self, cell: &Cell) -> bool {
        let counts_null = self.as_relation().is_some_and(|relation| relation.manner == Manner::CountingNull);
        !counts_null && self.cells().any(|named| named == cell)
    }
}

fn relations_exclude(one: &Relation, other: &Relation) -> bool {
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

fn constants_exclude(one_left: &Cell, other_left: &Cell, one: &Relation, other: &Relation) -> bool {
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
fn order_of_constants(one: &Relation, other: &Relation) -> Option<Ordering> {
    let (Side::Constant(one_constant), Side::Constant(other_constant)) = (&one.right, &other.right) else {
        return None;
    };
    match (one_constant, other_constant) {
        (Constant::Number(one), Constant::Number(other)) => parse_number(one)?.partial_cmp(&parse_number(other)?),
        (Constant::Text(_), Constant::Text(_)) if one.manner != other.manner => None,
        (Constant::Text(one_text), Constant::Text(other_text)) => match one.manner {
            Manner::IgnoringCase => Some(one_text.to_lowercase().cmp(&other_text.to_lowercase())),
            Manner::Plain | Manner::ByText | Manner::CountingNull => Some(one_text.cmp(other_text)),
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
