//! The table that is being spoiled, and the place in it where an error is to be planted.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, CellId, Column, Groups, RowId, RowsByGroup, Table};
use rand::SeedableRng;

use super::{Planted, Spoiled};
use crate::noise::{Edit, Kind, Stream};

/// The true table with the errors planted so far.
pub(crate) struct Ground<'a> {
    truth: &'a Table,
    seed: u64,
    /// How many more cells may be spoiled, by column.
    room: Vec<usize>,
    planted: BTreeMap<CellId, (&'static Kind, Option<String>)>,
    same_value: Vec<(Groups, RowsByGroup)>,
}

impl<'a> Ground<'a> {
    /// `room` holds for each column the number of cells to spoil.
    pub(super) fn new(truth: &'a Table, room: Vec<usize>, seed: u64) -> Self {
        let same_value = truth.schema().ids().map(|id| {
            let groups = Groups::new(&[truth.column(id)]);
            let rows = groups.rows_by_group();
            (groups, rows)
        });
        Ground { truth, seed, room, planted: BTreeMap::new(), same_value: same_value.collect() }
    }

    pub(super) fn has_room(&self, attribute: AttributeId) -> bool {
        self.room[attribute.index()] > 0
    }

    pub(super) fn is_free(&self, cell: CellId) -> bool {
        !self.planted.contains_key(&cell)
    }

    /// What was planted in a cell: its kind and what the cell reads from now on.
    pub(super) fn planted(&self, cell: CellId) -> Option<(&'static Kind, Option<&str>)> {
        self.planted.get(&cell).map(|(kind, text)| (*kind, text.as_deref()))
    }

    /// Plants one error, all of its cells or none: none where it is empty, changes nothing in one of its cells, hits
    /// a cell twice, or does not fit the room of a column.
    pub(super) fn plant(&mut self, kind: &'static Kind, edits: Vec<Edit>) -> bool {
        let mut room = self.room.clone();
        let mut taken = BTreeMap::new();
        for (cell, new) in edits {
            let new = new.filter(|text| !text.is_empty());
            let unchanged = new.as_deref() == self.truth.text(cell).filter(|text| !text.is_empty());
            let Some(left) = room[cell.attribute.index()].checked_sub(1) else { return false };
            if unchanged || !self.is_free(cell) || taken.insert(cell, (kind, new)).is_some() {
                return false;
            }
            room[cell.attribute.index()] = left;
        }
        let any = !taken.is_empty();
        self.room = room;
        self.planted.extend(taken);
        any
    }

    pub(super) fn into_spoiled(self) -> Spoiled {
        let mut dirty = self.truth.clone();
        let planted = self.planted.into_iter().map(|(cell, (kind, new))| {
            dirty.set(cell, new.as_deref());
            let column = self.truth.schema().name(cell.attribute).to_owned();
            Planted { cell, column, kind, old: self.truth.text(cell).map(str::to_owned), new }
        });
        let planted = planted.collect();
        Spoiled { dirty, planted }
    }
}

/// A cell that an error is about to hit, and what may be known about the true table around it.
pub(crate) struct Site<'a> {
    ground: &'a Ground<'a>,
    cell: CellId,
}

impl<'a> Site<'a> {
    pub(crate) fn new(ground: &'a Ground<'a>, cell: CellId) -> Self {
        Site { ground, cell }
    }

    /// The cell.
    pub(crate) fn cell(&self) -> CellId {
        self.cell
    }

    /// The true text of a cell; `None` where it is missing or empty.
    pub(crate) fn text(&self, cell: CellId) -> Option<&'a str> {
        self.ground.truth.text(cell).filter(|text| !text.is_empty())
    }

    /// The true column of the cell.
    pub(crate) fn column(&self) -> &'a Column {
        self.ground.truth.column(self.cell.attribute)
    }

    /// The columns beside that of the cell.
    pub(crate) fn other_columns(&self) -> impl Iterator<Item = AttributeId> + use<> {
        let here = self.cell.attribute;
        self.ground.truth.schema().ids().filter(move |&other| other != here)
    }

    /// Whether a column takes more errors.
    pub(crate) fn has_room(&self, attribute: AttributeId) -> bool {
        self.ground.has_room(attribute)
    }

    /// How many more errors the column of the cell takes.
    pub(crate) fn room(&self) -> usize {
        self.ground.room[self.cell.attribute.index()]
    }

    /// Whether the cell of a row, in the column of the cell, has no error yet.
    pub(crate) fn is_free(&self, row: RowId) -> bool {
        self.ground.is_free(CellId { row, ..self.cell })
    }

    /// The rows whose true value is that of the cell, itself included; none where it is missing.
    pub(crate) fn rows_of_same_value(&self) -> &'a [RowId] {
        let (groups, rows) = &self.ground.same_value[self.cell.attribute.index()];
        groups.group(self.cell.row).map_or(&[], |group| rows.rows(group))
    }

    /// Random numbers that are the same for every cell of the column: for what is drawn once a column.
    pub(crate) fn column_constants(&self) -> Stream {
        stream(self.ground.seed, self.cell.attribute, Use::Constants)
    }
}

/// What a stream of random numbers is for.
pub(super) enum Use {
    Planting,
    Constants,
}

/// The random numbers of a column.
pub(super) fn stream(seed: u64, attribute: AttributeId, purpose: Use) -> Stream {
    let mut stream = Stream::seed_from_u64(seed);
    stream.set_stream(2 * u64::from(attribute.0) + purpose as u64);
    stream
}
