//! Names of tasks, which depend on nothing but the texts of a row and a column.

use lustrate_table::{AttributeId, CellId, RowId, Table};
use sha2::{Digest, Sha256};

/// The part of the name of a task that all cells of one row share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RowPart(String);

impl RowPart {
    /// Of a row of a table.
    pub(crate) fn of_row(table: &Table, row: RowId) -> RowPart {
        let mut hash = Sha256::new();
        for attribute in table.schema().ids() {
            let text = table.text(CellId { row, attribute });
            // The length before each text keeps `ab`, `c` from being `a`, `bc`; a missing text has none.
            hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        }
        RowPart(hex(&hash.finalize()[..6]))
    }

    /// Of the name of a task, if it is one.
    pub(crate) fn of_task(task: &str) -> Option<RowPart> {
        let (row, column) = task.strip_prefix('t')?.split_once('-')?;
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (row.len() == 12 && column.len() == 6 && is_hex(row) && is_hex(column)).then(|| RowPart(row.to_owned()))
    }
}

/// The name of the task of a cell. It begins with a letter, so that no spreadsheet takes it for a number.
pub(crate) fn task_of(table: &Table, row: RowId, attribute: AttributeId) -> String {
    let column = hex(&Sha256::digest(table.schema().name(attribute))[..3]);
    format!("t{}-{column}", RowPart::of_row(table, row).0)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    #[test]
    fn a_task_is_called_the_same_wherever_its_row_stands() {
        let (one, other) = (table("a,b\n1,2\n12,\n,12"), table("a,b\n12,\n1,2"));
        let name = |table: &Table, row, column| task_of(table, RowId(row), AttributeId(column));
        assert_eq!(name(&one, 0, 1), name(&other, 1, 1));
        assert_eq!(name(&one, 1, 0), name(&other, 0, 0));
        let names = [name(&one, 0, 0), name(&one, 0, 1), name(&one, 1, 0), name(&one, 2, 0)];
        assert!((1..4).all(|place| !names[..place].contains(&names[place])), "{names:?}");
        assert_eq!(RowPart::of_task(&names[0]), Some(RowPart::of_row(&one, RowId(0))));
    }

    #[test]
    fn the_name_of_a_task_does_not_change_with_the_version() {
        assert_eq!(task_of(&table("city\nRome"), RowId(0), AttributeId(0)), "te92a64ab4e50-11a62c");
    }
}
