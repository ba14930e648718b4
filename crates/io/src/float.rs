//! Floating-point numbers as text.

use std::fmt::{Debug, Write};

use lustrate_table::ColumnBuilder;

/// Adds numbers to a column in the shortest form that parses back to the same value: `1`, `0.1`, `1e300`, `NaN`.
pub(crate) fn push_floats<F: Debug>(values: impl Iterator<Item = Option<F>>, column: &mut ColumnBuilder) {
    let mut text = String::new();
    for value in values {
        text.clear();
        column.push(value.map(|value| {
            write!(text, "{value:?}").expect("a string takes all text");
            text.strip_suffix(".0").unwrap_or(&text)
        }));
    }
}
