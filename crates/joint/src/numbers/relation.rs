//! Equations between the numbers of a row: those that rules give, and those that the data show.

use std::collections::BTreeMap;

use lustrate_rules::{
    Arithmetic, CellOf, Comparison, Constraint, ConstraintId, Constraints, Formula, Predicate, Scope, Strength,
    Tolerance, Tuple,
};
use lustrate_table::{AttributeId, RowId, Table, parse_number};
use rayon::prelude::*;

use super::columns::{NumberColumn, NumberColumns};
use crate::row::{Imagined, as_written};
use crate::weights::HARD;

/// The share of rows in which a relation must hold, dirty as they are.
const HOLDS: f64 = 0.8;
/// Rows at least in which it says something, and distinct numbers at least that it gives.
const LEAST_ROWS: usize = 30;
const LEAST_DISTINCT: usize = 20;
/// Rows in which relations are looked for.
const LOOKED_AT: usize = 400;
/// Powers of ten between units that are looked for.
const POWERS: std::ops::RangeInclusive<i32> = -3..=3;
/// Columns of numbers at most among which relations of three are looked for.
const MOST_COLUMNS: usize = 60;
/// A column with more missing cells than this is not filled.
const COMMONLY_MISSING: f64 = 0.25;

/// `left = right`, within a tolerance.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    /// The rule that gives it; `None` for one that the data show.
    pub(crate) rule: Option<ConstraintId>,
    pub(crate) attributes: Vec<AttributeId>,
    left: Formula,
    right: Formula,
    tolerance: Tolerance,
    /// The attribute whose number it determines.
    dependent: AttributeId,
    /// How people read it: `total = items * price`.
    pub(crate) words: String,
    log_holds: f64,
    log_fails: f64,
    /// The log shares, of the rows in which it holds, of those in which it does as exactly as the dependent number is
    /// written, and of the others.
    log_exact: f64,
    log_loose: f64,
}

impl Relation {
    fn new(table: &Table, rule: Option<ConstraintId>, sides: (Formula, Formula, Tolerance)) -> Option<Self> {
        let (left, right, tolerance) = sides;
        let mut attributes = Vec::new();
        push_attributes(&left, &mut attributes);
        push_attributes(&right, &mut attributes);
        let dependent = match (&left, &right) {
            (_, Formula::Cell(cell)) if !matches!(left, Formula::Cell(_)) => cell.attribute,
            _ => *attributes.first()?,
        };
        attributes.sort_unstable();
        attributes.dedup();
        let words = format!("{} = {}", print(table, &left), print(table, &right));
        let (log_holds, log_fails, log_exact, log_loose) = (0.0, 0.0, 0.0, 0.0);
        Some(Relation {
            rule,
            attributes,
            left,
            right,
            tolerance,
            dependent,
            words,
            log_holds,
            log_fails,
            log_exact,
            log_loose,
        })
    }

    /// Whether numbers satisfy it; `None` where one is missing.
    pub(crate) fn holds(&self, number: &dyn Fn(AttributeId) -> Option<f64>) -> Option<bool> {
        let number = |cell: CellOf| number(cell.attribute);
        let (left, right) = (self.left.value_with(&number)?, self.right.value_with(&number)?);
        Some(self.tolerance.compare(left, right).is_eq())
    }

    /// Whether both sides differ by no more than what is lost where the dependent number is written.
    fn is_exact(&self, columns: &NumberColumns, number: &dyn Fn(AttributeId) -> Option<f64>) -> bool {
        let number = |cell: CellOf| number(cell.attribute);
        let sides = (self.left.value_with(&number), self.right.value_with(&number));
        let (Some(left), Some(right)) = sides else { return false };
        (left - right).abs() <= 0.501 * columns[&self.dependent].places.step() + 1e-9 * left.abs()
    }

    /// The number that an attribute must have where the others are right, as its column writes it.
    pub(crate) fn solve(&self, column: &NumberColumn, number: &dyn Fn(AttributeId) -> Option<f64>) -> Option<String> {
        let text = column.places.print(solution(&self.left, &self.right, column.attribute, number)?);
        let solved = parse_number(&text)?;
        let with = |attribute| if attribute == column.attribute { Some(solved) } else { number(attribute) };
        (self.holds(&with) == Some(true)).then_some(text)
    }

