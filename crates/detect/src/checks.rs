//! The rules on the table as a whole: what each measures, and whether that is as it must be.

use lustrate_rules::{Check, Constraints};
use lustrate_table::{AttributeId, Code, Groups, RowId, Table};
use rayon::prelude::*;

use crate::RowSet;
use crate::measure::Gauge;
use crate::row_predicate::RowPredicate;
use crate::typed::Typed;

/// What came of one check.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    /// The place of the check in [`Constraints::checks`].
    pub check: usize,
    /// What was measured over all rows that count; `None` where that is unknown, and where the check is made by groups.
    pub measured: Option<f64>,
    /// The groups in which the check does not hold, in the order of their first rows; none where it is not made by groups.
    pub groups: Vec<GroupResult>,
    /// Whether the check holds, in every group where it is made by groups. What is unknown breaks no check.
    pub holds: bool,
}

/// What was measured in a group in which a check does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupResult {
    /// The values of the columns that make the groups, in the order of the check; `None` for a missing one. Rows of which
    /// one is missing are a group like others.
    pub key: Vec<Option<String>>,
    /// What was measured.
    pub measured: f64,
}

/// What came of every check, in the order of [`Constraints::checks`].
///
/// Numbers are read as the columns are typed; texts that are read as none are left out. A measure of no values is unknown
/// and breaks nothing, but for the numbers of rows and of values, which are 0, and the share of missing values, which is 0
/// too; a standard deviation takes two values. Permuting the rows changes no measure.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn checks(table: &Table, constraints: &Constraints) -> Vec<CheckResult> {
    let typed = Typed { table, columns: constraints.columns() };
    let places: Vec<(usize, &Check)> = constraints.checks().iter().enumerate().collect();
    places.into_par_iter().map(|(place, check)| result(typed, constraints, place, check)).collect()
}

fn result(typed: Typed, constraints: &Constraints, place: usize, check: &Check) -> CheckResult {
    let mut rows = RowSet::full(typed.table.rows());
    check.filter.iter().for_each(|predicate| RowPredicate::new(predicate).restrict(typed, &mut rows));
    let gauge = Gauge::new(typed, constraints, &check.measure);
    let breaks = |measured: &f64| !check.bound.holds(*measured);
    if check.by.is_empty() {
        let measured = gauge.measure(&rows.iter().collect::<Vec<_>>());
        let holds = !measured.as_ref().is_some_and(breaks);
        return CheckResult { check: place, measured, groups: Vec::new(), holds };
    }
    let text = |row, attribute: &AttributeId| typed.table.column(*attribute).text(row).map(str::to_owned);
    let failing = groups(typed.table, &check.by, &rows).rows_by_group();
    let failing = failing.iter().filter_map(|rows| {
        let measured = gauge.measure(rows).filter(breaks)?;
        Some(GroupResult { key: check.by.iter().map(|attribute| text(rows[0], attribute)).collect(), measured })
    });
    let groups: Vec<GroupResult> = failing.collect();
    CheckResult { check: place, measured: None, holds: groups.is_empty(), groups }
}

