//! The violations of a constraint on pairs of rows: which way leads to the rows, and which to the blame.

use lustrate_rules::{Constraint, ConstraintId, Constraints, Scope, Tuple};
use lustrate_table::{CellId, Code, RowId, Table};

use crate::blocks::{Block, Blocks};
use crate::chain::{Monotone, Place, changes};
use crate::cover::greedy_cover;
use crate::dependency::conflicts;
use crate::enumerate::{Candidates, compare_pairs};
use crate::pair_rule::PairRule;
use crate::partners::{Bound, Partners, count_partners, is_countable, oriented};
use crate::shape::{Form, Shape, allowed, named};
use crate::typed::Typed;
use crate::{Basis, Blame, Budget, Coverage, RowSet, Violations};

/// The violations of a constraint of scope pair.
pub(crate) fn pair_violations(typed: Typed, id: ConstraintId, constraint: &Constraint, budget: Budget) -> Violations {
    let shape = Shape::new(constraint);
    let mut rule = PairRule::new(typed, &shape);
    let mut found = match shape.form() {
        Form::Parts => by_parts(&rule),
        Form::Monotone => by_chain(&rule),
        Form::General if is_countable(&rule) => by_count(&mut rule, budget),
        Form::General => by_comparison(&mut rule, budget),
    };
    if shape.is_symmetric() {
        found.ordered_pairs /= 2;
    }
    let blame = Blame { cells: cells(&shape, constraint, &found), changes: found.changes, basis: found.basis };
    let rows = found.as_a.union(&found.as_b);
    Violations { constraint: id, rows, pairs: Some(found.ordered_pairs), blame, coverage: found.coverage }
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

/// Of a blamed row, the cells of the roles that it takes part in.
fn cells(shape: &Shape, constraint: &Constraint, found: &Found) -> Vec<CellId> {
    let roles = [Tuple::A, Tuple::B]
        .map(|role| allowed(&constraint.changes, &shape.blamed_attributes(role), &named(constraint, role)));
    let mut cells = Vec::new();
    for &row in &found.blamed {
        let first = cells.len();
        for (attributes, rows) in roles.iter().zip([&found.as_a, &found.as_b]) {
            if rows.contains(row) {
                cells.extend(attributes.iter().map(|&attribute| CellId { row, attribute }));
            }
        }
        cells[first..].sort_unstable();
    }
    cells.dedup();
    cells
}

/// Rows that differ in one attribute conflict; where there is none to differ in, all do.
fn by_parts(rule: &PairRule) -> Found {
    let compared = rule.unequal.first().or(rule.orders.first().map(|order| &order.keys));
    let conflicts = match compared {
        Some(keys) => conflicts(rule, keys.of(Tuple::A)),
        None => conflicts(rule, &(0..rule.rows as u32).map(Code).collect::<Vec<_>>()),
    };
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

/// Two attributes have to rise (or fall) together. Rows without a violation are in every longest chain and are left
/// out beforehand.
fn by_chain(rule: &PairRule) -> Found {
    let partners = count_partners(rule);
    let (as_a, as_b) = (partners.rows(Tuple::A), partners.rows(Tuple::B));
    let violating = as_a.clone().union(&as_b);
    let [first, second] = &rule.orders[..] else { unreachable!("a monotone constraint has two orders") };
    let monotone = Monotone { x: Bound::of(first), y: Bound::of(second) };
    // Both orders are turned to read `>`, and the second is turned back, so that the constraint reads
    // `a.x > b.x and a.y < b.y`.
    let place = |&row: &RowId| Place { x: oriented(first, Tuple::A, row), y: !oriented(second, Tuple::A, row) };
    let work = |(blamed, least): &mut (Vec<RowId>, u64), block: Block| {
        let rows: Vec<RowId> = block.a.iter().copied().filter(|&row| violating.contains(row)).collect();
        let changes = changes(&rows.iter().map(place).collect::<Vec<_>>(), monotone);
        blamed.extend(changes.positions.iter().map(|&position| rows[position]));
        *least += changes.least;
    };
    let chunks = Blocks::new(rule, &[]).fold(work);
    let mut blamed: Vec<RowId> = chunks.iter().flat_map(|(blamed, _)| blamed.iter().copied()).collect();
    blamed.sort_unstable();
    let changes = chunks.iter().map(|(_, least)| least).sum();
    let (ordered_pairs, basis, coverage) = (partners.pairs(), Basis::Smallest, Coverage::Complete);
    Found { as_a, as_b, ordered_pairs, blamed, changes, basis, coverage }
}

/// Rows and pairs by the sweep; the pairs themselves are only looked up for the cover.
fn by_count(rule: &mut PairRule, budget: Budget) -> Found {
    let partners = count_partners(rule);
    let (as_a, as_b) = (partners.rows(Tuple::A), partners.rows(Tuple::B));
    let ordered_pairs = partners.pairs();
    let blamed = cover(rule, partners, budget);
    let (changes, basis, coverage) = (blamed.len() as u64, Basis::Greedy, Coverage::Complete);
    Found { as_a, as_b, ordered_pairs, blamed, changes, basis, coverage }
}

/// The greedy cover of the pairs that were counted. As long as there are too many to look at, all rows with more
/// than half of the most partners are taken at once and the others counted again; the most halves each time.
fn cover(rule: &mut PairRule, mut partners: Partners, budget: Budget) -> Vec<RowId> {
    let mut cover = Vec::new();
    loop {
        rule.a = partners.rows(Tuple::A);
        rule.b = partners.rows(Tuple::B);
        let candidates = Candidates::new(rule);
        if candidates.comparisons() <= budget.0 {
            cover.extend(greedy_cover(&candidates.enumerate(rule, budget).pairs));
            cover.sort_unstable();
            return cover;
        }
        let leading = partners.leading();
        rule.a.retain(|row| !leading.contains(row));
        rule.b.retain(|row| !leading.contains(row));
        cover.extend(leading.iter());
        partners = count_partners(rule);
    }
}

/// Every pair that the countable part of the constraint leaves possible, as far as the budget goes.
fn by_comparison(rule: &mut PairRule, budget: Budget) -> Found {
    let found = compare_pairs(rule, budget);
    let blamed = greedy_cover(&found.pairs);
    Found {
        as_a: found.rows(Tuple::A, rule.rows),
        as_b: found.rows(Tuple::B, rule.rows),
        ordered_pairs: found.pairs.len() as u64,
        changes: blamed.len() as u64,
        blamed,
        basis: Basis::Greedy,
        coverage: found.coverage(),
    }
}