    /// How probable the row is: where the relation holds the dependent number says nothing new, and where it does not the
    /// row is one of its exceptions.
    pub(crate) fn log_factor(&self, imagined: &Imagined<'_>, columns: &NumberColumns) -> f64 {
        if self.attributes.iter().any(|&attribute| imagined.is_unlisted(attribute)) {
            return self.log_fails;
        }
        match self.holds(&|attribute| imagined.number(attribute, columns)) {
            None => 0.0,
            Some(false) => self.log_fails,
            Some(true) => {
                let dependent = imagined.number(self.dependent, columns).unwrap_or_default();
                let holds = if self.is_exact(columns, &|attribute| imagined.number(attribute, columns)) {
                    self.log_exact
                } else {
                    self.log_loose
                };
                self.log_holds + holds - columns[&self.dependent].log_mass(dependent, imagined, columns)
            }
        }
    }

    /// The rows in which it does not hold, and those in which one cell holds no number that it could give.
    fn rows(&self, table: &Table, columns: &NumberColumns) -> Vec<RowId> {
        let concerns = |&row: &RowId| {
            let number = |attribute: AttributeId| columns[&attribute].written[row.index()];
            match self.holds(&number) {
                Some(holds) => !holds,
                None => {
                    let lacking: Vec<_> = self.attributes.iter().filter(|&&other| number(other).is_none()).collect();
                    let [&one] = lacking[..] else { return false };
                    let fillable = columns[&one].missing < COMMONLY_MISSING;
                    let written = as_written(table, row).text(one).is_some();
                    (fillable || written) && self.solve(&columns[&one], &number).is_some()
                }
            }
        };
        table.row_ids().filter(concerns).collect()
    }

    /// How many rows satisfy it and how many do not, as they are written.
    fn count(&self, table: &Table, columns: &NumberColumns) -> (f64, f64, f64) {
        let (mut exact, mut loose, mut broken) = (0.0, 0.0, 0.0);
        for row in table.row_ids() {
            let number = |attribute: AttributeId| columns[&attribute].written[row.index()];
            match self.holds(&number) {
                Some(true) if self.is_exact(columns, &number) => exact += 1.0,
                Some(true) => loose += 1.0,
                Some(false) => broken += 1.0,
                None => {}
            }
        }
        (exact, loose, broken)
    }

    fn weighed(mut self, (exact, loose, exceptions): (f64, f64, f64), hard: bool) -> Self {
        let kept = exact + loose;
        self.log_exact = ((exact + 0.5) / (kept + 1.0)).ln();
        self.log_loose = ((loose + 0.5) / (kept + 1.0)).ln();
        let all = kept + exceptions + 1.0;
        let fails = ((exceptions + 0.5) / all).min(0.5);
        self.log_holds = (1.0 - fails).ln();
        self.log_fails = if hard { -HARD } else { fails.ln() };
        self
    }
}

/// The part of broken rows that are taken for exceptions before anything is known of them.
const FIRST_EXCEPTIONS: f64 = 0.25;

/// A relation with the rows of a table that it concerns.
pub(crate) struct RelationRows {
    relation: Relation,
    /// Whether a hard rule gives it.
    pub(crate) is_hard: bool,
    /// How many rows satisfy it, exactly and not, and how many do not.
    counts: (f64, f64, f64),
    pub(crate) rows: Vec<RowId>,
}

impl RelationRows {
    /// The relation, weighed. `exceptions` says of some how many rows break them although all cells are right.
    pub(crate) fn weighed(&self, exceptions: &BTreeMap<String, f64>) -> Relation {
        let (exact, loose, broken) = self.counts;
        let exceptions = exceptions.get(&self.relation.words).copied().unwrap_or(FIRST_EXCEPTIONS * broken);
        self.relation.clone().weighed((exact, loose, exceptions.min(broken)), self.is_hard)
    }
}

