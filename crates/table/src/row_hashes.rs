//! Numbers by which rows are drawn.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use rayon::prelude::*;

use crate::Table;

/// One number for each row that depends on nothing but the texts of the row, so that samples drawn by it do not
/// depend on the order of the rows.
pub fn row_hashes(table: &Table, seed: u64) -> Vec<u64> {
    let state = FixedState::with_seed(seed);
    let mut hashes = vec![0u64; table.rows()];
    for attribute in table.schema().ids() {
        let column = table.column(attribute);
        let of_value: Vec<u64> =
            column.dictionary().iter().map(|(_, text)| state.hash_one((attribute.0, text))).collect();
        hashes.par_iter_mut().zip(column.codes()).for_each(|(hash, code)| {
            let value = if code.is_null() { u64::from(attribute.0) } else { of_value[code.index()] };
            *hash = (*hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        });
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, RowId};

    #[test]
    fn a_row_has_its_number_wherever_it_stands() {
        let cells = |texts: [&'static str; 3]| texts.into_iter().map(Some).collect::<Column>();
        let table =
            Table::new(vec![("x".into(), cells(["a", "b", "a"])), ("y".into(), cells(["b", "a", "c"]))]).unwrap();
        let hashes = row_hashes(&table, 7);
        let turned = row_hashes(&table.select(&[RowId(2), RowId(0), RowId(1)]), 7);
        assert_eq!([hashes[2], hashes[0], hashes[1]].as_slice(), turned);
        assert!(hashes[0] != hashes[1] && hashes[0] != hashes[2], "columns are told apart");
        assert_ne!(hashes, row_hashes(&table, 8));
    }
}
