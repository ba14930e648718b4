//! The definition of a violation, read word by word; and random tables and constraints.

use lustrate_diagnostic::Span;
use lustrate_rules::{
    CellOf, Changes, Columns, Compare, Comparison, Constraint, Domain, Operand, Predicate, RuleOrigin, Scope, Strength,
    Tuple,
};
use lustrate_table::{AttributeId, Column, RowId, Table};
use proptest::prelude::*;

const ATTRIBUTES: u32 = 3;

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
            constraint.is_broken(&Columns::default(), &|cell| table.column(cell.attribute).text(row(cell.tuple)))
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
        _ => None,
    };
    one == other || turned.as_ref() == Some(one)
}

/// A table of three columns and up to so many rows, of few values, so that they meet often.
pub fn random_table(rows: usize) -> impl Strategy<Value = Table> {
    let cell = prop_oneof![
        1 => Just(None),
        12 => prop::sample::select(vec!["1", "2", "3", "4", "5"]).prop_map(Some),
        2 => prop::sample::select(vec!["", "1.0", "-0", "0", "10", "a", "A", "b", "É", "é"]).prop_map(Some),
    ];
    let row = prop::collection::vec(cell, ATTRIBUTES as usize);
    prop::collection::vec(row, 0..=rows).prop_map(|rows| {
        let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Column>();
        let named = (0..ATTRIBUTES as usize).map(|place| (format!("c{place}"), column(place)));
        Table::new(named.collect()).unwrap()
    })
}

/// Any constraint over such a table, with the common shapes more often than chance would have them.
pub fn random_constraint() -> impl Strategy<Value = Constraint> {
    let any_pair = prop::collection::vec(predicate(Scope::Pair), 1..6);
    let any_row = prop::collection::vec(predicate(Scope::Row), 1..4);
    prop_oneof![
        3 => any_pair.prop_map(|predicates| constraint(Scope::Pair, predicates)),
        1 => any_row.prop_map(|predicates| constraint(Scope::Row, predicates)),
        1 => (straight(equal()), straight(telling())).prop_map(|(key, value)| constraint(Scope::Pair, vec![key, value])),
        1 => prop::collection::vec(straight(equal()), 1..3).prop_map(|key| constraint(Scope::Pair, key)),
        3 => (prop::option::of(straight(equal())), straight(order()), straight(order())).prop_map(|(key, x, y)| {
            constraint(Scope::Pair, key.into_iter().chain([x, y]).collect())
        }),
        2 => prop::collection::vec(straight(order()), 3..5).prop_map(|orders| constraint(Scope::Pair, orders)),
    ]
}

fn constraint(scope: Scope, predicates: Vec<Predicate>) -> Constraint {
    let origin = RuleOrigin { file: "random".into(), line: 1, span: Span::new(0, 1) };
    Constraint { name: "random".into(), origin, scope, predicates, strength: Strength::Hard, changes: Changes::Any }
}

fn predicate(scope: Scope) -> impl Strategy<Value = Predicate> {
    let comparison = prop_oneof![3 => equal(), 1 => Just(Comparison::NotEqual), 4 => order()];
    let constant = prop::sample::select(vec!["1", "2.0", "a", "É", "x"]);
    let right =
        prop_oneof![3 => cell(scope).prop_map(Operand::Cell), 1 => constant.prop_map(|c| Operand::Constant(c.into()))];
    (cell(scope), comparison, right, domain())
        .prop_map(|(left, comparison, right, domain)| Predicate::Compare(Compare { left, comparison, right, domain }))
}

/// A comparison of one attribute between the two rows.
fn straight(comparison: impl Strategy<Value = Comparison>) -> impl Strategy<Value = Predicate> {
    let sides = prop::sample::select(vec![(Tuple::A, Tuple::B), (Tuple::B, Tuple::A)]);
    (0..ATTRIBUTES, sides, comparison, domain()).prop_map(|(attribute, (left, right), comparison, domain)| {
        let cell = |tuple| CellOf { tuple, attribute: AttributeId(attribute) };
        Predicate::Compare(Compare { left: cell(left), comparison, right: Operand::Cell(cell(right)), domain })
    })
}

fn cell(scope: Scope) -> impl Strategy<Value = CellOf> {
    let tuples = if scope == Scope::Row { vec![Tuple::A] } else { vec![Tuple::A, Tuple::B] };
    (prop::sample::select(tuples), 0..ATTRIBUTES)
        .prop_map(|(tuple, attribute)| CellOf { tuple, attribute: AttributeId(attribute) })
}

fn domain() -> impl Strategy<Value = Domain> {
    prop::sample::select(vec![Domain::Text, Domain::FoldedText, Domain::Number])
}

fn equal() -> impl Strategy<Value = Comparison> + Clone {
    Just(Comparison::Equal)
}

fn telling() -> impl Strategy<Value = Comparison> {
    prop::sample::select(vec![Comparison::NotEqual, Comparison::Less, Comparison::Greater])
}

fn order() -> impl Strategy<Value = Comparison> {
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    prop::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual])
}
