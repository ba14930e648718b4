//! The verb: what becomes of the posterior of the rows, one part of them after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use lustrate_detect::Detection;
use lustrate_model::{CellPosterior, Posterior};
use lustrate_rules::Constraints;
use lustrate_table::{CellId, RowId, Table};

use crate::decided::hold_protected;
use crate::prepared::{Prepared, SharesOfSets, is_fixed};
use crate::sources::SourcesOf;
use crate::vouched::vouch;

/// How often rows of numbers are looked at to learn of their errors.
const LOOKS: usize = 2;

/// What rules and references say that the model does not know (see the page of the crate), for the posterior of a table that
/// comes part by part. The same for any number of threads.
///
/// Of numbers it is learned from all rows in doubt how often they are wrong, and how. So the rows that hold such numbers are put
/// off until all parts have come.
pub struct Joint<'a> {
    table: &'a Table,
    constraints: &'a Constraints,
    detection: &'a Detection,
    prepared: Prepared<'a>,
    sources: SourcesOf<'a>,
    shares: SharesOfSets,
    /// Whether there are rows whose numbers are in doubt.
    learns: bool,
    /// The rows that wait, and what the model believes of their cells.
    waiting: BTreeSet<RowId>,
    put_off: BTreeMap<CellId, CellPosterior>,
    /// The cells that were given back, by row.
    given: Vec<CellId>,
}

impl<'a> Joint<'a> {
    /// Prepares what the rules and the references say of a table.
    pub fn new(table: &'a Table, constraints: &'a Constraints, detection: &'a Detection) -> Self {
        let prepared = Prepared::new(table, constraints, detection);
        Joint {
            table,
            constraints,
            detection,
            learns: prepared.rows.values().any(|places| prepared.is_of_numbers(places)),
            prepared,
            sources: SourcesOf::new(table, constraints),
            shares: SharesOfSets::new(),
            waiting: BTreeSet::new(),
            put_off: BTreeMap::new(),
            given: Vec::new(),
        }
    }

    /// The cells of which the posterior is needed, however sure the model is of them
    /// ([`infer_asked`](lustrate_model::infer_asked)).
    pub fn concerned(&self) -> BTreeSet<CellId> {
        let cells = |(&row, places): (&RowId, &Vec<usize>)| {
            let attributes = self.prepared.cells(row, places);
            attributes.into_iter().map(move |attribute| CellId { row, attribute })
        };
        self.prepared.rows.iter().flat_map(cells).collect()
    }

    /// The posterior of these rows with what the rules and references say. It should list the cells of [`Joint::concerned`]; one
    /// that it does not is taken for right before the factors. Rows whose numbers are in doubt are put off to
    /// [`Joint::finish`]. Every row should come once.
    ///
    /// Cells of columns that are never repaired, and those that are known to be right, are not listed any more, and changes of
    /// protected ones for which neither a hard rule nor a reference speaks are held
    /// ([`Hold::Protected`](lustrate_model::Hold::Protected)).
    pub fn weigh(&mut self, rows: Range<u32>, posterior: Posterior) -> Posterior {
        let Joint { table, constraints, prepared, .. } = self;
        let mut cells: BTreeMap<CellId, CellPosterior> =
            posterior.cells.into_iter().map(|cell| (cell.cell, cell)).collect();
        vouch(table, constraints, &mut cells);
        self.sources.weigh(rows.clone(), &mut cells);
        cells.retain(|cell, _| !is_fixed(constraints, cell.attribute) && !constraints.known().contains(cell));
        prepared.add_changes(&cells);
        let concerned = || prepared.rows.range(RowId(rows.start)..RowId(rows.end));
        self.learns |= concerned().any(|(_, places)| prepared.is_of_numbers(places));
        if self.learns && (0..table.rows() as u32) == rows {
            self.waiting.extend(concerned().map(|(&row, _)| row));
            self.put_off = cells;
            return Posterior::default();
        }
        let mut waiting: BTreeSet<RowId> =
            concerned().filter(|(_, places)| prepared.is_of_numbers(places)).map(|(&row, _)| row).collect();
        if self.learns {
            let of_numbers = cells.keys().filter(|cell| prepared.columns.contains_key(&cell.attribute));
            waiting.extend(of_numbers.map(|cell| cell.row));
        }
        let decided: Vec<RowId> = concerned().map(|(&row, _)| row).filter(|row| !waiting.contains(row)).collect();
        self.put_off.extend(cells.extract_if(.., |cell, _| waiting.contains(&cell.row)));
        cells.extend(prepared.decide_rows(table, &cells, &decided, &mut self.shares));
        cells.values_mut().for_each(|cell| hold_protected(cell, prepared));
        self.waiting.append(&mut waiting);
        self.given.extend(cells.keys());
        Posterior { cells: cells.into_values().collect() }
    }

    /// The posterior of the rows that were put off.
    pub fn finish(mut self) -> Posterior {
        let Joint { table, detection, .. } = self;
        if !self.learns && self.waiting.is_empty() {
            return Posterior::default();
        }
        for look in 0..LOOKS {
            if look > 0 {
                self.prepared.add_changes(&self.put_off);
            }
            let rows = self.rows_of_numbers();
            let first = self.prepared.decide_rows(table, &self.put_off, &rows, &mut self.shares);
            let learned = self.prepared.learn(table, &first);
            self.prepared.relearn(table, detection, &learned);
            self.shares.clear();
        }
        self.prepared.add_changes(&self.put_off);
        let mut rows = self.rows_of_numbers();
        rows.extend(self.waiting.iter().filter(|row| !self.prepared.places(**row).is_empty()));
        rows.sort_unstable();
        rows.dedup();
        let decided = self.prepared.decide_rows(table, &self.put_off, &rows, &mut self.shares);
        let mut cells = self.put_off;
        cells.extend(decided);
        cells.values_mut().for_each(|cell| hold_protected(cell, &self.prepared));
        Posterior { cells: cells.into_values().collect() }
    }

    /// The rows of which numbers are weighed: those that wait, and those that were found since, unless a cell that would be
    /// weighed was given back.
    fn rows_of_numbers(&self) -> Vec<RowId> {
        let is_given = |row: RowId, places: &[usize]| {
            let attributes = self.prepared.cells(row, places);
            attributes.into_iter().any(|attribute| self.given.binary_search(&CellId { row, attribute }).is_ok())
        };
        let rows = self.prepared.rows.iter().filter(|(row, places)| {
            self.prepared.is_of_numbers(places) && (self.waiting.contains(row) || !is_given(**row, places))
        });
        rows.map(|(&row, _)| row).collect()
    }
}

/// The cells of which [`joint`] needs the posterior: [`Joint::concerned`].
pub fn concerned(table: &Table, constraints: &Constraints, detection: &Detection) -> BTreeSet<CellId> {
    Joint::new(table, constraints, detection).concerned()
}

/// What [`Joint`] makes of the posterior of a whole table.
pub fn joint(posterior: Posterior, table: &Table, constraints: &Constraints, detection: &Detection) -> Posterior {
    let mut joint = Joint::new(table, constraints, detection);
    let mut cells = joint.weigh(0..table.rows() as u32, posterior).cells;
    cells.extend(joint.finish().cells);
    Posterior { cells }
}
