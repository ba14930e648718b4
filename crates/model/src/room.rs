//! How much memory a model takes.

use lustrate_table::Column;

/// Bytes for each distinct value: its counts, prior and likelihood, its places in indexes, and in the groups of the few columns
/// that predict it or that it predicts.
const OF_VALUE: u64 = 240;
/// Bytes for each byte of text: characters, and the pairs of them that similar texts are found by.
const OF_TEXT: u64 = 8;

/// About how many bytes a model takes that looks at a column, beside the table in the order of its texts
/// ([`Table::in_text_order`](lustrate_table::Table::in_text_order)); of another table it takes a copy of codes and values too.
pub fn room_of(column: &Column) -> u64 {
    let values = column.dictionary();
    values.len() as u64 * OF_VALUE + values.text_bytes() as u64 * OF_TEXT
}