/// The relations of a table.
pub(crate) fn relations(table: &Table, constraints: &Constraints, columns: &NumberColumns) -> Vec<RelationRows> {
    let mut relations: Vec<Relation> = constraints
        .iter()
        .filter(|(_, constraint)| crate::weights::repairs(constraint))
        .filter_map(|(rule, constraint)| given(table, columns, rule, constraint))
        .collect();
    let known: Vec<Vec<AttributeId>> = relations.iter().map(|relation| relation.attributes.clone()).collect();
    relations.extend(found(table, columns).into_iter().filter(|relation| !known.contains(&relation.attributes)));
    let with_rows = |relation: Relation| RelationRows {
        is_hard: relation.rule.is_some_and(|rule| constraints.get(rule).strength == Strength::Hard),
        counts: relation.count(table, columns),
        rows: relation.rows(table, columns),
        relation,
    };
    relations.into_iter().map(with_rows).collect()
}

/// The relation that a rule gives, where it says nothing but that two formulas over columns of numbers are equal.
pub(crate) fn given(
    table: &Table,
    columns: &NumberColumns,
    rule: ConstraintId,
    constraint: &Constraint,
) -> Option<Relation> {
    let [Predicate::Formula { left, comparison, right, tolerance }] = &constraint.predicates[..] else { return None };
    if constraint.scope != Scope::Row {
        return None;
    }
    // `!=` and `not ~=` are both forbidden as the negation of equality.
    if *comparison != Comparison::NotEqual {
        return None;
    }
    let relation = Relation::new(table, Some(rule), (left.clone(), right.clone(), *tolerance))?;
    relation.attributes.iter().all(|attribute| columns.contains_key(attribute)).then_some(relation)
}

/// The relations `a = b + c`, `a = b * c` and `a = b / c` that the data show, the last two up to a power of ten.
fn found(table: &Table, columns: &NumberColumns) -> Vec<Relation> {
    let columns: Vec<&NumberColumn> = columns.values().map(|column| &**column).take(MOST_COLUMNS).collect();
    let of = |place: usize| -> Vec<Relation> {
        let dependent = columns[place];
        let mut found = Vec::new();
        for (first, b) in columns.iter().enumerate().filter(|(other, _)| *other != place) {
            for (second, c) in columns.iter().enumerate().filter(|(other, _)| *other != place && *other != first) {
                let operations: &[Arithmetic] = if first < second {
                    &[Arithmetic::Add, Arithmetic::Multiply, Arithmetic::Divide]
                } else {
                    &[Arithmetic::Divide]
                };
                found.extend(operations.iter().filter_map(|&operation| relation(table, dependent, b, operation, c)));
            }
        }
        found
    };
    let mut relations: Vec<Relation> = (0..columns.len()).into_par_iter().flat_map_iter(of).collect();
    // One relation of three columns, however it is solved: products and sums before quotients, as they are found.
    let mut known: Vec<Vec<AttributeId>> = Vec::new();
    relations.sort_by_key(|relation| matches!(&relation.right, Formula::Binary(Arithmetic::Divide, ..)));
    relations.retain(|relation| {
        let new = !known.contains(&relation.attributes);
        known.push(relation.attributes.clone());
        new
    });
    relations
}

