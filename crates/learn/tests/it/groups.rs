//! The measures of fairlearn.

use std::collections::BTreeMap;

use lustrate_learn::{Class, ProtectedGroups, group_report};
use lustrate_table::{Column, Table};

use crate::saved::{json, records};

#[test]
fn disparities_are_those_of_fairlearn() {
    let records = records("groups.csv");
    let column: Column = records.iter().map(|record| Some(record[0].as_str())).collect();
    let table = Table::new(vec![("group".to_owned(), column)]).unwrap();
    let groups = ProtectedGroups::new(&table, &["group".to_owned()]).unwrap();
    let classes = |place: usize| records.iter().map(|record| Class(record[place].parse().unwrap())).collect::<Vec<_>>();
    let report = group_report(&groups, groups.of_row(), &classes(1), Some(&classes(2)), None, Class(1));
    let said: BTreeMap<String, f64> = json("groups.json");
    let selection = report.selection.unwrap();
    let measured = [
        ("demographic_parity_difference", selection.difference),
        ("demographic_parity_ratio", selection.ratio),
        ("equal_opportunity_difference", report.opportunity.unwrap().difference),
        ("equalized_odds_difference", report.equalised_odds.unwrap()),
    ];
    assert_eq!(said.len(), measured.len());
    for (name, value) in measured {
        assert!((said[name] - value).abs() < 1e-9, "{name}: {value} instead of {}", said[name]);
    }
    assert_eq!((selection.lowest.as_str(), selection.highest.as_str()), ("group = b", "group = a"));
}
