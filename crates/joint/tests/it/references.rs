//! Reference tables: values that they set, keys that they correct.

use lustrate_diagnostic::Span;
use lustrate_repair::Decision;
use lustrate_rules::{
    CellOf, Changes, ColumnRole, ColumnRule, Columns, Compare, Comparison, Constraint, ConstraintId, Domain, Lookup,
    LookupKey, LookupSet, Operand, Predicate, Reference, ReferenceId, RuleOrigin, Scope, Strength, Tuple,
};
use lustrate_table::AttributeId;
use lustrate_values::Similarity;

use super::*;

const ZIPS: [[&str; 3]; 4] =
    [["00184", "Rome", "RM"], ["20121", "Milan", "MI"], ["50122", "Florence", "FI"], ["80133", "Naples", "NA"]];

fn rows(odd: [&str; 3]) -> Vec<Vec<String>> {
    let mut rows: Vec<[&str; 3]> = (0..24).map(|row| ZIPS[row % 4]).collect();
    rows[5] = odd;
    rows.into_iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}

/// `lookup "zips.csv" on <key> set <set>`, by the places of the columns, which the reference has in the same order.
fn looked_up(reference: Table, key: u32, measure: Option<Similarity>, set: &[u32], trust: f64) -> Constraints {
    let origin = || RuleOrigin { file: "test.rules".to_owned(), line: 1, span: Span::new(0, 1) };
    let soft = Strength::Soft { log_weight: None };
    let cell = |tuple, attribute| CellOf { tuple, attribute: AttributeId(attribute) };
    let differs = |&attribute: &u32| Constraint {
        name: "zips".to_owned(),
        origin: origin(),
        scope: Scope::Reference(ReferenceId(0)),
        predicates: vec![Predicate::Compare(Compare {
            left: cell(Tuple::A, attribute),
            comparison: Comparison::NotEqual,
            right: Operand::Cell(cell(Tuple::B, attribute)),
            domain: Domain::Text,
        })],
        strength: soft,
        changes: Changes::Any,
    };
    let sets = set.iter().enumerate().map(|(place, &attribute)| LookupSet {
        attribute: AttributeId(attribute),
        reference: AttributeId(attribute),
        constraint: ConstraintId(place as u32),
    });
    let lookup = Lookup {
        name: "zips".to_owned(),
        origin: origin(),
        strength: soft,
        reference: ReferenceId(0),
        on: vec![LookupKey { attribute: AttributeId(key), reference: AttributeId(key), measure }],
        set: sets.collect(),
        filter: Vec::new(),
        trust,
    };
    Constraints::new(set.iter().map(differs).collect())
        .with_references(vec![Reference { name: "zips.csv".to_owned(), table: Arc::new(reference) }])
        .with_lookups(vec![lookup])
}

const NAMES: [&str; 3] = ["zip", "city", "province"];

fn reference() -> Table {
    table(&NAMES, &ZIPS.map(|row| row.map(str::to_owned).to_vec()))
}

/// The changes that are made to row 6 where it reads `odd`.
fn check(odd: [&str; 3], constraints: &Constraints, expected: &[(u32, &str)]) {
    let table = table(&NAMES, &rows(odd));
    assert_adds_up(&posterior(&table, constraints));
    let repairs = repairs(&table, constraints);
    let applied = repairs.iter().filter(|repair| repair.decision == Decision::Apply && repair.cell.row.0 == 5);
    let applied: Vec<(u32, &str)> =
        applied.map(|repair| (repair.cell.attribute.0, repair.new.as_deref().unwrap_or(""))).collect();
    assert_eq!(applied, expected, "{odd:?}");
}

#[test]
fn a_value_is_what_the_reference_says_of_its_key() {
    let constraints = looked_up(reference(), 0, None, &[1, 2], 0.99);
    check(["20121", "Torino", "MI"], &constraints, &[(1, "Milan")]);
    check(["20121", "", "MI"], &constraints, &[(1, "Milan")]);
    check(["20121", "Milan", "MI"], &constraints, &[]);
}

#[test]
fn a_key_is_corrected_where_the_rest_of_the_row_fits_another() {
    let constraints = looked_up(reference(), 0, None, &[1, 2], 0.99);
    check(["20127", "Milan", "MI"], &constraints, &[(0, "20121")]);
}

#[test]
fn the_odds_of_a_change_are_those_of_the_trust() {
    let table = table(&NAMES, &rows(["20121", "Torino", "MI"]));
    for trust in [0.8, 0.95, 0.99] {
        let posterior = posterior(&table, &looked_up(reference(), 0, None, &[1], trust));
        let city = |cell: &&lustrate_model::CellPosterior| cell.cell.row.0 == 5 && cell.cell.attribute.0 == 1;
        let city = posterior.cells.iter().find(city).expect("the city is doubtful");
        let odds = (city.candidates[0].probability / city.observed_probability).ln();
        assert!((odds - (trust / (1.0 - trust)).ln()).abs() < 0.1, "{trust}: {city:?}");
    }
}

#[test]
fn a_name_that_is_nearly_one_of_the_reference_is_corrected() {
    let constraints = looked_up(reference(), 1, Some(Similarity::Levenshtein(0.8)), &[1], 0.99);
    check(["50122", "Florense", "FI"], &constraints, &[(1, "Florence")]);
}

#[test]
fn rows_of_the_reference_that_disagree_share_its_trust() {
    let mut twice = ZIPS.map(|row| row.map(str::to_owned).to_vec()).to_vec();
    twice.push(["20121", "Monza", "MI"].map(str::to_owned).to_vec());
    let constraints = looked_up(table(&NAMES, &twice), 0, None, &[1], 0.99);
    let table = table(&NAMES, &rows(["20121", "Torino", "MI"]));
    let posterior = posterior(&table, &constraints);
    let city = posterior.cells.iter().find(|cell| cell.cell.row.0 == 5 && cell.cell.attribute.0 == 1);
    let best = city.expect("the city is doubtful").candidates[0].probability;
    assert!(best < 0.5, "{best}");
}

#[test]
fn a_column_that_is_never_repaired_stays_and_a_protected_one_follows_a_reference() {
    let role = |never_repair, role| ColumnRule { never_repair, roles: role, ..ColumnRule::default() };
    let fixed = vec![ColumnRule::default(), role(true, [].into())];
    let constraints = || looked_up(reference(), 0, None, &[1, 2], 0.99);
    check(["20121", "Torino", "MI"], &constraints().with_columns(Columns::new(fixed)), &[]);
    let protected = vec![ColumnRule::default(), role(false, [ColumnRole::Protected].into())];
    check(["20121", "Torino", "MI"], &constraints().with_columns(Columns::new(protected)), &[(1, "Milan")]);
}
