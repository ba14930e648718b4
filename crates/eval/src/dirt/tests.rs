use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::noise::find_kind;

/// The table of a kind's example.
pub(crate) fn example_table(text: &str) -> Table {
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(" | ").collect()).collect();
    let columns = (0..rows[0].len()).map(|place| {
        let cells = rows.iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty()));
        (format!("c{place}"), cells.collect())
    });
    Table::new(columns.collect()).unwrap()
}

/// What a kind does to the first cell of a table, in the form of the examples.
pub(crate) fn example_outcome(table: &Table, kind: &'static Kind, seed: u64) -> String {
    let cell = CellId { row: RowId(0), attribute: AttributeId(0) };
    let mut ground = Ground::new(table, vec![table.rows(); table.schema().len()], seed);
    let mut stream = site::stream(seed, cell.attribute, site::Use::Planting);
    let planted = edits(&Site::new(&ground, cell), kind, &mut stream);
    ground.plant(kind, planted);
    let dirty = ground.into_spoiled().dirty;
    let text = |row, attribute| dirty.text(CellId { row, attribute }).unwrap_or_default();
    let row = |row| dirty.schema().ids().map(|id| text(row, id)).collect::<Vec<_>>().join(" | ");
    dirty.row_ids().map(row).collect::<Vec<_>>().join("\n")
}

fn numbered(rows: usize) -> Table {
    let column = |of: &dyn Fn(usize) -> String| (0..rows).map(of).collect::<Vec<_>>();
    let columns = [
        ("id", column(&|row| format!("N-{row:05}"))),
        ("city", column(&|row| ["New York", "Rome", "Oslo", "São Paulo"][row % 4].to_owned())),
        ("born", column(&|row| format!("19{:02}-0{}-1{}", row % 90, 1 + row % 9, row % 9))),
        ("income", column(&|row| (1000 + 37 * row).to_string())),
    ];
    let columns =
        columns.map(|(name, cells)| (name.to_owned(), cells.iter().map(|cell| Some(cell.as_str())).collect()));
    Table::new(columns.into()).unwrap()
}

fn errors_of(spoiled: &Spoiled, column: &str) -> usize {
    spoiled.planted.iter().filter(|planted| planted.column == column).count()
}

#[test]
fn every_column_gets_its_rate() {
    let table = numbered(400);
    let settings = DirtSettings::new(0.1).column_rate("city", 0.3).skip("id");
    let spoiled = spoil(&table, &settings).unwrap();
    assert_eq!(["id", "city", "born", "income"].map(|column| errors_of(&spoiled, column)), [0, 120, 40, 40]);
}

#[test]
fn kinds_share_a_column_equally_where_they_can_happen() {
    let kinds = ["missing", "date_order", "reversal", "typo"].map(|name| find_kind(name).unwrap());
    let spoiled = spoil(&numbered(400), &DirtSettings::new(0.1).kinds(kinds)).unwrap();
    let count = |column, kind| {
        spoiled.planted.iter().filter(|planted| planted.column == column && planted.kind == kind).count()
    };
    assert_eq!(kinds.map(|kind| count("born", kind)), [10, 10, 10, 10]);
    assert_eq!(count("city", kinds[1]), 0);
    assert_eq!(errors_of(&spoiled, "city"), 40);
}

#[test]
fn an_exchange_is_planted_in_both_cells_of_a_row() {
    let spoiled = spoil(&numbered(100), &DirtSettings::new(0.1).kinds(find_kind("exchange"))).unwrap();
    assert!(!spoiled.planted.is_empty());
    for pair in spoiled.planted.chunk_by(|a, b| a.cell.row == b.cell.row) {
        let old: BTreeSet<_> = pair.iter().map(|planted| &planted.old).collect();
        let new: BTreeSet<_> = pair.iter().map(|planted| &planted.new).collect();
        assert_eq!((old, pair.len() % 2), (new, 0));
    }
}

#[test]
fn all_cells_can_be_wrong() {
    let spoiled = spoil(&numbered(50), &DirtSettings::new(1.0).kinds(find_kind("missing"))).unwrap();
    assert_eq!(spoiled.planted.len(), 200);
}

#[test]
fn another_seed_gives_other_dirt_and_the_same_seed_the_same() {
    let planted = |seed| spoil(&numbered(60), &DirtSettings::new(0.2).seed(seed)).unwrap().planted;
    assert_eq!(planted(1), planted(1));
    assert_ne!(planted(1), planted(2));
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let refused = |settings| spoil(&numbered(5), &settings).unwrap_err();
    assert_eq!(refused(DirtSettings::new(0.1).skip("town")), DirtError::UnknownColumn("town".to_owned()));
    assert_eq!(refused(DirtSettings::new(1.5)), DirtError::Rate(1.5));
}

proptest! {
    #[test]
    fn the_planted_list_is_exactly_the_diff(
        rows in prop::collection::vec(prop::collection::vec(prop::option::of("[a-zé0-9 .-]{0,6}"), 3), 0..40),
        rate in 0.0f64..=1.0,
        seed in 0u64..1000,
    ) {
        let column = |place: usize| (format!("c{place}"), rows.iter().map(|row| row[place].as_deref()).collect());
        let truth = Table::new((0..3).map(column).collect()).unwrap();
        let spoiled = spoil(&truth, &DirtSettings::new(rate).seed(seed)).unwrap();
        let mut listed = spoiled.planted.iter();
        for row in truth.row_ids() {
            for attribute in truth.schema().ids() {
                let cell = CellId { row, attribute };
                let (old, new) = (truth.text(cell), spoiled.dirty.text(cell));
                if old.unwrap_or_default() != new.unwrap_or_default() {
                    let planted = listed.next().unwrap();
                    prop_assert_eq!((planted.cell, planted.old.as_deref(), planted.new.as_deref()), (cell, old, new));
                }
            }
        }
        prop_assert!(listed.next().is_none());
    }
}
