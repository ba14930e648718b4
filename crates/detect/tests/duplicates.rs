//! Which rows are one thing and which of them stays; and that against a reader of the definition.

mod random;

use lustrate_detect::{Budget, Coverage, Duplication, Level, duplicates, violating_pairs};
use lustrate_diagnostic::Span;
use lustrate_rules::{
    CellOf, Changes, Compare, Comparison, Constraint, ConstraintId, Constraints, Domain, Duplicates, Keep, Likely,
    Operand, Polarity, Predicate, RuleOrigin, Scope, Strength, Tuple,
};
use lustrate_table::{AttributeId, Column, RowId, Table};
use lustrate_values::Similarity;
use proptest::prelude::*;
use random::{columns, random_constraint, random_table};

fn origin() -> RuleOrigin {
    RuleOrigin { file: "same.rules".into(), line: 1, span: Span::new(0, 1) }
}

fn rule(alternatives: u32, keep: Option<Keep>) -> Duplicates {
    let alternatives = (0..alternatives).map(ConstraintId).collect();
    Duplicates { name: "same".into(), origin: origin(), strength: Strength::Warn, alternatives, likely: None, keep }
}

fn alternative(predicates: Vec<Predicate>) -> Constraint {
    let (strength, changes) = (Strength::Warn, Changes::None);
    Constraint { name: "same".into(), origin: origin(), scope: Scope::Pair, predicates, strength, changes }
}

fn sides(attribute: u32) -> (CellOf, Operand) {
    let cell = |tuple| CellOf { tuple, attribute: AttributeId(attribute) };
    (cell(Tuple::A), Operand::Cell(cell(Tuple::B)))
}

fn same(attribute: u32) -> Predicate {
    let (left, right) = sides(attribute);
    Predicate::Compare(Compare { left, comparison: Comparison::Equal, right, domain: Domain::Text })
}

fn alike(attribute: u32, least: f64) -> Predicate {
    let (left, right) = sides(attribute);
    Predicate::Similar { left, right, measure: Similarity::Levenshtein(least), polarity: Polarity::Positive }
}

/// People of a name, a date of birth, a number and a day; `-` is a missing cell.
fn people() -> Table {
    let rows = [
        "anna_meier 1990 - 2001-01-01",
        "bert_klein 1985 7 -",
        "anna_meyer 1990 3 2003-05-01",
        "anna_meier 1991 - 2002-01-01",
        "carl_gross 1970 7 1999-01-01",
        "dora_lange - - -",
        "anna_maier - 3 2003-05-01",
    ];
    let column =
        |place: usize| rows.iter().map(|row| row.split(' ').nth(place).filter(|&text| text != "-")).collect::<Column>();
    let names = ["name", "born", "number", "seen"];
    Table::new(names.into_iter().zip(0..).map(|(name, place)| (name.into(), column(place))).collect()).unwrap()
}

fn check(keep: Option<Keep>, survivors: [Option<u32>; 2]) {
    let alternatives = vec![alternative(vec![alike(0, 0.9), same(1)]), alternative(vec![same(2)])];
    let constraints = Constraints::new(alternatives).with_duplicates(vec![rule(2, keep.clone())]);
    let found = duplicates(&people(), &constraints, Budget::default());
    let rows: Vec<Vec<u32>> =
        found.clusters.iter().map(|cluster| cluster.rows.iter().map(|row| row.0).collect()).collect();
    assert_eq!(rows, [vec![0, 2, 6], vec![1, 4]]);
    let stay: Vec<Option<u32>> = found.clusters.iter().map(|cluster| cluster.survivor.map(|row| row.0)).collect();
    assert_eq!(stay, survivors, "{keep:?}");
    assert_eq!(found.coverage, [Coverage::Complete]);
}

#[test]
fn rows_joined_by_any_alternative_are_one_thing_and_the_rule_says_which_stays() {
    check(None, [None, None]);
    check(Some(Keep::First), [Some(0), Some(1)]);
    check(Some(Keep::Last), [Some(6), Some(4)]);
    check(Some(Keep::MostComplete), [Some(2), Some(4)]);
    check(Some(Keep::Newest(AttributeId(3))), [Some(2), Some(4)]);
    check(Some(Keep::Newest(AttributeId(1))), [Some(0), Some(1)]);
    let source = |order: &[&str]| {
        let order = order.iter().map(|&source| source.to_owned()).collect();
        Some(Keep::Source { column: AttributeId(1), order })
    };
    check(source(&["1991", "1970"]), [Some(0), Some(4)]);
    check(source(&["1990", "1985"]), [Some(0), Some(1)]);
    check(source(&["none"]), [Some(0), Some(1)]);
}

#[test]
fn a_key_that_every_row_has_joins_them_all_without_comparing_any_two() {
    let column: Column = std::iter::repeat_n(Some("x"), 20_000).collect();
    let table = Table::new(vec![("key".into(), column)]).unwrap();
    let constraints = Constraints::new(vec![alternative(vec![same(0)])]).with_duplicates(vec![rule(1, None)]);
    let found = duplicates(&table, &constraints, Budget(10));
    assert_eq!(found.clusters[0].rows.len(), 20_000);
    assert_eq!(found.coverage, [Coverage::Complete]);
}

