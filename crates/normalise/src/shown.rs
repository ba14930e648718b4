//! The canonical view with what people showed of single cells.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::{AttributeId, CellId, Table};

use crate::{Conversion, ConversionKind, Normalised};

/// What becomes of a distinct value of a column, as labelled cells show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What it should read; `None` where there is no value.
    pub new: Option<String>,
    /// The probability of that, from 0 to 1.
    pub confidence: f64,
    /// A sentence that says why.
    pub reason: String,
    /// Whether it is what the view writes already: then the confidence is how far labels bear it out, and is multiplied with
    /// that of the view.
    pub as_found: bool,
}

/// From this confidence on the view reads what was shown.
const TAKEN: f64 = 0.7;

impl Normalised {
    /// The view in which values of a column are written as was shown, by slot: the code of a value in `read`, the table as it
    /// was read, and behind all codes that of a missing value. What was found of these values gives way.
    ///
    /// Cells of ragged lines stay as they were read.
    pub fn with_shown(mut self, read: &Table, attribute: AttributeId, shown: &[Option<Shown>]) -> Self {
        let column = read.column(attribute);
        let slot = |code: lustrate_table::Code| if code.is_null() { column.dictionary().len() } else { code.index() };
        let of = |cell: CellId| shown.get(slot(column.code(cell.row))).and_then(Option::as_ref);
        for conversion in self.conversions.iter_mut().filter(|conversion| conversion.cell.attribute == attribute) {
            if let Some(shown) = of(conversion.cell).filter(|shown| shown.as_found) {
                conversion.confidence *= shown.confidence;
                conversion.reason = format!("{}; {}", conversion.reason, shown.reason);
            }
        }
        self.conversions.retain(|conversion| {
            conversion.cell.attribute != attribute || of(conversion.cell).is_none_or(|shown| shown.as_found)
        });
        let rows = read.row_ids().filter(|row| read.ragged().binary_search(row).is_err());
        for cell in rows.map(|row| CellId { row, attribute }) {
            let Some(shown) = of(cell).filter(|shown| !shown.as_found) else { continue };
            // Of what is in doubt the later steps may know more.
            if shown.confidence >= TAKEN {
                self.table.set(cell, shown.new.as_deref());
            }
            let old = read.text(cell).map(str::to_owned);
            if old != shown.new {
                self.conversions.push(Conversion {
                    cell,
                    old,
                    new: shown.new.clone(),
                    confidence: shown.confidence,
                    kind: ConversionKind::Shown,
                    reason: shown.reason.clone(),
                    alternatives: Vec::new(),
                });
            }
        }
        // What the column holds now may be of another kind: numbers, say, that had their unit behind them.
        let written = self.table.column(attribute).clone();
        self.table.replace(attribute, written);
        self.conversions.sort_by_key(|conversion| conversion.cell);
        self
    }

    /// The view in which these cells read what somebody said that they should, in the canonical form. Nothing is found of
    /// them any more.
    pub fn with_labels(mut self, cells: &BTreeMap<CellId, Option<String>>) -> Self {
        for (&cell, text) in cells {
            self.table.set(cell, text.as_deref());
        }
        let labelled: BTreeSet<CellId> = cells.keys().copied().collect();
        self.conversions.retain(|conversion| !labelled.contains(&conversion.cell));
        self
    }
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Constraints;
    use lustrate_table::{Column, RowId};

    use super::*;
    use crate::normalise;

    #[test]
    fn what_was_shown_is_written_in_every_row_and_told() {
        let column: Column = [Some("1/2"), None, Some("x"), Some("1/2")].into_iter().collect();
        let table = Table::new(vec![("day".into(), column)]).unwrap();
        let shown =
            |new: &str| Some(Shown { new: Some(new.into()), confidence: 0.9, reason: "so".into(), as_found: false });
        let view = normalise(&table, &Constraints::default());
        let view = view.with_shown(&table, AttributeId(0), &[shown("2.1."), None, shown("-")]);
        let texts: Vec<_> =
            (0..4).map(|row| view.table.text(CellId { row: RowId(row), attribute: AttributeId(0) })).collect();
        assert_eq!(texts, [Some("2.1."), Some("-"), Some("x"), Some("2.1.")]);
        assert_eq!(view.conversions.len(), 3);
        assert_eq!((view.conversions[1].old.as_deref(), view.conversions[1].new.as_deref()), (None, Some("-")));
        let cell = CellId { row: RowId(0), attribute: AttributeId(0) };
        let view = view.with_labels(&BTreeMap::from([(cell, Some("3".into()))]));
        assert_eq!((view.table.text(cell), view.conversions.len()), (Some("3"), 2));
    }
}
