//! A predicate on one row: which rows it holds for, with texts touched once for each distinct value.

use std::borrow::Cow;

use lustrate_rules::{CellOf, Compare, Formula, Operand, Predicate, Tuple};
use lustrate_table::{AttributeId, Groups, RowId};

use crate::RowSet;
use crate::keys::{Keys, holds_for_codes};
use crate::typed::Typed;

/// A predicate that names cells of one row only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowPredicate<'c> {
    /// With all cells called those of [`Tuple::A`].
    predicate: Cow<'c, Predicate>,
}

impl<'c> RowPredicate<'c> {
    /// The predicate, read as one on a single row: which tuple its cells name does not count.
    pub(crate) fn new(predicate: &'c Predicate) -> Self {
        let renamed = predicate.cells().iter().any(|cell| cell.tuple == Tuple::B);
        let predicate = if renamed { Cow::Owned(predicate.renamed(|_| Tuple::A)) } else { Cow::Borrowed(predicate) };
        RowPredicate { predicate }
    }

    /// The attributes that it names, sorted, each once.
    pub(crate) fn attributes(&self) -> Vec<AttributeId> {
        let mut attributes: Vec<AttributeId> = self.predicate.cells().iter().map(|cell| cell.attribute).collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    }

    /// Keeps the rows for which the predicate holds.
    pub(crate) fn restrict(&self, typed: Typed, rows: &mut RowSet) {
        match (self.predicate.as_ref(), &self.attributes()[..]) {
            (Predicate::Compare(compare), _) => restrict_by_comparison(compare, typed, rows),
            (_, []) => {
                if self.predicate.holds(typed.columns, &|_| None) != Some(true) {
                    *rows = RowSet::empty(typed.table.rows());
                }
            }
            (_, &[only]) => self.restrict_by_value(only, typed, rows),
            (Predicate::Formula { left, comparison, right, tolerance }, attributes) => {
                let numbers: Vec<(AttributeId, Vec<Option<f64>>)> =
                    attributes.iter().map(|&attribute| (attribute, typed.numbers(attribute))).collect();
                let value = |formula: &Formula, row: RowId| {
                    formula.value_with(&|cell: CellOf| {
                        let of = numbers.iter().find(|(attribute, _)| *attribute == cell.attribute);
                        of.and_then(|(_, numbers)| numbers[row.index()])
                    })
                };
                rows.retain(|row| {
                    let sides = value(left, row).zip(value(right, row));
                    sides.is_some_and(|(left, right)| comparison.holds(tolerance.compare(left, right)))
                });
            }
            (_, attributes) => self.restrict_by_combination(attributes, typed, rows),
        }
    }

    /// Asks once for each distinct value, and once for a missing one.
    fn restrict_by_value(&self, attribute: AttributeId, typed: Typed, rows: &mut RowSet) {
        let column = typed.table.column(attribute);
        let holds = |text: Option<&str>| self.predicate.holds(typed.columns, &|_| text) == Some(true);
        let of_code: Vec<bool> = column.dictionary().iter().map(|(_, text)| holds(Some(text))).collect();
        let of_missing = holds(None);
        rows.retain(|row| {
            let code = column.code(row);
            if code.is_null() { of_missing } else { of_code[code.index()] }
        });
    }

    /// Asks once for each distinct combination of values. A predicate on several cells is unknown where one is missing.
    fn restrict_by_combination(&self, attributes: &[AttributeId], typed: Typed, rows: &mut RowSet) {
        let columns: Vec<_> = attributes.iter().map(|&attribute| typed.table.column(attribute)).collect();
        let groups = Groups::new(&columns);
        let holds = |row: RowId| {
            let text = |cell: CellOf| typed.table.column(cell.attribute).text(row);
            self.predicate.holds(typed.columns, &text) == Some(true)
        };
        let mut of_group: Vec<Option<bool>> = vec![None; groups.len()];
        rows.retain(|row| groups.group(row).is_some_and(|group| *of_group[group].get_or_insert_with(|| holds(row))));
    }
}

fn restrict_by_comparison(compare: &Compare, typed: Typed, rows: &mut RowSet) {
    let Compare { left, comparison, right, domain } = compare;
    let column = typed.column(left.attribute);
    match right {
        Operand::Constant(constant) => {
            let holds = holds_for_codes(column, *comparison, constant, *domain);
            rows.retain(|row| {
                let code = column.column.code(row);
                !code.is_null() && holds[code.index()]
            });
        }
        Operand::Cell(right) => {
            let keys = Keys::new(typed, (left.attribute, right.attribute), *comparison, *domain);
            rows.retain(|row| {
                let (left, right) = (keys.of(Tuple::A)[row.index()], keys.of(Tuple::B)[row.index()]);
                !left.is_null() && !right.is_null() && comparison.holds(left.cmp(&right))
            });
        }
    }
}
