//! The violations of a constraint on pairs of rows: which way leads to the rows, and which to the blame.

use lustrate_rules::{Constraint, ConstraintId, Constraints, Scope, Tuple};
use lustrate_table::{CellId, Code, RowId, Table};

use crate::axis::axes;
use crate::blocks::{Block, Blocks};
use crate::chain::{Changes, Monotone, Place};
use crate::cover::{Cover, greedy_cover};
use crate::dependency::{conflicting_rows, conflicts};
use crate::enumerate::{Candidates, compare_pairs};
use crate::left_sides::LeftSides;
use crate::pair_rule::PairRule;
use crate::partners::{count_partners, is_countable};
use crate::shape::{Form, Shape, allowed, named};
use crate::sweep::{is_swept, pairs, violating_rows};
use crate::typed::Typed;
use crate::{Answer, Basis, Blame, Budget, Coverage, RowSet, Violations};

/// The violations of a constraint of scope pair.
pub(crate) fn pair_violations(
    typed: Typed,
    left_sides: &LeftSides,
    id: ConstraintId,
    constraint: &Constraint,
    budget: Budget,
) -> Violations {
    let shape = Shape::new(constraint);
    let mut rule = PairRule::with_left_sides(typed, &shape, Some(left_sides));
    let mut found = match shape.form() {
        Form::Parts => by_parts(&rule),
        Form::Monotone => by_chain(&mut rule),
        Form::General if is_countable(&rule) => by_count(&mut rule, budget),
        Form::General => by_comparison(&mut rule, budget),
    };
    if shape.is_symmetric() {
        found.ordered_pairs /= 2;
    }
    let cells = cells(&shape, constraint, &found.blamed, [&found.as_a, &found.as_b]);
    let blame = Blame { cells, changes: found.changes, basis: found.basis };
    let rows = found.as_a.union(&found.as_b);
    Violations { constraint: id, rows, pairs: Some(found.ordered_pairs), blame, coverage: found.coverage }
}

/// The rows of [`pair_violations`] alone.
pub(crate) fn pair_rows(typed: Typed, constraint: &Constraint, budget: Budget) -> Answer<RowSet> {
    let shape = Shape::new(constraint);
    let mut rule = PairRule::new(typed, &shape);
    if shape.form() != Form::Parts && !is_countable(&rule) {
        let found = compare_pairs(&mut rule, budget);
        let rows = found.rows(Tuple::A, rule.rows).union(&found.rows(Tuple::B, rule.rows));
        return Answer { answer: rows, coverage: found.coverage() };
    }
    let rows = match shape.form() {
        Form::Parts => conflicting_rows(&rule, told_apart_by(&rule)),
        _ => {
            let [as_a, as_b] = partaking(&rule, &Blocks::new(&rule, &[]));
            as_a.union(&as_b)
        }
    };
    Answer { answer: rows, coverage: Coverage::Complete }
}

/// The number of pairs of [`pair_violations`] alone.
pub(crate) fn pair_count(typed: Typed, constraint: &Constraint, budget: Budget) -> Answer<u64> {
    let shape = Shape::new(constraint);
    let mut rule = PairRule::new(typed, &shape);
    let (ordered_pairs, coverage) = match shape.form() {
        Form::Parts => (by_parts(&rule).ordered_pairs, Coverage::Complete),
        _ if is_countable(&rule) => (count(&rule, &Blocks::new(&rule, &[])), Coverage::Complete),
        _ => {
            let found = compare_pairs(&mut rule, budget);
            (found.pairs.len() as u64, found.coverage())
        }
    };
    Answer { answer: if shape.is_symmetric() { ordered_pairs / 2 } else { ordered_pairs }, coverage }
}

/// The blame of [`pair_violations`] alone.
pub(crate) fn pair_blame(typed: Typed, id: ConstraintId, constraint: &Constraint, budget: Budget) -> Answer<Blame> {
    let shape = Shape::new(constraint);
    if shape.form() != Form::Monotone {
        let Violations { blame, coverage, .. } = pair_violations(typed, &LeftSides::default(), id, constraint, budget);
        return Answer { answer: blame, coverage };
    }
    let rule = PairRule::new(typed, &shape);
    let (blamed, changes) = off_chain(&rule, &Blocks::new(&rule, &[]));
    // Both roles read the same cells, so that it does not count in which of them a row takes part.
    let mut rows = RowSet::empty(rule.rows);
    rows.extend(blamed.iter().copied());
    let cells = cells(&shape, constraint, &blamed, [&rows, &rows]);
    Answer { answer: Blame { cells, changes, basis: Basis::Smallest }, coverage: Coverage::Complete }
}

