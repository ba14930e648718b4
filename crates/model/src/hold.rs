//! Changes that the model prefers and that are better left to a person.

use lustrate_table::{AttributeId, Code};
use serde::{Deserialize, Serialize};

use crate::channel::Noise;
use crate::column::{Membership, Role};
use crate::factors::Strength;
use crate::factors::context::Context;
use crate::lexicon::{MISSING, code};
use crate::scorer::{Scored, Scorer};
use crate::settings::FIRST_CONFIDENCE;

/// Why a probable change is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// The written value looks right by itself and too few rows support the other.
    FewSupporters,
    /// Both values occur often enough with the same key: two right values rather than an error.
    TwoValues,
    /// A rare but well-formed code in a column that is nearly clean.
    RareValue,
    /// Another cell is to blame for the same contradiction, and more probably: one of the row, or that of a row which
    /// would in turn take the value of this one.
    OtherCell,
    /// The column is protected, and only what was learned speaks for the change.
    Protected,
}

impl Hold {
    /// What a person calls it.
    pub fn words(self) -> &'static str {
        match self {
            Hold::FewSupporters => "too few rows support it",
            Hold::TwoValues => "both values occur with this key",
            Hold::RareValue => "rare but well-formed value",
            Hold::OtherCell => "another cell is more probably wrong",
            Hold::Protected => "the column is protected, and neither a hard rule nor a reference asks for it",
        }
    }
}

/// A column with fewer wrong cells than this is nearly clean.
const NEARLY_CLEAN: f64 = 0.01;
/// A shape that at least this share of the column has is one of its own.
const OWN_SHAPE: f64 = 0.05;
/// Rows that must support an unrelated change, or one of digits, in a nearly clean column.
const SUPPORTERS: f64 = 2.5;
/// So many other rows must hold a value for it to be one of those that the column knows.
const REPEATED: f64 = 2.5;
/// The share that the value must have among the rows that support it.
pub(crate) const MAJORITY: f64 = 0.5;
/// The posterior that it must have.
const SURE: f64 = 0.8;
/// A value that so large a share of the column holds is what a missing cell has lost.
const NEARLY_ALL: f64 = 0.9;
/// A value with this leave-one-out share in every functional context is at home there.
const AT_HOME: f64 = 0.2;

/// Whether the change of a cell to its best candidate is to be held back; `best` is its place.
pub(crate) fn hold(scorer: &Scorer<'_>, row: usize, scored: &Scored, best: usize) -> Option<Hold> {
    let column = scorer.column;
    let observed = scorer.observed(row);
    let written = code(observed);
    let candidate = scored.candidates[best] as usize;
    let meant = code(candidate);
    if differ_in_case_only(scorer, written, meant) && supporters(scorer, row, candidate, MAJORITY) < SUPPORTERS {
        return Some(Hold::FewSupporters);
    }
    // What is usual in the column is no evidence of what one row has lost, unless nearly all rows hold it.
    let spelled = || scorer.spellings.iter().any(|spelling| spelling.wanted[row] as usize == candidate);
    let rare = scored.share[best] < NEARLY_ALL;
    if observed == MISSING && rare && supporters(scorer, row, candidate, 0.0) < 1.0 && !spelled() {
        return Some(Hold::FewSupporters);
    }
    if is_guess(scorer, scored, best, written, meant) && supporters(scorer, row, candidate, 0.0) < 1.0 {
        return Some(Hold::FewSupporters);
    }
    // Of a long-tailed column nothing else is known, and what looks wrong by itself has nothing to be held for.
    if column.role != Role::Active || column.odd[observed] {
        return None;
    }
    let unrelated = scored.noise[best][Noise::Unrelated.index()] > 0.5;
    let nearly_clean = column.noise.error_rate < NEARLY_CLEAN;
    let digits = differ_in_digits_only(scorer, observed, candidate);
    // What has the shape of the candidate is as well formed as it.
    let shape = |slot: usize| column.lexicon.shape_share(slot);
    let alike = digits && shape(observed) == shape(candidate);
    let plausible = alike || shape(observed) >= OWN_SHAPE;
    // Two numbers that differ in a digit are both right more often than not where the written one stands in other rows too.
    let repeated = alike && scorer.elsewhere(row) >= REPEATED;
    if plausible && (nearly_clean && (unrelated || digits) || repeated) {
        if supporters(scorer, row, candidate, MAJORITY) < SUPPORTERS || scored.posterior[best] < SURE {
            return Some(Hold::FewSupporters);
        }
    } else if plausible
        && (unrelated || digits || is_short(scorer, observed))
        && supporters(scorer, row, candidate, MAJORITY) < 1.0
    {
        return Some(Hold::FewSupporters);
    }
    if is_at_home(scorer, row, observed) {
        return Some(Hold::TwoValues);
    }
    let rare = column.lexicon.written[observed] <= 2;
    let is_code = !column.lexicon.has_letter(observed);
    let alone = || supporters(scorer, row, candidate, 0.0) < 1.0;
    (nearly_clean && plausible && rare && (unrelated || is_code || alone())).then_some(Hold::RareValue)
}

/// Whether nothing but the looks of two texts, or what is usual in the column, speaks for a change, and the table shows
/// no such error where other rows say what was meant.
fn is_guess(scorer: &Scorer<'_>, scored: &Scored, best: usize, written: Code, meant: Code) -> bool {
    let is = |kind: Noise| scored.noise[best][kind.index()] > 0.5;
    let is_shown = |kind: Noise| scorer.table_noise.shows(kind);
    if scorer.column.lexicon.is_guess(written, meant) {
        return !scorer.column.elsewhere.shows_put_in() && !is_shown(Noise::Stray);
    }
    let reversed = is(Noise::Reversal) && scorer.column.lexicon.written[scored.candidates[best] as usize] == 0;
    is(Noise::Scramble) && !is_shown(Noise::Scramble) || reversed && !is_shown(Noise::Reversal)
}

