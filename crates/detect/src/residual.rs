//! What two rows have to satisfy together beyond what can be sorted: likeness and arithmetic, asked pair by pair.

use std::borrow::Cow;
use std::collections::HashMap;

use lustrate_rules::Columns;
use lustrate_rules::{CellOf, Comparison, Formula, Operand, Polarity, Predicate, Tolerance, Tuple};
use lustrate_table::{Code, Column, RowId};
use lustrate_values::Similarity;

use crate::RowSet;
use crate::typed::Typed;

/// A predicate on two rows, made ready to be asked of many pairs.
pub(crate) enum Residual<'t> {
    /// `a.x ~ b.y`
    Likeness(Likeness<'t>),
    /// `a.x + b.x > 3`, with the numbers of the cells that it names.
    Formula {
        left: Formula,
        comparison: Comparison,
        right: Formula,
        tolerance: Tolerance,
        numbers: Vec<(CellOf, Vec<Option<f64>>)>,
    },
}

/// `a.x ~ b.y`
pub(crate) struct Likeness<'t> {
    pub(crate) left: CellOf,
    pub(crate) right: CellOf,
    pub(crate) left_column: &'t Column,
    pub(crate) right_column: &'t Column,
    pub(crate) measure: Similarity,
    pub(crate) polarity: Polarity,
    pub(crate) columns: &'t Columns,
}

/// What is known of the likeness of values, by their codes; one map for each residual.
#[derive(Default)]
pub(crate) struct Memo {
    of: Vec<HashMap<(Code, Code), bool>>,
}

/// Beyond so many pairs of values a memo starts afresh: it saves time, and must not cost the memory.
const MEMO: usize = 1 << 16;

impl<'t> Residual<'t> {
    /// The predicate over a table; `None` where it can be sorted by or asked of one row.
    pub(crate) fn new(typed: Typed<'t>, predicate: &Predicate) -> Option<Self> {
        match predicate {
            Predicate::Similar { left, right: Operand::Cell(right), measure, polarity } => {
                Some(Residual::Likeness(Likeness {
                    left: *left,
                    right: *right,
                    left_column: typed.table.column(left.attribute),
                    right_column: typed.table.column(right.attribute),
                    measure: *measure,
                    polarity: *polarity,
                    columns: typed.columns,
                }))
            }
            Predicate::Formula { left, comparison, right, tolerance } => {
                let mut cells = predicate.cells();
                cells.sort_unstable();
                cells.dedup();
                let numbers = cells.into_iter().map(|cell| (cell, typed.numbers(cell.attribute))).collect();
                let (left, right) = (left.clone(), right.clone());
                Some(Residual::Formula { left, comparison: *comparison, right, tolerance: *tolerance, numbers })
            }
            _ => None,
        }
    }

    /// Keeps the rows that have in a role what the predicate names: it is unknown of all others.
    pub(crate) fn restrict(&self, role: Tuple, rows: &mut RowSet) {
        match self {
            Residual::Likeness(likeness) => {
                for (cell, column) in [(likeness.left, likeness.left_column), (likeness.right, likeness.right_column)] {
                    if cell.tuple == role {
                        rows.retain(|row| !column.code(row).is_null());
                    }
                }
            }
            Residual::Formula { numbers, .. } => {
                for (_, numbers) in numbers.iter().filter(|(cell, _)| cell.tuple == role) {
                    rows.retain(|row| numbers[row.index()].is_some());
                }
            }
        }
    }

    /// Whether it is known to hold for a pair.
    fn holds(&self, a: RowId, b: RowId, memo: &mut HashMap<(Code, Code), bool>) -> bool {
        let row = |cell: CellOf| if cell.tuple == Tuple::A { a } else { b };
        match self {
            Residual::Likeness(likeness) => {
                let left = likeness.left_column.code(row(likeness.left));
                let right = likeness.right_column.code(row(likeness.right));
                if memo.len() >= MEMO {
                    memo.clear();
                }
                *memo.entry((left, right)).or_insert_with(|| likeness.holds(left, right))
            }
            Residual::Formula { left, comparison, right, tolerance, numbers } => {
                let number = |cell: CellOf| {
                    let of = numbers.iter().find(|(named, _)| *named == cell);
                    of.and_then(|(_, numbers)| numbers[row(cell).index()])
                };
                let sides = left.value_with(&number).zip(right.value_with(&number));
                sides.is_some_and(|(left, right)| comparison.holds(tolerance.compare(left, right)))
            }
        }
    }
}

impl Memo {
    /// Whether all residuals are known to hold for a pair.
    pub(crate) fn all_hold(&mut self, residuals: &[Residual], a: RowId, b: RowId) -> bool {
        self.of.resize_with(residuals.len(), HashMap::new);
        residuals.iter().zip(&mut self.of).all(|(residual, memo)| residual.holds(a, b, memo))
    }
}

impl Likeness<'_> {
    /// Whether an index of the values on the right finds those that satisfy it. One that reads numbers reads both sides by
    /// one type.
    pub(crate) fn is_indexable(&self) -> bool {
        let reads_text = self.measure.at_least().is_some();
        self.polarity == Polarity::Positive && (reads_text || self.left.attribute == self.right.attribute)
    }

    fn holds(&self, left: Code, right: Code) -> bool {
        let texts = self.left_column.dictionary().text(left).zip(self.right_column.dictionary().text(right));
        let number = |text: &str| self.columns.number(self.left.attribute, text);
        let alike = texts.and_then(|(left, right)| self.measure.alike(left, right, &number));
        alike.is_some_and(|alike| self.polarity.agrees(alike))
    }
}

/// The predicate with the side of role `a` on the left, where that changes nothing, so that two of one meaning are equal.
pub(crate) fn normal(predicate: &Predicate) -> Cow<'_, Predicate> {
    match predicate {
        Predicate::Similar { left, right: Operand::Cell(right), measure, polarity }
            if left.tuple == Tuple::B && right.tuple == Tuple::A && left.attribute == right.attribute =>
        {
            let (left, right) = (*right, Operand::Cell(*left));
            Cow::Owned(Predicate::Similar { left, right, measure: *measure, polarity: *polarity })
        }
        _ => Cow::Borrowed(predicate),
    }
}