/// The rows of a set by their values, a missing one being a value like others.
pub(crate) fn groups(table: &Table, by: &[AttributeId], rows: &RowSet) -> Groups {
    let mut member = vec![Code::NULL; table.rows()];
    rows.iter().for_each(|row: RowId| member[row.index()] = Code(0));
    let mut keys = vec![(member, 1)];
    keys.extend(by.iter().map(|&attribute| {
        let column = table.column(attribute);
        let missing = column.dictionary().len();
        let code = |&code: &Code| if code.is_null() { Code(missing as u32) } else { code };
        (column.codes().iter().map(code).collect(), missing + 1)
    }));
    Groups::by_codes(&keys.iter().map(|(codes, bound)| (&codes[..], *bound)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::Span;
    use lustrate_rules::{
        Bound, CellOf, CellTest, End, Measure, Polarity, Predicate, Reference, ReferenceId, RuleOrigin, Strength, Tuple,
    };
    use lustrate_table::Column;

    use super::*;

    const WARD: AttributeId = AttributeId(0);
    const STAY: AttributeId = AttributeId(1);

    fn table(rows: &[(Option<&str>, Option<&str>)]) -> Table {
        let ward = rows.iter().map(|row| row.0).collect::<Column>();
        let stay = rows.iter().map(|row| row.1).collect::<Column>();
        Table::new(vec![("ward".into(), ward), ("stay".into(), stay)]).unwrap()
    }

    fn stays(values: &[&str]) -> Table {
        table(&values.iter().map(|&value| (Some("w"), (value != "-").then_some(value))).collect::<Vec<_>>())
    }

    fn at_most(high: f64) -> Bound {
        Bound { low: None, high: Some((high, End::Included)) }
    }

    fn check_of(measure: Measure, bound: Bound) -> Check {
        Check {
            name: "check".into(),
            text: "check".into(),
            origin: RuleOrigin { file: "check.rules".into(), line: 1, span: Span::new(0, 1) },
            strength: Strength::Warn,
            measure,
            by: Vec::new(),
            filter: Vec::new(),
            bound,
        }
    }

    fn run(table: &Table, check: Check, references: Vec<Reference>) -> CheckResult {
        let constraints = Constraints::default().with_checks(vec![check]).with_references(references);
        checks(table, &constraints).remove(0)
    }

    fn check(values: &[&str], measure: Measure, expected: Option<f64>) {
        let result = run(&stays(values), check_of(measure.clone(), at_most(f64::MAX)), Vec::new());
        assert_eq!(result.measured, expected, "{measure:?} of {values:?}");
        assert!(result.holds);
    }

    #[test]
    fn every_measure_is_taken_of_the_values_that_are_there() {
        let values = ["4", "-", "1", "x", "10", "1"];
        check(&values, Measure::Rows, Some(6.0));
        check(&values, Measure::Count(STAY), Some(5.0));
        check(&values, Measure::Distinct(STAY), Some(4.0));
        check(&values, Measure::Nulls(STAY), Some(1.0 / 6.0));
        check(&values, Measure::Sum(STAY), Some(16.0));
        check(&values, Measure::Mean(STAY), Some(4.0));
        check(&values, Measure::Median(STAY), Some(2.5));
        check(&values, Measure::Min(STAY), Some(1.0));
        check(&values, Measure::Max(STAY), Some(10.0));
        check(&values, Measure::Deviation(STAY), Some(18.0_f64.sqrt()));
    }

    #[test]
    fn a_measure_of_no_values_is_unknown_and_holds_but_for_numbers_of_rows_and_values() {
        let most = at_most(-1.0);
        let of = |values: &[&str], measure| run(&stays(values), check_of(measure, most), Vec::new());
        for measure in [Measure::Sum(STAY), Measure::Mean(STAY), Measure::Median(STAY), Measure::Min(STAY)] {
            let result = of(&["-", "x"], measure);
            assert_eq!((result.measured, result.holds), (None, true));
        }
        assert_eq!(of(&["7"], Measure::Deviation(STAY)).measured, None);
        for measure in [Measure::Rows, Measure::Count(STAY), Measure::Distinct(STAY), Measure::Nulls(STAY)] {
            let result = of(&[], measure);
            assert_eq!((result.measured, result.holds), (Some(0.0), false));
        }
    }

    #[test]
    fn groups_that_fail_are_told_by_first_appearance_those_of_a_missing_value_too() {
        let rows = [("b", "9"), ("a", "1"), ("-", "7"), ("a", "3"), ("c", "8"), ("c", "-"), ("d", "-")];
        let rows = rows.map(|(ward, stay)| ((ward != "-").then_some(ward), (stay != "-").then_some(stay)));
        let by_ward = Check { by: vec![WARD], ..check_of(Measure::Mean(STAY), at_most(5.0)) };
        let result = run(&table(&rows), by_ward, Vec::new());
        let found: Vec<_> = result.groups.iter().map(|group| (group.key[0].as_deref(), group.measured)).collect();
        assert_eq!(found, [(Some("b"), 9.0), (None, 7.0), (Some("c"), 8.0)]);
        assert_eq!((result.measured, result.holds), (None, false));
    }

    #[test]
    fn only_the_rows_of_the_condition_count() {
        let cell = CellOf { tuple: Tuple::A, attribute: STAY };
        let test = CellTest::Between(2.0, 5.0);
        let filter = vec![Predicate::Member { cell, test, polarity: Polarity::Positive }];
        let filtered = Check { filter, ..check_of(Measure::Rows, at_most(1.0)) };
        let result = run(&stays(&["1", "2", "5", "-", "6"]), filtered, Vec::new());
        assert_eq!((result.measured, result.holds), (Some(2.0), false));
    }

    fn drift(before: &[&str], now: &[&str]) -> Option<f64> {
        let reference = Reference { name: "last_month.csv".into(), table: Arc::new(stays(before)) };
        let measure = Measure::Drift { attribute: STAY, reference: ReferenceId(0), other: STAY };
        run(&stays(now), check_of(measure, at_most(0.2)), vec![reference]).measured
    }

    #[test]
    fn categories_drift_by_the_index_of_their_shares() {
        let index = drift(&["a", "a", "a", "b"], &["a", "b", "-", "a", "b"]).unwrap();
        let expected = (0.5 - 0.75) * (0.5_f64 / 0.75).ln() + (0.5 - 0.25) * (0.5_f64 / 0.25).ln();
        assert!((index - expected).abs() < 1e-12, "{index}");
        assert!(drift(&["a", "b"], &["b", "a"]).unwrap() < 1e-12);
        assert_eq!(drift(&["a"], &["-"]), None);
        assert_eq!(drift(&[], &["a"]), None);
    }

    #[test]
    fn a_category_that_is_new_or_gone_counts_with_the_floor() {
        let floor = 1e-4_f64;
        let expected = (1.0 - floor) * (1.0 / floor).ln() * 2.0;
        assert!((drift(&["a"], &["b"]).unwrap() - expected).abs() < 1e-9);
    }

    #[test]
    fn numbers_drift_over_the_deciles_of_the_reference() {
        let texts = |from: u32| (from..from + 100).map(|number| number.to_string()).collect::<Vec<_>>();
        let (before, moved) = (texts(1), texts(51));
        let (before, moved): (Vec<&str>, Vec<&str>) =
            (before.iter().map(String::as_str).collect(), moved.iter().map(String::as_str).collect());
        assert!(drift(&before, &before).unwrap() < 1e-12);
        // Five tenths are gone, four keep their share, and the last holds six times its share.
        let gone = 5.0 * (1e-4 - 0.1) * (1e-4_f64 / 0.1).ln();
        let expected = gone + (0.6 - 0.1) * (0.6_f64 / 0.1).ln();
        assert!((drift(&before, &moved).unwrap() - expected).abs() < 1e-9);
    }
}