/// Fewer rows than this support a lonely change.
pub(crate) const LONELY: f64 = 2.0;

/// The greatest weight of rows that hold a value in one context of the row in which it has at least this share.
pub(crate) fn supporters(scorer: &Scorer<'_>, row: usize, slot: usize, least_share: f64) -> f64 {
    supporters_beside(scorer, row, slot, least_share, None)
}

/// The same, without the contexts whose key holds an attribute.
pub(crate) fn supporters_beside(
    scorer: &Scorer<'_>,
    row: usize,
    slot: usize,
    least_share: f64,
    beside: Option<AttributeId>,
) -> f64 {
    let (own, current) = (scorer.own(row), scorer.current(row));
    let weight = |context: &Context<'_>| {
        let (group, others) = context.others(row, own)?;
        // What the order of rows does to the last digits of a sum must not decide: a share is met to a millionth.
        Some(context.weight(group, slot, current, own)).filter(|&weight| weight >= least_share * others - 1e-6)
    };
    let heard = |dependency: bool| {
        let contexts = scorer.contexts.iter().filter(move |context| (context.strength != Strength::Pair) == dependency);
        let contexts = contexts.filter(|context| beside.is_none_or(|beside| !context.key.contains(&beside)));
        contexts.filter_map(weight).fold(0.0, f64::max)
    };
    // Nobody asks for more supporters than these.
    let most = heard(true);
    if most >= SUPPORTERS { most } else { most.max(heard(false)) }
}

/// Whether a value is so short that another right one differs from it by an edit or two: `M` is no typing error of `F`.
fn is_short(scorer: &Scorer<'_>, slot: usize) -> bool {
    const SHORT: usize = 2;
    let text = scorer.column.lexicon.domain.text(code(slot));
    text.is_some_and(|text| text.chars().count() <= SHORT)
}

/// Whether two values are alike but for their digits: two numbers or two codes rather than a typing error.
fn differ_in_digits_only(scorer: &Scorer<'_>, one: usize, other: usize) -> bool {
    let text = |slot: usize| scorer.column.lexicon.domain.text(code(slot));
    let (Some(one), Some(other)) = (text(one), text(other)) else { return false };
    let rest = |c: &char| !c.is_ascii_digit();
    one.chars().filter(rest).eq(other.chars().filter(rest))
}

/// Whether two values are the same but for the case of letters: two ways of writing rather than damage.
fn differ_in_case_only(scorer: &Scorer<'_>, one: Code, other: Code) -> bool {
    let text = |code: Code| scorer.column.lexicon.domain.text(code);
    let (Some(one), Some(other)) = (text(one), text(other)) else { return false };
    one.len() == other.len() && one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Whether, as the table was written, the value has a good share of every functional context of the row, with at
/// least three rows in one.
fn is_at_home(scorer: &Scorer<'_>, row: usize, observed: usize) -> bool {
    let own = scorer.own(row);
    let left_out = if own > 0.0 { 1.0 } else { 0.0 };
    let (mut least_share, mut most_rows) = (f64::INFINITY, 0.0_f64);
    for (context, model) in scorer.contexts.iter().zip(&scorer.column.contexts) {
        let (Some(written), Some((group, _))) = (&model.written, context.others(row, own)) else { continue };
        let (same, all) = if scorer.membership == Membership::Written {
            // These are counted as they are written, each with the confidence that all start with.
            let first = f64::from(FIRST_CONFIDENCE);
            (context.counts.weight(group, observed) / first - 1.0, context.counts.total(group) / first - 1.0)
        } else {
            (written.weight(group, observed) - left_out, written.total(group) - left_out)
        };
        least_share = least_share.min(same / all.max(1.0));
        most_rows = most_rows.max(same);
    }
    (AT_HOME..f64::INFINITY).contains(&least_share) && most_rows >= 3.0
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Constraints;
    use lustrate_table::{Column, Table};

    use crate::{Settings, fit, infer};

    /// Rows of a number and about its half, which two numbers have in common; in one of fifty a letter got into the number.
    fn halves() -> Table {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let rows: Vec<[String; 2]> = (0..6_000)
            .map(|_| {
                let number = 100 + draw(400);
                let written = if draw(50) == 0 { format!("{number}x") } else { number.to_string() };
                [written, format!("{}.{}", number / 2, draw(10))]
            })
            .collect();
        let column = |place: usize| rows.iter().map(|row| Some(row[place].as_str())).collect::<Column>();
        Table::new(vec![("number".to_owned(), column(0)), ("half".to_owned(), column(1))]).expect("the names differ")
    }

    #[test]
    fn numbers_that_other_rows_hold_too_are_not_changed_by_a_digit_for_two_rows() {
        let table = halves();
        let posterior = infer(&fit(&table, &Constraints::default(), &Settings::new()), &table);
        let changes = |cell: &&crate::CellPosterior| {
            let best = cell.candidates.first().map_or(0.0, |candidate| candidate.probability);
            cell.hold.is_none() && best >= 0.7 && cell.observed.as_ref().is_some_and(|text| !text.contains('x'))
        };
        let changed: Vec<_> =
            posterior.cells.iter().filter(|cell| cell.cell.attribute.0 == 0).filter(changes).collect();
        assert!(changed.is_empty(), "{} cells, such as {:?}", changed.len(), changed[0]);
    }
}
