//! What reference tables say of a row.

use lustrate_link::{Found, ReferenceIndex};
use lustrate_rules::{CellOf, Columns, Constraints, Lookup, Strength};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::row::{CHANGE, Imagined};
use crate::weights::HARD;

/// A lookup with the index of its reference.
pub(crate) struct LookupRule<'a> {
    pub(crate) lookup: &'a Lookup,
    pub(crate) reference: &'a Table,
    index: ReferenceIndex<'a>,
    columns: &'a Columns,
}

impl<'a> LookupRule<'a> {
    pub(crate) fn new(constraints: &'a Constraints, lookup: &'a Lookup) -> Self {
        let reference = &*constraints.reference(lookup.reference).table;
        LookupRule {
            lookup,
            reference,
            index: ReferenceIndex::new(constraints, lookup),
            columns: constraints.columns(),
        }
    }

    /// The cells that the lookup decides: those that it sets, and its keys that must be equal.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = AttributeId> {
        let keys = self.lookup.on.iter().filter(|key| key.measure.is_none()).map(|key| key.attribute);
        self.lookup.set.iter().map(|set| set.attribute).chain(keys)
    }

    /// Whether it sets the attribute.
    pub(crate) fn sets(&self, attribute: AttributeId) -> bool {
        self.lookup.set.iter().any(|set| set.attribute == attribute)
    }

    /// The rows of which the reference says something else, or whose key it does not have but nearly.
    pub(crate) fn rows(&self, table: &Table) -> Vec<RowId> {
        let concerned = |&row: &RowId| {
            if !self.speaks_of(&|cell: CellOf| table.text(CellId { row, attribute: cell.attribute })) {
                return false;
            }
            let found = self.written(table, row);
            if found.rows.is_empty() {
                return self.near_keys(table, row).iter().any(|(_, _, fits)| *fits);
            }
            self.lookup.set.iter().any(|set| {
                let written = table.text(CellId { row, attribute: set.attribute });
                let says = |&of: &RowId| self.reference.text(CellId { row: of, attribute: set.reference });
                found.rows.iter().any(|of| says(of).is_some() && says(of) != written)
            })
        };
        table.row_ids().filter(concerned).collect()
    }

    /// The values that it proposes for an attribute of a row.
    pub(crate) fn proposals(&self, table: &Table, row: RowId, attribute: AttributeId) -> Vec<String> {
        let mut proposed: Vec<String> = Vec::new();
        let mut near = self.near_keys(table, row);
        near.sort_by_key(|(_, _, fits)| !fits);
        for set in self.lookup.set.iter().filter(|set| set.attribute == attribute) {
            let says = |of: RowId| self.reference.text(CellId { row: of, attribute: set.reference });
            let found = self.written(table, row).rows;
            let near = near.iter().flat_map(|(place, key, _)| self.with_key(table, row, *place, key).rows);
            proposed.extend(found.into_iter().chain(near).filter_map(says).map(str::to_owned).take(8));
        }
        let keys = near.iter().filter(|(place, _, fits)| *fits && self.lookup.on[*place].attribute == attribute);
        proposed.extend(keys.map(|(_, key, _)| key.clone()));
        proposed
    }

    /// For each set cell whose value the reference has: `ln(t / (1 − t)) + c`, the cost `c` of a change added so that a
    /// cell with another value is changed at the odds of the trust, and one that fits speaks for its key.
    pub(crate) fn log_factor(&self, imagined: &Imagined<'_>) -> f64 {
        let unknown = |cell: &CellOf| imagined.is_unlisted(cell.attribute);
        if self.lookup.filter.iter().any(|predicate| predicate.cells().iter().any(unknown))
            || !self.speaks_of(&|cell: CellOf| imagined.text(cell.attribute))
        {
            return 0.0;
        }
        // A key that need not be equal is asked for as it is written: it is what finds the row, not what is corrected.
        let mut texts = Vec::with_capacity(self.lookup.on.len());
        for key in &self.lookup.on {
            let attribute = key.attribute;
            if key.measure.is_none() && imagined.is_unlisted(attribute) {
                return 0.0;
            }
            let written = imagined.table.text(CellId { row: imagined.row, attribute });
            texts.push(if key.measure.is_none() { imagined.text(attribute) } else { written });
        }
        let found = self.index.find(&texts);
        let mut sum = 0.0;
        for set in &self.lookup.set {
            if imagined.is_unlisted(set.attribute) {
                continue;
            }
            let Some(value) = imagined.text(set.attribute) else { continue };
            let says = |&of: &RowId| self.reference.text(CellId { row: of, attribute: set.reference });
            let agreeing = found.rows.iter().filter(|of| says(of) == Some(value)).count();
            if agreeing > 0 {
                sum += self.log_odds(agreeing as f64 / found.rows.len() as f64, found.likeness) + CHANGE;
            }
        }
        sum
    }

    /// Whether the conditions of the lookup hold of a row with these texts.
    fn speaks_of<'t>(&self, text: &dyn Fn(CellOf) -> Option<&'t str>) -> bool {
        self.lookup.filter.iter().all(|predicate| predicate.holds(self.columns, text) == Some(true))
    }

    fn log_odds(&self, share: f64, likeness: f64) -> f64 {
        if self.lookup.strength == Strength::Hard && share == 1.0 && likeness == 1.0 {
            return HARD;
        }
        let true_with = self.lookup.trust * likeness * share;
        (true_with / (1.0 - true_with)).ln().clamp(-HARD, HARD)
    }

    fn written(&self, table: &Table, row: RowId) -> Found {
        let text = |attribute| table.text(CellId { row, attribute });
        self.index.find(&self.lookup.on.iter().map(|key| text(key.attribute)).collect::<Vec<_>>())
    }

    fn with_key(&self, table: &Table, row: RowId, place: usize, key: &str) -> Found {
        let text = |attribute| table.text(CellId { row, attribute });
        let mut texts: Vec<Option<&str>> = self.lookup.on.iter().map(|key| text(key.attribute)).collect();
        texts[place] = Some(key);
        self.index.find(&texts)
    }

    /// Other keys near the written one: the place of the key, its text, and whether a row of the reference with it has
    /// a value that the row has in a set cell.
    fn near_keys(&self, table: &Table, row: RowId) -> Vec<(usize, String, bool)> {
        let mut near = Vec::new();
        for (place, key) in self.lookup.on.iter().enumerate().filter(|(_, key)| key.measure.is_none()) {
            let Some(written) = table.text(CellId { row, attribute: key.attribute }) else { continue };
            for (text, _) in self.index.keys_near(written, place) {
                if text == written {
                    continue;
                }
                let rows = self.with_key(table, row, place, &text).rows;
                let fits = rows.iter().any(|&of| {
                    self.lookup.set.iter().any(|set| {
                        let written = table.text(CellId { row, attribute: set.attribute });
                        written.is_some()
                            && written == self.reference.text(CellId { row: of, attribute: set.reference })
                    })
                });
                near.push((place, text, fits));
            }
        }
        near
    }
}
