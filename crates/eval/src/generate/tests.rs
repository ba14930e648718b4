use lustrate_table::{AttributeId, CellId, Groups, RowId, count_codes, parse_number};

use super::*;

const SEEDS: [u64; 3] = [0, 1, 7];

/// The statements of a rule file: the keyword, and what follows it.
fn statements(rules: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = rules.lines().filter_map(|line| line.split_once(": "));
    lines.filter_map(|(_, statement)| statement.split_once(' '))
}

fn attribute(table: &Table, name: &str) -> AttributeId {
    table.schema().find(name.trim()).unwrap_or_else(|| panic!("no column `{name}`"))
}

fn rows_that_break_a_dependency(table: &Table, statement: &str) -> usize {
    let (left, right) = statement.split_once("->").unwrap();
    let key: Vec<_> = left.split(',').map(|name| table.column(attribute(table, name))).collect();
    let groups = Groups::new(&key).rows_by_group();
    let breaks = |rows: &[RowId], right: AttributeId| {
        let first = table.column(right).code(rows[0]);
        rows.iter().filter(|row| table.column(right).code(**row) != first).count()
    };
    let rights: Vec<_> = right.split(',').map(|name| attribute(table, name)).collect();
    groups.iter().map(|rows| rights.iter().map(|&right| breaks(rows, right)).sum::<usize>()).sum()
}

/// Whether the first text is below the second: as numbers where both are, as texts elsewhere (days of the year).
fn is_below(a: &str, b: &str) -> bool {
    match (parse_number(a), parse_number(b)) {
        (Some(a), Some(b)) => a < b,
        _ => a < b,
    }
}

/// A predicate `left < right` or `left > right` on two rows, one of which is meant where no row is named.
fn holds(table: &Table, predicate: &str, a: RowId, b: RowId) -> bool {
    let parts: Vec<&str> = predicate.split_whitespace().collect();
    let text = |part: &str| {
        let (row, name) = part.split_once('.').map_or((a, part), |(row, name)| (if row == "b" { b } else { a }, name));
        table.text(CellId { row, attribute: attribute(table, name) })
    };
    let (Some(left), Some(right)) = (text(parts[0]), text(parts[2])) else { return false };
    if parts[1] == "<" { is_below(left, right) } else { is_below(right, left) }
}

fn is_denied(table: &Table, statement: &str, a: RowId, b: RowId) -> bool {
    statement.split(" and ").all(|predicate| holds(table, predicate, a, b))
}

#[test]
fn the_rules_of_a_shape_hold_in_its_tables() {
    for (shape, seed) in Shape::ALL.into_iter().flat_map(|shape| SEEDS.map(|seed| (shape, seed))) {
        let Generated { table, rules_text } = generate(shape, 300, seed);
        for (keyword, statement) in statements(rules_text) {
            let broken = match keyword {
                "fd" => rows_that_break_a_dependency(&table, statement),
                "deny" => {
                    let pairs = |a| table.row_ids().filter(move |&b| statement.contains("b.") || a == b);
                    table.row_ids().map(|a| pairs(a).filter(|&b| is_denied(&table, statement, a, b)).count()).sum()
                }
                _ => panic!("unexpected statement `{keyword}`"),
            };
            assert_eq!(broken, 0, "{}, seed {seed}: {keyword} {statement}", shape.name());
        }
    }
}

#[test]
fn every_rule_has_rows_that_it_speaks_of() {
    for shape in Shape::ALL {
        let Generated { table, rules_text } = generate(shape, 1000, 3);
        for (_, statement) in statements(rules_text).filter(|(keyword, _)| *keyword == "fd") {
            let left = statement.split_once("->").unwrap().0;
            let key: Vec<_> = left.split(',').map(|name| table.column(attribute(&table, name))).collect();
            let groups = Groups::new(&key);
            assert!(10 * groups.len() < 9 * table.rows(), "{}: {statement}", shape.name());
        }
    }
}

#[test]
fn frequencies_have_a_long_tail() {
    let table = generate(Shape::Orders, 2000, 5).table;
    let column = table.column(attribute(&table, "customer_id"));
    let mut counts = count_codes(column.codes(), column.dictionary().len());
    counts.sort_unstable();
    let (median, most) = (counts[counts.len() / 2], counts[counts.len() - 1]);
    assert!(most >= 8 * median, "median {median}, most {most}");
}

#[test]
fn names_reach_beyond_ascii_and_entities_resemble_each_other() {
    let table = generate(Shape::Orders, 3000, 5).table;
    let names = table.column(attribute(&table, "customer"));
    assert!(names.dictionary().iter().any(|(_, name)| !name.is_ascii()));
    let ids = table.column(attribute(&table, "customer_id")).dictionary().len();
    assert!(names.dictionary().len() < ids, "namesakes");
}

#[test]
fn a_table_has_its_rows_and_is_the_same_for_the_same_seed() {
    let cells = |seed| {
        let table = generate(Shape::Sensors, 50, seed).table;
        assert_eq!(table.rows(), 50);
        let cell = |row, attribute| table.text(CellId { row, attribute }).map(str::to_owned);
        table.row_ids().flat_map(|row| table.schema().ids().map(move |id| (row, id))).map(|(r, a)| cell(r, a)).collect()
    };
    let first: Vec<_> = cells(1);
    assert_eq!(first, cells(1));
    assert_ne!(first, cells(2));
    assert!(Shape::ALL.iter().all(|&shape| generate(shape, 0, 1).table.rows() == 0));
}
