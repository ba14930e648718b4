//! Rules that order pairs of rows: the interval that the rows of every longest consistent chain leave a number.

use std::collections::BTreeMap;

use lustrate_detect::Detection;
use lustrate_rules::{
    Compare, Comparison, Constraint, ConstraintId, Constraints, Domain, Operand, Predicate, Scope, Strength,
};
use lustrate_table::{AttributeId, CellId, Code, RowId, Table};

use super::columns::{NumberColumn, NumberColumns};
use crate::row::{Imagined, as_written};
use crate::weights::HARD;

/// The part of the rows outside of every chain that are taken for exceptions before anything is known of them.
const FIRST_EXCEPTIONS: f64 = 0.25;

/// `a.x < b.x and a.y > b.y` is forbidden among rows that agree on a key; either order may be turned, and may be strict or
/// not.
#[derive(Clone, Debug)]
pub(crate) struct OrderRule {
    pub(crate) rule: ConstraintId,
    pub(crate) words: String,
    /// The rows outside of every longest chain: one of them has to change for each that is one too many.
    pub(crate) blamed: Vec<RowId>,
    key: Vec<AttributeId>,
    x: AttributeId,
    y: AttributeId,
    x_comparison: Comparison,
    y_comparison: Comparison,
    /// By key the rows of every longest chain, by x and then by y.
    chains: BTreeMap<Vec<Code>, Vec<Link>>,
    log_holds: f64,
    log_fails: f64,
}

/// A row of a chain.
#[derive(Clone, Copy, Debug)]
struct Link {
    x: f64,
    y: f64,
    row: RowId,
}

