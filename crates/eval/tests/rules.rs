//! The rules that come with generated tables, bound and checked by the crates that do so for users.

use std::sync::Arc;

use lustrate_detect::detect;
use lustrate_diagnostic::SourceText;
use lustrate_eval::{DirtSettings, Generated, Shape, generate, spoil};
use lustrate_rules::{Constraints, bind, parse};
use lustrate_table::{Groups, Table};

fn constraints(table: &Table, rules: &str) -> Constraints {
    let parsed = parse(&Arc::new(SourceText::new("generated.rules", rules)));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    bind(&parsed.rules, table.schema()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

#[test]
fn the_rules_of_a_shape_hold_in_its_tables() {
    for (shape, seed) in Shape::ALL.into_iter().flat_map(|shape| [0, 1, 7].map(|seed| (shape, seed))) {
        let Generated { table, rules_text } = generate(shape, 800, seed);
        let constraints = constraints(&table, rules_text);
        for violations in detect(&table, &constraints).violations() {
            let name = &constraints.get(violations.constraint).name;
            assert!(violations.rows.is_empty(), "{}, seed {seed}: {name}", shape.name());
        }
    }
}

#[test]
fn every_rule_is_broken_by_dirt() {
    for shape in Shape::ALL {
        let Generated { table, rules_text } = generate(shape, 2000, 3);
        let dirty = spoil(&table, &DirtSettings::new(0.3)).unwrap().dirty;
        let constraints = constraints(&dirty, rules_text);
        for violations in detect(&dirty, &constraints).violations() {
            let name = &constraints.get(violations.constraint).name;
            assert!(!violations.rows.is_empty(), "{}: {name}", shape.name());
        }
    }
}

#[test]
fn every_dependency_has_groups_of_several_rows() {
    for shape in Shape::ALL {
        let Generated { table, rules_text } = generate(shape, 1000, 3);
        for (_, constraint) in constraints(&table, rules_text).iter() {
            let Some(dependency) = constraint.as_dependency() else { continue };
            let key: Vec<_> = dependency.lhs.iter().map(|&id| table.column(id)).collect();
            let groups = Groups::new(&key).len();
            assert!(10 * groups < 9 * table.rows(), "{}: {}: {groups} groups", shape.name(), constraint.name);
        }
    }
}
