//! The published constraint files, read unchanged and bound to the tables that they are about.

use std::fs;
use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, Rules, bind, parse};
use lustrate_table::{Attribute, Kind, Schema};
use lustrate_testkit::{DatasetPaths, dataset, skip};

/// The data sets, how many constraints each has, and how many of them are dependencies.
const PUBLISHED: &[(&str, usize, usize)] = &[
    ("beers", 5, 5),
    ("beers-mixed20", 5, 5),
    ("flights", 6, 5),
    ("hospital", 15, 15),
    ("hospital-mixed20", 15, 15),
    ("rayyan", 10, 7),
    ("tax10k", 8, 8),
];

#[test]
fn published_constraints_bind_without_an_error() {
    for &(name, constraints, dependencies) in PUBLISHED {
        let Some(paths) = dataset(name) else {
            skip(&format!("the published constraints of {name}"), "no such data set");
            continue;
        };
        let rules = read(&paths);
        let text = bind(&rules, &schema(&paths, Kind::Text)).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(text.notes().iter().all(|note| note.code == "order-of-text"), "{}", text.notes());
        let numbers = bind(&rules, &schema(&paths, Kind::Number)).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(numbers.notes().iter().all(|note| note.code == "order-of-numbers"), "{}", numbers.notes());
        let found = numbers.iter().filter(|(_, constraint)| constraint.as_dependency().is_some()).count();
        assert_eq!((numbers.len(), found), (constraints, dependencies), "{name}");
    }
}

#[test]
fn published_dependencies_stay_dependencies_where_missing_values_count() {
    for &(name, constraints, dependencies) in PUBLISHED {
        let Some(paths) = dataset(name) else {
            skip(&format!("the published constraints of {name}"), "no such data set");
            continue;
        };
        let text = "use \"constraints.txt\" as holoclean counting null";
        let mut rules = parse(&Arc::new(SourceText::new("old.rules", text))).rules;
        rules.include("old.rules", "constraints.txt", read(&paths));
        let bound = bind(&rules, &schema(&paths, Kind::Text)).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(bound.iter().all(|(_, constraint)| constraint.counts_null()), "{name}");
        let found = bound.iter().filter(|(_, constraint)| constraint.as_dependency().is_some()).count();
        assert_eq!((bound.len(), found), (constraints, dependencies), "{name}");
        let again = parse(&Arc::new(SourceText::new("printed.rules", rules.to_string())));
        assert!(again.diagnostics.is_empty() && again.rules.to_string() == rules.to_string(), "{rules}");
    }
}

fn read(paths: &DatasetPaths) -> Rules {
    let source = Arc::new(SourceText::new("constraints.txt", fs::read_to_string(&paths.constraints).unwrap()));
    assert_eq!(Form::of(&source), Form::HoloClean);
    let parsed = parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    parsed.rules
}

/// The header of the dirty table, as if all its columns were of one kind.
fn schema(paths: &DatasetPaths, kind: Kind) -> Schema {
    let table = fs::read_to_string(&paths.dirty).unwrap();
    let header = table.lines().next().unwrap().trim_start_matches('\u{feff}');
    let attributes = header.split(',').map(|name| Attribute { name: name.to_owned(), kind });
    Schema::new(attributes.collect()).unwrap()
}