/// The pairs of rows that violate a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViolatingPairs {
    /// The pairs (a, b) of different rows for which all predicates hold, sorted. A constraint that reads the same with its
    /// roles exchanged has each pair once, the earlier row first.
    pub pairs: Vec<(RowId, RowId)>,
    /// How much was looked at.
    pub coverage: Coverage,
}

/// The pairs of rows that violate a constraint, with at most so many compared one by one; none for a constraint that is not
/// on pairs of rows of the table. Where only the rows that take part are asked for, [`detect()`](crate::detect()) is
/// faster: it counts pairs without looking at each.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn violating_pairs(table: &Table, constraints: &Constraints, id: ConstraintId, budget: Budget) -> ViolatingPairs {
    let constraint = constraints.get(id);
    if constraint.scope != Scope::Pair {
        return ViolatingPairs { pairs: Vec::new(), coverage: Coverage::Complete };
    }
    let shape = Shape::new(constraint);
    let found = compare_pairs(&mut PairRule::new(Typed { table, columns: constraints.columns() }, &shape), budget);
    let coverage = found.coverage();
    let mut pairs = found.pairs;
    if shape.is_symmetric() {
        // A budget that ran out may have left one of the two ways round out.
        pairs.iter_mut().filter(|(a, b)| a > b).for_each(|(a, b)| std::mem::swap(a, b));
    }
    pairs.sort_unstable();
    pairs.dedup();
    ViolatingPairs { pairs, coverage }
}

/// What was found, before rows become cells.
struct Found {
    as_a: RowSet,
    as_b: RowSet,
    /// The number of pairs (a, b), with (b, a) a pair of its own.
    ordered_pairs: u64,
    /// The rows to blame, in row order.
    blamed: Vec<RowId>,
    changes: u64,
    basis: Basis,
    coverage: Coverage,
}

/// Of blamed rows, the cells of the roles that they take part in.
fn cells(shape: &Shape, constraint: &Constraint, blamed: &[RowId], takes_part: [&RowSet; 2]) -> Vec<CellId> {
    let [of_a, of_b] = [Tuple::A, Tuple::B].map(|role| {
        let mut attributes = allowed(&constraint.changes, &shape.blamed_attributes(role), &named(constraint, role));
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    });
    let mut of_both = of_a.clone();
    of_both.extend(&of_b);
    of_both.sort_unstable();
    of_both.dedup();
    let cells = blamed.iter().flat_map(|&row| {
        let attributes = match takes_part.map(|rows| rows.contains(row)) {
            [true, true] => &of_both[..],
            [true, false] => &of_a,
            [false, true] => &of_b,
            [false, false] => &[],
        };
        attributes.iter().map(move |&attribute| CellId { row, attribute })
    });
    cells.collect()
}

/// What rows that agree on the equalities conflict by if it differs; `None` where all do.
fn told_apart_by<'r>(rule: &'r PairRule) -> Option<&'r [Code]> {
    let keys = rule.unequal.first().or(rule.orders.first().map(|order| &order.keys))?;
    Some(keys.of(Tuple::A))
}

/// Rows that differ in one attribute conflict; where there is none to differ in, all do.
fn by_parts(rule: &PairRule) -> Found {
    let conflicts = conflicts(rule, told_apart_by(rule));
    // An order holds one way round for two rows that differ, everything else both ways.
    let orientations = if rule.orders.is_empty() { 2 } else { 1 };
    Found {
        as_a: conflicts.rows.clone(),
        as_b: conflicts.rows,
        ordered_pairs: conflicts.pairs * orientations,
        blamed: conflicts.loose.iter().collect(),
        changes: conflicts.least,
        basis: Basis::Smallest,
        coverage: Coverage::Complete,
    }
}

/// The rows that take part in a violation of a countable rule, by role.
fn partaking(rule: &PairRule, blocks: &Blocks) -> [RowSet; 2] {
    if is_swept(rule) {
        return violating_rows(rule, blocks);
    }
    let partners = count_partners(rule);
    [Tuple::A, Tuple::B].map(|role| partners.rows(role))
}

/// The number of pairs (a, b) that violate a countable rule.
fn count(rule: &PairRule, blocks: &Blocks) -> u64 {
    if is_swept(rule) { pairs(rule, blocks) } else { count_partners(rule).pairs() }
}

