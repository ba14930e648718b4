//! The definition of a violation, read word by word.

use lustrate_rules::{Compare, Constraint, Operand, Predicate, Scope, Tuple};
use lustrate_table::{RowId, Table};

use crate::random::columns;

/// What is wrong with a table, by trying everything.
pub struct Oracle {
    /// The rows, or pairs (a, b), for which all predicates hold.
    violations: Vec<(usize, usize)>,
    scope: Scope,
    symmetric: bool,
    rows: usize,
}

impl Oracle {
    pub fn new(table: &Table, constraint: &Constraint) -> Self {
        let rows = table.rows();
        let holds = |a: usize, b: usize| {
            let row = |tuple| RowId(if tuple == Tuple::A { a } else { b } as u32);
            constraint.is_broken(&columns(), &|cell| table.column(cell.attribute).text(row(cell.tuple)))
        };
        let candidates: Vec<(usize, usize)> = match constraint.scope {
            Scope::Row => (0..rows).map(|row| (row, row)).collect(),
            Scope::Reference(_) => Vec::new(),
            Scope::Pair => {
                let pairs = (0..rows).flat_map(|a| (0..rows).map(move |b| (a, b)));
                pairs.filter(|(a, b)| a != b).collect()
            }
        };
        let violations = candidates.into_iter().filter(|&(a, b)| holds(a, b)).collect();
        Oracle { violations, scope: constraint.scope, symmetric: is_symmetric(constraint), rows }
    }

    /// The rows in a violation, in order.
    pub fn rows(&self) -> Vec<usize> {
        (0..self.rows).filter(|row| self.violations.iter().any(|(a, b)| a == row || b == row)).collect()
    }

    /// The number of pairs; of a symmetric constraint each once.
    pub fn pairs(&self) -> Option<u64> {
        let ordered = self.violations.len() as u64;
        (self.scope == Scope::Pair).then_some(if self.symmetric { ordered / 2 } else { ordered })
    }

    /// Whether every violation has one of these rows.
    pub fn is_satisfied_without(&self, changed: &[usize]) -> bool {
        self.violations.iter().all(|(a, b)| changed.contains(a) || changed.contains(b))
    }

    /// The size of the smallest sets of rows whose change leaves no violation, and all rows in some such set.
    pub fn smallest_changes(&self) -> (u64, Vec<usize>) {
        let members = |set: u32| (0..self.rows).filter(|row| set >> row & 1 == 1).collect::<Vec<_>>();
        let covers = (0u32..1 << self.rows).filter(|&set| self.is_satisfied_without(&members(set)));
        let covers: Vec<u32> = covers.collect();
        let least = covers.iter().map(|set| set.count_ones()).min().expect("all rows together are a cover");
        let union = covers.iter().filter(|set| set.count_ones() == least).fold(0, |union, set| union | set);
        (u64::from(least), members(union))
    }
}

/// Whether the exchange of the two roles gives the same predicates again.
fn is_symmetric(constraint: &Constraint) -> bool {
    let other: fn(Tuple) -> Tuple = Tuple::other;
    constraint.predicates.iter().all(|predicate| {
        let exchanged = predicate.renamed(other);
        constraint.predicates.iter().any(|other| is_same(other, &exchanged))
    })
}

/// Whether two predicates are one, perhaps written from the two sides.
fn is_same(one: &Predicate, other: &Predicate) -> bool {
    let turned = match other {
        Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), domain })
            if right.tuple != left.tuple =>
        {
            let (comparison, domain) = (comparison.flipped(), *domain);
            Some(Predicate::Compare(Compare { left: *right, comparison, right: Operand::Cell(*left), domain }))
        }
        Predicate::Similar { left, right: Operand::Cell(right), measure, polarity }
            if left.attribute == right.attribute =>
        {
            let (left, right) = (*right, Operand::Cell(*left));
            Some(Predicate::Similar { left, right, measure: *measure, polarity: *polarity })
        }
        Predicate::Formula { left, comparison, right, tolerance } => Some(Predicate::Formula {
            left: right.clone(),
            comparison: comparison.flipped(),
            right: left.clone(),
            tolerance: *tolerance,
        }),
        _ => None,
    };
    one == other || turned.as_ref() == Some(one)
}