impl OrderRule {
    /// The rule, where a constraint orders two columns of numbers.
    pub(crate) fn new(
        table: &Table,
        (constraints, detection): (&Constraints, &Detection),
        (rule, constraint): (ConstraintId, &Constraint),
        columns: &NumberColumns,
        exceptions: &BTreeMap<String, f64>,
    ) -> Option<Self> {
        if constraint.scope != Scope::Pair || !crate::weights::repairs(constraint) || constraints.joins(rule) {
            return None;
        }
        let (mut key, mut orders) = (Vec::new(), Vec::new());
        for predicate in &constraint.predicates {
            let Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), domain }) = predicate
            else {
                return None;
            };
            if left.attribute != right.attribute || left.tuple == right.tuple {
                return None;
            }
            // Read from the row `a`: the left side is its.
            let turned = left.tuple == lustrate_rules::Tuple::B;
            let comparison = if turned { comparison.flipped() } else { *comparison };
            match (comparison, domain) {
                (Comparison::Equal, Domain::Text) => key.push(left.attribute),
                (order, Domain::Number) if !matches!(order, Comparison::Equal | Comparison::NotEqual) => {
                    orders.push((left.attribute, order))
                }
                _ => return None,
            }
        }
        let [(x, x_comparison), (y, y_comparison)] = orders[..] else { return None };
        if x == y || !columns.contains_key(&x) || !columns.contains_key(&y) {
            return None;
        }
        let mut blamed: Vec<RowId> = detection.of(rule).blame.cells.iter().map(|cell| cell.row).collect();
        blamed.dedup();
        let words = constraint.name.clone();
        let chains = BTreeMap::new();
        let mut found = OrderRule {
            rule,
            words,
            blamed,
            key,
            x,
            y,
            x_comparison,
            y_comparison,
            chains,
            log_holds: 0.0,
            log_fails: 0.0,
        };
        let mut rows = 0.0;
        for row in table.row_ids().filter(|row| found.blamed.binary_search(row).is_err()) {
            let numbers = (columns[&x].written[row.index()], columns[&y].written[row.index()]);
            let key = found.key_of(&as_written(table, row));
            if let ((Some(x), Some(y)), Some(key)) = (numbers, key) {
                found.chains.entry(key).or_default().push(Link { x, y, row });
                rows += 1.0;
            }
        }
        let falls = found.falls();
        for chain in found.chains.values_mut() {
            let y = |link: &Link| if falls { -link.y } else { link.y };
            chain.sort_by(|a, b| a.x.total_cmp(&b.x).then(y(a).total_cmp(&y(b))).then(a.row.cmp(&b.row)));
        }
        let outside = found.blamed.len() as f64;
        let exceptions = exceptions.get(&found.words).copied().unwrap_or(FIRST_EXCEPTIONS * outside).min(outside);
        let fails = ((exceptions + 0.5) / (rows + exceptions + 1.0)).min(0.5);
        found.log_holds = (1.0 - fails).ln();
        found.log_fails = if constraint.strength == Strength::Hard { -HARD } else { fails.ln() };
        Some(found)
    }

    /// The attributes that it names.
    pub(crate) fn attributes(&self) -> Vec<AttributeId> {
        self.key.iter().copied().chain([self.x, self.y]).collect()
    }

    /// Whether y falls where x rises.
    fn falls(&self) -> bool {
        let up = |comparison| matches!(comparison, Comparison::Less | Comparison::LessOrEqual);
        up(self.x_comparison) == up(self.y_comparison)
    }

    fn key_of(&self, imagined: &Imagined<'_>) -> Option<Vec<Code>> {
        self.key.iter().map(|&part| imagined.code(part).filter(|code| !code.is_null())).collect()
    }

    /// The neighbours of a place in the chain of the row: the last link before it and the first behind it by x.
    fn neighbours(&self, imagined: &Imagined<'_>, x: f64) -> Option<(Option<Link>, Option<Link>, &[Link])> {
        let chain = self.chains.get(&self.key_of(imagined)?)?;
        let strict = matches!(self.x_comparison, Comparison::Less | Comparison::Greater);
        let before = chain.partition_point(|link| if strict { link.x < x } else { link.x <= x });
        let behind = chain.partition_point(|link| if strict { link.x <= x } else { link.x < x });
        let other = |link: &&Link| link.row != imagined.row;
        let last = chain[..before].iter().rev().find(other).copied();
        let first = chain[behind..].iter().find(other).copied();
        Some((last, first, chain))
    }

    /// What it says of the row: how narrow the interval is that its y lies in, or that it lies outside.
    pub(crate) fn log_factor(&self, imagined: &Imagined<'_>, columns: &NumberColumns) -> f64 {
        if self.attributes().iter().any(|&attribute| imagined.is_unlisted(attribute)) {
            return self.log_holds;
        }
        let numbers = (imagined.number(self.x, columns), imagined.number(self.y, columns));
        let (Some(x), Some(y)) = numbers else { return self.log_holds };
        let Some((last, first, chain)) = self.neighbours(imagined, x) else { return self.log_holds };
        let breaks = |link: &Link| {
            let conflict = |(ax, ay): (f64, f64), (bx, by): (f64, f64)| {
                self.x_comparison.holds(ax.total_cmp(&bx)) && self.y_comparison.holds(ay.total_cmp(&by))
            };
            conflict((link.x, link.y), (x, y)) || conflict((x, y), (link.x, link.y))
        };
        if last.iter().chain(&first).any(breaks) {
            return self.log_fails;
        }
        let (low, high) = match (last, first, self.falls()) {
            (last, first, false) => (last.map(|link| link.y), first.map(|link| link.y)),
            (last, first, true) => (first.map(|link| link.y), last.map(|link| link.y)),
        };
        let turn = |y: f64| if self.falls() { -y } else { y };
        let (low, high) = if self.falls() { (high.map(turn), low.map(turn)) } else { (low, high) };
        let from = low.map_or(0, |low| chain.partition_point(|link| turn(link.y) < low));
        let to = high.map_or(chain.len(), |high| chain.partition_point(|link| turn(link.y) <= high));
        let is_inside = |y: f64| low.is_none_or(|low| turn(y) >= low) && high.is_none_or(|high| turn(y) <= high);
        let own = columns[&self.y].written[imagined.row.index()];
        let counts_itself = self.blamed.binary_search(&imagined.row).is_err() && own.is_some_and(is_inside);
        let count = to.saturating_sub(from) as f64 - f64::from(u8::from(counts_itself));
        self.log_holds - ((count.max(0.0) + 1.0) / (chain.len() as f64 + 1.0)).min(1.0).ln()
    }

    /// The ends of the interval that is left to a column, as it writes them.
    pub(crate) fn ends(
        &self,
        table: &Table,
        row: RowId,
        column: &NumberColumn,
        columns: &NumberColumns,
    ) -> Vec<String> {
        let written = as_written(table, row);
        if column.attribute != self.y {
            return Vec::new();
        }
        let Some(x) = written.number(self.x, columns) else { return Vec::new() };
        let Some((last, first, _)) = self.neighbours(&written, x) else { return Vec::new() };
        last.into_iter().chain(first).map(|link| column.places.print(link.y)).collect()
    }

    /// The blamed rows of which no cell is believed to be wrong.
    pub(crate) fn exceptions(&self, is_wrong: impl Fn(CellId) -> bool) -> f64 {
        let attributes = self.attributes();
        let excepted = |&&row: &&RowId| !attributes.iter().any(|&attribute| is_wrong(CellId { row, attribute }));
        self.blamed.iter().filter(excepted).count() as f64
    }
}
