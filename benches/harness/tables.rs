//! A table for the benchmarks, made from a seed.

use std::sync::Arc;

use lustrate::{Constraints, SourceText, Table, bind, parse};
use lustrate_eval::{DirtSettings, Shape, generate, spoil};

/// A dirty table of orders (16 columns, a fiftieth of the cells wrong) with the constraints that its truth satisfies.
///
/// # Panics
/// When the generator makes a table that its own rules do not fit.
pub fn orders(rows: usize) -> (Table, Constraints) {
    let generated = generate(Shape::Orders, rows, 1);
    let dirty = spoil(&generated.table, &DirtSettings::new(0.02).seed(1)).expect("the settings name no column").dirty;
    let rules = parse(&Arc::new(SourceText::new("orders.rules", generated.rules_text))).rules;
    let constraints = bind(&rules, dirty.schema()).expect("the rules are of the table");
    (dirty, constraints)
}
