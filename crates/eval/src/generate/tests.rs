use lustrate_table::{AttributeId, CellId, count_codes};

use super::*;

fn attribute(table: &Table, name: &str) -> AttributeId {
    table.schema().find(name).unwrap_or_else(|| panic!("no column `{name}`"))
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