/// The violating pairs of a constraint, either way round, by trying all.
fn all_pairs(table: &Table, constraint: &Constraint) -> Vec<(RowId, RowId)> {
    let broken = |a: RowId, b: RowId| {
        let row = |tuple| if tuple == Tuple::A { a } else { b };
        a != b && constraint.is_broken(&columns(), &|cell| table.column(cell.attribute).text(row(cell.tuple)))
    };
    let pairs = table.row_ids().flat_map(|a| table.row_ids().map(move |b| (a, b)));
    pairs.filter(|&(a, b)| broken(a, b)).collect()
}

/// The sets of two rows or more that the pairs join.
fn closure(rows: usize, pairs: &[(RowId, RowId)]) -> Vec<Vec<usize>> {
    let mut name: Vec<usize> = (0..rows).collect();
    for _ in 0..rows {
        for (a, b) in pairs {
            let least = name[a.index()].min(name[b.index()]);
            (name[a.index()], name[b.index()]) = (least, least);
        }
    }
    let sets = (0..rows).map(|first| (0..rows).filter(|&row| name[row] == first).collect::<Vec<_>>());
    sets.filter(|rows| rows.len() > 1).collect()
}

fn clusters(found: &Duplication) -> Vec<Vec<usize>> {
    found.clusters.iter().map(|cluster| cluster.rows.iter().map(|row| row.index()).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn clusters_are_what_the_violating_pairs_join(
        table in random_table(12),
        alternatives in prop::collection::vec(random_constraint(), 1..3),
    ) {
        let of_pairs: Vec<Constraint> =
            alternatives.into_iter().filter(|constraint| constraint.scope == Scope::Pair).collect();
        let pairs: Vec<_> = of_pairs.iter().flat_map(|constraint| all_pairs(&table, constraint)).collect();
        let rule = rule(of_pairs.len() as u32, None);
        let constraints = Constraints::new(of_pairs).with_columns(columns()).with_duplicates(vec![rule]);
        let found = duplicates(&table, &constraints, Budget::default());
        prop_assert_eq!(clusters(&found), closure(table.rows(), &pairs));
        prop_assert_eq!(&found.coverage, &[Coverage::Complete]);
        let short = duplicates(&table, &constraints, Budget(9));
        if short.coverage == [Coverage::Complete] {
            prop_assert_eq!(&short.clusters, &found.clusters);
        }
    }

    #[test]
    fn the_violating_pairs_are_those_of_the_definition(table in random_table(12), constraint in random_constraint()) {
        prop_assume!(constraint.scope == Scope::Pair);
        let mut expected = all_pairs(&table, &constraint);
        let constraints = Constraints::new(vec![constraint]).with_columns(columns());
        let found = violating_pairs(&table, &constraints, ConstraintId(0), Budget::default());
        prop_assert_eq!(found.coverage, Coverage::Complete);
        if found.pairs.len() < expected.len() {
            expected.retain(|(a, b)| a < b);
        }
        prop_assert_eq!(found.pairs, expected);
    }
}

#[test]
fn rows_that_are_probably_one_thing_come_with_what_each_column_weighs() {
    let rows = [
        "anna_rossi 1980-01-02 mill_lane_12 oxford",
        "peter_smith 1975-11-30 high_street_3 leeds",
        "maria_costa 1991-07-14 station_road_88 york",
        "john_doe 1966-02-20 church_lane_5 bath",
        "ana_rossi 1980-01-02 mill_lane_12 oxford",
        "petra_smidt 1984-05-05 park_road_41 leeds",
        "ludwig_bauer 1959-12-12 green_street_7 dover",
        "carla_nunes 2001-03-09 north_road_19 york",
    ];
    let column = |place: usize| rows.iter().map(|row| row.split(' ').nth(place)).collect::<Column>();
    let names = ["name", "born", "street", "town"];
    let table =
        Table::new(names.into_iter().zip(0..).map(|(name, place)| (name.into(), column(place))).collect()).unwrap();
    let likely = Likely { attributes: table.schema().ids().collect(), at: 0.9 };
    let rule = Duplicates { likely: Some(likely), ..rule(0, Some(Keep::Last)) };
    let found = duplicates(&table, &Constraints::new(vec![]).with_duplicates(vec![rule]), Budget::default());
    assert_eq!(found.coverage, [Coverage::Complete]);
    let [cluster] = &found.clusters[..] else { panic!("one cluster: {found:?}") };
    assert_eq!((&cluster.rows[..], cluster.survivor), (&[RowId(0), RowId(4)][..], Some(RowId(4))));
    let [told] = &cluster.evidence[..] else { panic!("one row goes: {cluster:?}") };
    assert_eq!((told.row, told.with), (RowId(0), RowId(4)));
    let levels: Vec<Option<Level>> = told.waterfall.steps.iter().map(|step| step.level).collect();
    assert_eq!(levels, [Some(Level::Slip), Some(Level::Same), Some(Level::Same), Some(Level::Same)]);
    assert!(told.waterfall.probability >= 0.9);
}