/// Two attributes have to rise (or fall) together. Rows without a violation are in every longest chain and are left
/// out beforehand where they are most.
fn by_chain(rule: &mut PairRule) -> Found {
    let mut blocks = Blocks::new(rule, &[]);
    let [as_a, as_b] = partaking(rule, &blocks);
    let violating = as_a.clone().union(&as_b);
    if 2 * violating.len() < rule.rows {
        rule.a = violating.clone();
        rule.b = violating;
        blocks = Blocks::new(rule, &[]);
    }
    let ordered_pairs = count(rule, &blocks);
    let (blamed, changes) = off_chain(rule, &blocks);
    let (basis, coverage) = (Basis::Smallest, Coverage::Complete);
    Found { as_a, as_b, ordered_pairs, blamed, changes, basis, coverage }
}

/// The rows that are not in every longest chain of a monotone rule, in row order, and how many have to change.
fn off_chain(rule: &PairRule, blocks: &Blocks) -> (Vec<RowId>, u64) {
    let [x, y] = axes(rule);
    let monotone = Monotone { x: x.bound, y: y.bound };
    let work = |chain: &mut Chain, block: Block<'_>| {
        // Both orders read `>` along their axes, and the second is turned back, so that the constraint reads
        // `a.x > b.x and a.y < b.y`.
        let place = |&row: &RowId| Place { x: x.place(Tuple::A, row), y: !y.place(Tuple::A, row) };
        chain.places.clear();
        chain.places.extend(block.a.iter().map(place));
        chain.changes.find(&chain.places, monotone);
        chain.blamed.extend(chain.changes.positions.iter().map(|&position| block.a[position as usize]));
        chain.least += chain.changes.least;
    };
    let chains = blocks.fold(work);
    let mut blamed: Vec<RowId> = chains.iter().flat_map(|chain| chain.blamed.iter().copied()).collect();
    blamed.sort_unstable();
    (blamed, chains.iter().map(|chain| chain.least).sum())
}

/// What is off the chains of some blocks, and memory that is kept from block to block.
#[derive(Default)]
struct Chain {
    blamed: Vec<RowId>,
    least: u64,
    places: Vec<Place>,
    changes: Changes,
}

/// Rows and pairs by the sweep; the pairs themselves are only looked up for the cover.
fn by_count(rule: &mut PairRule, budget: Budget) -> Found {
    let blocks = Blocks::new(rule, &[]);
    let [as_a, as_b] = partaking(rule, &blocks);
    let ordered_pairs = count(rule, &blocks);
    drop(blocks);
    (rule.a, rule.b) = (as_a.clone(), as_b.clone());
    let Cover { rows: blamed, least: changes } = cover(rule, budget);
    let (basis, coverage) = (Basis::Greedy, Coverage::Complete);
    Found { as_a, as_b, ordered_pairs, blamed, changes, basis, coverage }
}

/// The greedy cover of the pairs of the rows that violate a countable rule. As long as there are too many to look at, all
/// rows with more than half of the most partners are taken at once and the others counted again; the most halves each
/// time.
fn cover(rule: &mut PairRule, budget: Budget) -> Cover {
    let mut leaders = Vec::new();
    loop {
        let candidates = Candidates::new(rule);
        if candidates.comparisons() <= budget.0 {
            let Cover { mut rows, least } = greedy_cover(&candidates.enumerate(rule, budget).pairs);
            let least = least + leaders.len() as u64;
            rows.extend(leaders);
            rows.sort_unstable();
            return Cover { rows, least };
        }
        let leading = count_partners(rule).leading();
        rule.a.retain(|row| !leading.contains(row));
        rule.b.retain(|row| !leading.contains(row));
        leaders.extend(leading.iter());
        let [as_a, as_b] = partaking(rule, &Blocks::new(rule, &[]));
        (rule.a, rule.b) = (as_a, as_b);
    }
}

/// Every pair that the countable part of the constraint leaves possible, as far as the budget goes.
fn by_comparison(rule: &mut PairRule, budget: Budget) -> Found {
    let found = compare_pairs(rule, budget);
    let Cover { rows: blamed, least: changes } = greedy_cover(&found.pairs);
    Found {
        as_a: found.rows(Tuple::A, rule.rows),
        as_b: found.rows(Tuple::B, rule.rows),
        ordered_pairs: found.pairs.len() as u64,
        changes,
        blamed,
        basis: Basis::Greedy,
        coverage: found.coverage(),
    }
}