/// The relation, if it holds in the rows that are looked at and then in all.
fn relation(
    table: &Table,
    a: &NumberColumn,
    b: &NumberColumn,
    operation: Arithmetic,
    c: &NumberColumn,
) -> Option<Relation> {
    let rows = table.rows();
    let step = (rows / LOOKED_AT).max(1);
    let numbers = |row: usize| Some((a.written[row]?, b.written[row]?, c.written[row]?));
    let trivial = |b: f64, c: f64| match operation {
        Arithmetic::Add | Arithmetic::Subtract => b == 0.0 || c == 0.0,
        Arithmetic::Multiply | Arithmetic::Divide => b == 0.0 || c == 0.0 || c.abs() == 1.0 || b.abs() == 1.0,
    };
    let slack = 0.501 * a.places.step();
    let holds = |(a, b, c): (f64, f64, f64), factor: f64| {
        let result = match operation {
            Arithmetic::Add => b + c,
            Arithmetic::Subtract => b - c,
            Arithmetic::Multiply => b * c,
            Arithmetic::Divide => b / c,
        };
        (a - factor * result).abs() <= slack + 1e-9 * a.abs()
    };
    let looked_at: Vec<(f64, f64, f64)> =
        (0..rows).step_by(step).filter_map(numbers).filter(|&(_, b, c)| !trivial(b, c)).take(2 * LOOKED_AT).collect();
    if looked_at.len() < LEAST_ROWS {
        return None;
    }
    let powers = if operation == Arithmetic::Add { 0..=0 } else { POWERS };
    let misses_at_most = ((1.0 - HOLDS) * looked_at.len() as f64) as usize;
    let factor = powers.map(|power| 10f64.powi(power)).find(|&factor| {
        let mut misses = 0;
        looked_at.iter().all(|&numbers| {
            misses += usize::from(!holds(numbers, factor));
            misses <= misses_at_most
        })
    })?;
    let every = || (0..rows).filter_map(numbers).filter(|&(_, b, c)| !trivial(b, c));
    let held: Vec<f64> = every().filter(|&numbers| holds(numbers, factor)).map(|(a, ..)| a).collect();
    let mut distinct = held.clone();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    if (held.len() as f64) < HOLDS * every().count() as f64 || distinct.len() < LEAST_DISTINCT {
        return None;
    }
    let cell = |column: &NumberColumn| Formula::Cell(CellOf { tuple: Tuple::A, attribute: column.attribute });
    let mut right = Formula::Binary(operation, Box::new(cell(b)), Box::new(cell(c)));
    if factor > 1.0 {
        right = Formula::Binary(Arithmetic::Multiply, Box::new(right), Box::new(Formula::Number(factor)));
    } else if factor < 1.0 {
        right = Formula::Binary(Arithmetic::Divide, Box::new(right), Box::new(Formula::Number((1.0 / factor).round())));
    }
    Relation::new(table, None, (cell(a), right, Tolerance::Absolute(slack)))
}

/// The number of an attribute for which two sides are equal.
pub(crate) fn solution(
    left: &Formula,
    right: &Formula,
    attribute: AttributeId,
    number: &dyn Fn(AttributeId) -> Option<f64>,
) -> Option<f64> {
    let times = |formula: &Formula| {
        let mut attributes = Vec::new();
        push_attributes(formula, &mut attributes);
        attributes.iter().filter(|&&other| other == attribute).count()
    };
    let value = |formula: &Formula| formula.value_with(&|cell| number(cell.attribute));
    let solved = match (times(left), times(right)) {
        (1, 0) => undone(left, value(right)?, &times, &value),
        (0, 1) => undone(right, value(left)?, &times, &value),
        _ => None,
    };
    solved.filter(|solved| solved.is_finite())
}

/// The number of the one cell for which a formula has a value.
fn undone(
    formula: &Formula,
    wanted: f64,
    times: &dyn Fn(&Formula) -> usize,
    value: &dyn Fn(&Formula) -> Option<f64>,
) -> Option<f64> {
    let Formula::Binary(operation, left, right) = formula else {
        return matches!(formula, Formula::Cell(_)).then_some(wanted);
    };
    if times(left) == 1 {
        let right = value(right)?;
        let wanted = match operation {
            Arithmetic::Add => wanted - right,
            Arithmetic::Subtract => wanted + right,
            Arithmetic::Multiply => wanted / right,
            Arithmetic::Divide => wanted * right,
        };
        undone(left, wanted, times, value)
    } else {
        let left = value(left)?;
        let wanted = match operation {
            Arithmetic::Add => wanted - left,
            Arithmetic::Subtract => left - wanted,
            Arithmetic::Multiply => wanted / left,
            Arithmetic::Divide => left / wanted,
        };
        undone(right, wanted, times, value)
    }
}

fn push_attributes(formula: &Formula, attributes: &mut Vec<AttributeId>) {
    match formula {
        Formula::Cell(cell) => attributes.push(cell.attribute),
        Formula::Number(_) => {}
        Formula::Binary(_, left, right) => {
            push_attributes(left, attributes);
            push_attributes(right, attributes);
        }
    }
}

fn print(table: &Table, formula: &Formula) -> String {
    match formula {
        Formula::Cell(cell) => table.schema().name(cell.attribute).to_owned(),
        Formula::Number(number) => number.to_string(),
        Formula::Binary(operation, left, right) => {
            let sign = match operation {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            let inner = |side: &Formula| match side {
                Formula::Binary(Arithmetic::Add | Arithmetic::Subtract, ..) if sign != "+" => {
                    format!("({})", print(table, side))
                }
                _ => print(table, side),
            };
            format!("{} {sign} {}", inner(left), inner(right))
        }
    }
}
