//! The canonical view with the conventions that were found.

use std::collections::BTreeMap;

use lustrate_rules::Constraints;
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::conventions::{Changes, FoundFormat, Written};
use crate::{Conversion, ConversionKind, Normalised, find_formats, normalise};

/// The canonical view with all conventions that the constraints allow, and these.
pub fn view(table: &Table, constraints: &Constraints) -> (Normalised, Vec<FoundFormat>) {
    let view = normalise(table, constraints);
    let formats = find_formats(&view.table, constraints);
    (view.with_formats(table, &formats), formats)
}

impl Normalised {
    /// The view in which the columns are written as the conventions say that were found in it, in their order. `read` is
    /// the table as it was read.
    ///
    /// Cells of ragged lines may sit in the wrong columns: they count as the conventions say, and stay as they were read.
    pub fn with_formats(mut self, read: &Table, found: &[FoundFormat]) -> Self {
        for formats in found.chunk_by(|a, b| a.attribute == b.attribute) {
            match &formats[0] {
                format @ FoundFormat { changes: Changes::Rows(rows), .. } => self.rewrite_rows(read, format, rows),
                _ => self.rewrite(read, formats),
            }
        }
        self.conversions.sort_by_key(|conversion| conversion.cell);
        self.conversions.dedup_by(|later, earlier| joined(earlier, later));
        self.conversions.retain(|conversion| conversion.old != conversion.new);
        self
    }

    /// Writes some cells of one column as a convention says.
    fn rewrite_rows(&mut self, read: &Table, format: &FoundFormat, rows: &BTreeMap<RowId, Option<String>>) {
        for (&row, new) in rows {
            let cell = CellId { row, attribute: format.attribute };
            self.table.set(cell, new.as_deref());
            if read.ragged().binary_search(&row).is_err() {
                let confidence = format.convention.probability;
                let rewritten = Rewritten { text: new.clone(), by: vec![format], confidence };
                let old = read.text(cell).map(str::to_owned);
                self.conversions.push(rewritten.conversion(row, format.attribute, old));
            }
        }
    }

    /// Writes one column as its conventions say.
    fn rewrite(&mut self, read: &Table, formats: &[FoundFormat]) {
        let Some(attribute) = formats.first().map(|format| format.attribute) else { return };
        let column = self.table.column(attribute).clone();
        let rewritten: Vec<Option<Rewritten<'_>>> =
            column.dictionary().iter().map(|(_, text)| Rewritten::new(text, formats)).collect();
        let texts = column.dictionary().iter().zip(&rewritten);
        let texts = texts.map(|((_, text), rewritten)| match rewritten {
            Some(rewritten) => rewritten.text.as_deref(),
            None => Some(text),
        });
        self.table.replace(attribute, column.replaced(&texts.collect::<Vec<_>>()));
        let changed = |row: RowId| rewritten.get(column.code(row).0 as usize)?.as_ref();
        for row in read.row_ids().filter(|row| read.ragged().binary_search(row).is_err()) {
            if let Some(rewritten) = changed(row).filter(|rewritten| rewritten.is_written()) {
                let old = read.text(CellId { row, attribute }).map(str::to_owned);
                self.conversions.push(rewritten.conversion(row, attribute, old));
            }
        }
    }
}

/// Joins to the rewrite of a cell what a convention makes of it behind that.
fn joined(earlier: &mut Conversion, later: &Conversion) -> bool {
    let joins = earlier.cell == later.cell && matches!(earlier.kind, ConversionKind::Rewritten(_));
    if joins {
        earlier.new.clone_from(&later.new);
        earlier.confidence *= later.confidence;
        earlier.reason = format!("{}; {}", earlier.reason, later.reason);
    }
    joins
}

/// What becomes of a distinct value.
struct Rewritten<'a> {
    text: Option<String>,
    /// The conventions that write it otherwise, in order; one at least.
    by: Vec<&'a FoundFormat>,
    /// The probability that all of them are right.
    confidence: f64,
}

impl<'a> Rewritten<'a> {
    fn new(text: &str, formats: &'a [FoundFormat]) -> Option<Self> {
        let mut now = Some(text.to_owned());
        let mut by = Vec::new();
        let mut confidence = 1.0;
        for format in formats {
            let Changes::Values(changes) = &format.changes else { continue };
            if let Some(change) = now.as_ref().and_then(|now| changes.get(now)) {
                now.clone_from(&change.new);
                confidence *= format.convention.probability * change.agreement;
                by.push(format);
            }
        }
        (!by.is_empty()).then_some(Rewritten { text: now, by, confidence })
    }

    fn is_written(&self) -> bool {
        self.by.iter().all(|format| format.written == Written::AsFound)
    }

    fn conversion(&self, row: RowId, attribute: AttributeId, old: Option<String>) -> Conversion {
        let reasons: Vec<String> =
            self.by.iter().map(|format| format!("format {}: {}", format.convention.name, format.evidence)).collect();
        Conversion {
            cell: CellId { row, attribute },
            old,
            new: self.text.clone(),
            confidence: self.confidence,
            kind: ConversionKind::Found(self.by[0].convention.name),
            reason: reasons.join("; "),
            alternatives: Vec::new(),
        }
    }
}
