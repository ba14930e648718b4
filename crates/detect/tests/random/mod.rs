//! Random tables and constraints.

use std::sync::Arc;

use lustrate_diagnostic::Span;
use lustrate_rules::{
    Arithmetic, CellOf, CellTest, Changes, ColumnRule, Columns, Compare, Comparison, Constraint, Domain, Formula,
    Operand, Pattern, Polarity, Predicate, Presence, RuleOrigin, Scope, Strength, Tolerance, Tuple,
};
use lustrate_table::{AttributeId, Column, Table};
use lustrate_values::{ColumnType, Similarity};
use proptest::prelude::*;

const ATTRIBUTES: u32 = 3;

/// What is declared of the columns of random tables: the second holds whole numbers.
pub fn columns() -> Columns {
    let integers = ColumnRule { column_type: Some(ColumnType::Integer), ..ColumnRule::default() };
    Columns::new(vec![ColumnRule::default(), integers])
}

/// A table of three columns and up to so many rows, of few values, so that they meet often.
pub fn random_table(rows: usize) -> impl Strategy<Value = Table> {
    let cell = prop_oneof![
        1 => Just(None),
        12 => prop::sample::select(vec!["1", "2", "3", "4", "5"]).prop_map(Some),
        2 => prop::sample::select(vec!["", "1.0", "1.5", "-0", "0", "10", "a", "A", "b", "É", "é"]).prop_map(Some),
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
    let changes = if predicates.len() == 3 { Changes::Only(vec![AttributeId(1)]) } else { Changes::Any };
    Constraint { name: "random".into(), origin, scope, predicates, strength: Strength::Hard, changes }
}

fn predicate(scope: Scope) -> impl Strategy<Value = Predicate> {
    prop_oneof![
        8 => compare(scope),
        1 => (cell(scope), prop::sample::select(vec![Presence::Missing, Presence::Present]))
            .prop_map(|(cell, presence)| Predicate::Null { cell, presence }),
        1 => (cell(scope), test(), polarity())
            .prop_map(|(cell, test, polarity)| Predicate::Member { cell, test, polarity }),
        2 => (cell(scope), operand(scope), measure(), polarity())
            .prop_map(|(left, right, measure, polarity)| Predicate::Similar { left, right, measure, polarity }),
        2 => (formula(scope), any_comparison(), formula(scope), tolerance()).prop_map(
            |(left, comparison, right, tolerance)| Predicate::Formula { left, comparison, right, tolerance }
        ),
    ]
}

fn test() -> impl Strategy<Value = CellTest> {
    let of = ["1", "a", "É"].map(str::to_owned).into_iter().collect();
    prop::sample::select(vec![
        CellTest::OneOf(Arc::new(of)),
        CellTest::Matches(Pattern::new("[0-9]").unwrap()),
        CellTest::Between(1.5, 3.0),
        CellTest::OfType,
    ])
}

fn polarity() -> impl Strategy<Value = Polarity> {
    prop::sample::select(vec![Polarity::Positive, Polarity::Negative])
}

fn measure() -> impl Strategy<Value = Similarity> {
    prop::sample::select(vec![
        Similarity::Levenshtein(0.3),
        Similarity::JaroWinkler(0.7),
        Similarity::Token(1.0),
        Similarity::Within(0.5),
        Similarity::Days(1.0),
    ])
}

fn tolerance() -> impl Strategy<Value = Tolerance> {
    prop::sample::select(vec![Tolerance::Rounding, Tolerance::Absolute(1.0), Tolerance::Relative(0.3)])
}

fn formula(scope: Scope) -> impl Strategy<Value = Formula> {
    let operation = prop::sample::select(vec![Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Divide]);
    let number = prop::sample::select(vec![0.0, 1.0, 2.5]);
    prop_oneof![
        2 => cell(scope).prop_map(Formula::Cell),
        1 => (operation, cell(scope), cell(scope)).prop_map(|(operation, one, other)| {
            Formula::Binary(operation, Box::new(Formula::Cell(one)), Box::new(Formula::Cell(other)))
        }),
        1 => (cell(scope), number).prop_map(|(cell, number)| {
            Formula::Binary(Arithmetic::Add, Box::new(Formula::Cell(cell)), Box::new(Formula::Number(number)))
        }),
    ]
}

fn any_comparison() -> impl Strategy<Value = Comparison> {
    prop_oneof![3 => equal(), 1 => Just(Comparison::NotEqual), 4 => order()]
}

fn operand(scope: Scope) -> impl Strategy<Value = Operand> {
    let constant = prop::sample::select(vec!["1", "2.0", "a", "É", "x"]);
    prop_oneof![3 => cell(scope).prop_map(Operand::Cell), 1 => constant.prop_map(|c| Operand::Constant(c.into()))]
}

fn compare(scope: Scope) -> impl Strategy<Value = Predicate> {
    (cell(scope), any_comparison(), operand(scope), domain())
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
    prop::sample::select(vec![Domain::Text, Domain::TextOrNull, Domain::FoldedText, Domain::Number])
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
