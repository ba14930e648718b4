//! What is promised of any bytes that are given as a label file.

use std::sync::LazyLock;

use lustrate_labels::{Labels, Said, Sheet};
use lustrate_table::{AttributeId, Column, Table};

use crate::messages::are_sound;

const IDS: [AttributeId; 1] = [AttributeId(0)];

/// The table whose cells are labelled: the one that the seeds are of.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let column = |cells: [&'static str; 4]| cells.into_iter().map(|text| Some(text).filter(|text| !text.is_empty()));
    let columns = [
        ("id", ["1", "2", "3", "4"]),
        ("zip", ["00184", "10115", "00195", "75001"]),
        ("city", ["Rom", "Berlin", "Rome", ""]),
        ("day", ["1/2", "3/4", "?", "5/6"]),
    ];
    let columns = columns.map(|(name, cells)| (name.to_owned(), column(cells).collect::<Column>()));
    Table::new(columns.into()).expect("the names differ")
});

/// Reads the bytes as labels and as a sheet to go on with, shows all messages, weighs what is said, and writes the sheet and
/// reads it again.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    match Labels::read("l.csv", bytes, &TABLE, &IDS) {
        Ok(labels) => are_of_the_table(&labels),
        Err(messages) => {
            assert!(messages.has_errors(), "it is refused without an error");
            are_sound(&messages);
        }
    }
    match Sheet::read("l.csv", bytes, &TABLE, &IDS) {
        Ok(sheet) => is_read_back(&sheet),
        Err(messages) => are_sound(&messages),
    }
}

fn are_of_the_table(labels: &Labels) {
    assert!(!labels.items.is_empty(), "a file without labels is refused");
    for label in &labels.items {
        assert!(label.cell.row.index() < TABLE.rows() && label.cell.attribute.index() < TABLE.schema().len());
        assert_eq!(Said::from_field(&label.said.to_field()), label.said);
    }
    let agreed = labels.agree();
    for (cell, label) in &agreed.cells {
        assert!((0.0..=1.0).contains(&label.probability), "{label:?}");
        assert!(label.labels.iter().all(|&place| labels.items[place].cell == *cell));
    }
    assert!(agreed.people.iter().all(|person| (0.0..=1.0).contains(&person.reliability)), "{:?}", agreed.people);
}

fn is_read_back(sheet: &Sheet) {
    let mut written = Vec::new();
    sheet.write(&TABLE, &IDS, &mut written).expect("memory takes what is written");
    let again = Sheet::read("again.csv", &written, &TABLE, &IDS);
    let text = String::from_utf8_lossy(&written);
    let again = again.unwrap_or_else(|messages| panic!("{text}\n{messages}"));
    assert_eq!(&again, sheet, "{text}");
}
