//! Taking the repairs of a file back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_io::{
    ApartRow, ApartRows, Restoration, RowSpelling, Spelling, TableFile, fingerprint, read_table, restored_fingerprint,
};
use lustrate_table::{CellId, RowId, Table};

use crate::apply::{as_in, find, selects, set_apart};
use crate::content::content_hash;
use crate::edited::{Places, edited};
use crate::key::Keys;
use crate::line::{Line, Mistakes};
use crate::replayed::{Apart, Body, Change, Changed, Left};
use crate::standing::{Standing, Subject, no_way_back, read_subject, wrong_direction};
use crate::whole::shown;
use crate::{Choice, Direction, Mark, Quarantine, RepairsFile, Replayed};

/// Takes the repairs of a file back, as far as they satisfy `only` of the choice: in each cell that holds what a record made
/// of it, what was there before is put back, with the bytes that it was written with. Without conditions the rows that were
/// set apart are put back too, so that the table is what the run read.
///
/// What a record is marked as makes no difference: what is in the cell says whether its repair was made. So this takes back
/// what the run wrote as well as what [`replay`](crate::replay) made of an edited file or of some of its records. That the way
/// leads back to the table that the run read is proved by its hash before anything is written.
///
/// # Errors
/// All at once: every mistake in the repairs file with its place; a table from which no way leads back; cells that hold neither
/// what was there nor what the record made of it; a file of rows set apart that is missing or was changed.
pub fn undo(repairs: &RepairsFile, data: impl Into<TableFile>, choice: &Choice) -> Result<Replayed, Diagnostics> {
    let (data, metadata) = (&data.into(), &repairs.metadata);
    let mut mistakes = repairs.mistakes.clone();
    let Some(subject) = repaired(repairs, data, &mut mistakes) else { return Err(mistakes.told()) };
    let Some(absent) = absent_rows(&subject, repairs, choice) else {
        mistakes.push_whole(no_way_back(data.name(), &subject.table, metadata));
        return Err(mistakes.told());
    };
    let found = find_made(&subject, repairs, &absent, &mut mistakes);
    let apart = apart_rows(repairs, data.path(), choice, &absent);
    let rows = apart.as_ref().ok().cloned().flatten();
    let all = Restoration { cells: found.made.iter().map(Made::restored).collect(), rows };
    let leads_back = match &apart {
        Ok(_) => prove(&subject.table, &all, repairs),
        Err(missing) if choice.only.is_none() || subject.standing == Standing::Other => Err(missing.clone()),
        Err(_) => Ok(false),
    };
    match leads_back {
        Ok(true) => {}
        Ok(false) if may_differ(&subject, repairs, choice, apart.is_err() || !mistakes.is_empty()) => {}
        Ok(false) => mistakes.push_whole(no_way_back(data.name(), &subject.table, metadata)),
        Err(ref error) => mistakes.push_whole(error.clone()),
    }
    if !mistakes.is_empty() {
        return Err(mistakes.told());
    }
    let mut left = Left { not_there: found.not_there, ..Left::default() };
    let chosen: Vec<&Made<'_>> = found.made.iter().filter(|made| is_chosen(made.line, choice, &mut left)).collect();
    let is_all = choice.only.is_none() || (chosen.len() == found.made.len() && absent.is_empty());
    let restoration = match is_all {
        true => all,
        false => Restoration { cells: chosen.iter().map(|made| made.restored()).collect(), rows: None },
    };
    let back = restoration.rows.as_ref().map_or(0, |apart| apart.rows.len() as u64);
    Ok(Replayed {
        direction: Direction::Undo,
        rows: subject.table.rows() as u64,
        columns: subject.table.schema().len() as u64,
        cells: subject.table.cells() as u64,
        records: repairs.lines.len() as u64,
        changes: chosen.iter().map(|made| made.change()).collect(),
        left,
        edited: edited(repairs),
        set_apart: Apart {
            file: metadata.quarantine.as_ref().map(|quarantine| quarantine.file.name.clone()),
            whole: metadata.data.rows,
            left_out: absent.len() as u64 - back,
            back,
        },
        gives_input_back: Some(is_all && leads_back == Ok(true)),
        table: subject.table,
        body: Body::Undone { restoration, input: metadata.data.file.clone() },
    })
}

/// The table that repairs are taken back from; `None` where that cannot be, which is told.
fn repaired(repairs: &RepairsFile, data: &TableFile, mistakes: &mut Mistakes) -> Option<Subject> {
    match read_subject(data, &repairs.metadata, Direction::Undo) {
        Ok(Subject { standing: Standing::Input, .. }) => {
            mistakes.push_whole(wrong_direction(data.name(), &repairs.metadata, Direction::Undo));
            None
        }
        Ok(subject) if subject.table.schema().len() != repairs.metadata.data.columns.len() => {
            mistakes.push_whole(no_way_back(data.name(), &subject.table, &repairs.metadata));
            None
        }
        Ok(subject) => Some(subject),
        Err(error) => {
            mistakes.push_whole(error);
            None
        }
    }
}

/// Whether a table may lead back to another one than the run read: what the run wrote, if somebody has deleted records, or
/// not all can be taken back, which is told already; and what somebody says was changed elsewhere.
fn may_differ(subject: &Subject, repairs: &RepairsFile, choice: &Choice, not_all: bool) -> bool {
    let lacks_records = (repairs.lines.len() as u64) < repairs.metadata.repairs.records;
    match subject.standing {
        Standing::Output => lacks_records || not_all,
        Standing::Input | Standing::Other => choice.changed == Changed::Accepted || !repairs.mistakes.is_empty(),
    }
}

fn is_chosen(line: &Line, choice: &Choice, left: &mut Left) -> bool {
    let chosen = choice.only.as_ref().is_none_or(|filter| selects(filter, line));
    left.not_chosen += u64::from(!chosen);
    chosen
}

/// A record whose repair is in the table.
struct Made<'a> {
    line: &'a Line,
    /// Its cell in the table at hand.
    cell: CellId,
    /// How the field was written before.
    spelling: Spelling,
    /// What was written there, as the table holds it.
    old: Option<&'a str>,
}

impl Made<'_> {
    fn restored(&self) -> (CellId, (Option<String>, Spelling)) {
        (self.cell, (self.old.map(str::to_owned), self.spelling.clone()))
    }

    fn change(&self) -> Change {
        let text = |value: Option<&str>| value.map(str::to_owned);
        Change {
            row: self.line.row,
            column: self.line.column().to_owned(),
            from: text(self.line.new_value()),
            to: text(self.old),
        }
    }
}

/// The records whose repairs are in the table, and the number of those whose are not.
struct FoundMade<'a> {
    made: Vec<Made<'a>>,
    not_there: u64,
}

fn find_made<'a>(
    subject: &Subject,
    repairs: &'a RepairsFile,
    absent: &BTreeSet<RowId>,
    mistakes: &mut Mistakes,
) -> FoundMade<'a> {
    let table = &subject.table;
    let keys = Keys::of(table, subject.standing, repairs);
    let spellings: Vec<Spelling> = repairs.metadata.repairs.spellings().collect();
    let places = Places::of(repairs);
    let absent: Vec<u64> = absent.iter().map(|row| row.number()).collect();
    let mut found = FoundMade { made: Vec::new(), not_there: 0 };
    for line in repairs.lines.iter().filter(|line| !repairs.mistakes.has(line.at)) {
        let Err(before) = absent.binary_search(&line.row) else {
            found.not_there += 1;
            continue;
        };
        let Some(cell) = find(table, line, line.row.saturating_sub(before as u64), mistakes) else { continue };
        if let Some(keys) = &keys {
            keys.hold(table, cell.row, line, mistakes);
        }
        let (old, new, there) = (as_in(table, line.old_value()), as_in(table, line.new_value()), table.text(cell));
        if there == new && new != old {
            let spelling = places.of_line(line).and_then(|place| spellings.get(place).cloned());
            found.made.push(Made { line, cell, spelling: spelling.unwrap_or(Spelling::Plain), old });
        } else if there == old {
            found.not_there += 1;
        } else {
            let what = format!(
                "row {}, column `{}`: the table holds {}, which is neither the old value, {}, nor the new one, {}",
                line.row,
                line.column(),
                shown(there),
                shown(old),
                shown(new)
            );
            let help =
                "take the repairs file that the table was made with, or delete the line to leave the cell as it is";
            mistakes.push(line.at, "other-value", what, help);
        }
    }
    found
}

/// The rows that were set apart and are not in the table; `None` where it has another number of rows than can be.
fn absent_rows(subject: &Subject, repairs: &RepairsFile, choice: &Choice) -> Option<BTreeSet<RowId>> {
    let Subject { table, standing } = subject;
    let all: BTreeSet<RowId> = set_apart(repairs).collect();
    let fits = |absent: &BTreeSet<RowId>| (table.rows() + absent.len()) as u64 == repairs.metadata.data.rows;
    if *standing == Standing::Output || fits(&all) {
        return Some(all).filter(fits);
    }
    // Those are back in which a repair was made.
    let without_made = |is_made: &dyn Fn(&Line) -> bool| {
        let made = repairs.lines.iter().filter(|line| is_made(line));
        let made: BTreeSet<RowId> = made.map(|line| RowId(line.row.saturating_sub(1) as u32)).collect();
        all.difference(&made).copied().collect::<BTreeSet<RowId>>()
    };
    let accepted = |line: &Line| choice.accepted.as_ref().is_some_and(|filter| selects(filter, line));
    let is_made = |line: &Line| line.mark == Mark::Apply || (line.mark == Mark::Review && accepted(line));
    let is_chosen = |line: &Line| is_made(line) && choice.only.as_ref().is_none_or(|filter| selects(filter, line));
    [without_made(&is_made), without_made(&is_chosen)].into_iter().find(fits)
}

/// The absent rows with the file that they are in; none where no row is absent.
///
/// # Errors
/// A file that is missing or was changed.
fn apart_rows(
    repairs: &RepairsFile,
    data: &Path,
    choice: &Choice,
    absent: &BTreeSet<RowId>,
) -> Result<Option<ApartRows>, Diagnostic> {
    let Some(Quarantine { file, rows }) = repairs.metadata.quarantine.as_ref().filter(|_| !absent.is_empty()) else {
        return Ok(None);
    };
    // A name with a folder in it would lead elsewhere.
    let beside = |path: &Path| path.with_file_name(Path::new(&file.name).file_name().unwrap_or_default());
    let places: [PathBuf; 2] = [beside(&repairs.path), beside(data)];
    let found = choice.quarantine.clone().or_else(|| places.into_iter().find(|path| path.is_file()));
    let Some(path) = found else {
        let title = format!("{} rows were set apart in {}, which is not beside the table", absent.len(), file.name);
        let help = "say where it is with `--quarantine FILE`; with `--where` only repairs are taken back, and no rows";
        return Err(Diagnostic::error("no-quarantine", title).help(help));
    };
    let print = fingerprint(&path).map_err(|error| error.into_diagnostic())?;
    if !file.is(&print) {
        let title =
            format!("`{}` is not the file of rows that the run set apart, or was changed since", path.display());
        let help = "put it back as `repair` wrote it; with `--where` only repairs are taken back, and no rows";
        return Err(Diagnostic::error("other-quarantine", title).help(help));
    }
    let rows = (0..).map(RowId).zip(rows).map(|(place, apart)| ApartRow {
        row: RowId(apart.row.saturating_sub(1) as u32),
        place,
        spelling: RowSpelling { fields: apart.fields, before: apart.before, line_end: apart.line_end },
    });
    Ok(Some(ApartRows {
        file: path,
        rows: rows.filter(|row| absent.contains(&row.row)).collect(),
        row_groups: repairs.metadata.data.row_groups.clone(),
    }))
}

/// Whether the restored table is what the run read, by its hash.
fn prove(table: &Table, all: &Restoration, repairs: &RepairsFile) -> Result<bool, Diagnostic> {
    let input = &repairs.metadata.data.file;
    if let Some(print) = restored_fingerprint(table, all).map_err(|error| error.into_diagnostic())? {
        let is_text = repairs.metadata.data.sheet.is_none();
        if is_text || input.holds(&print, None) {
            return Ok(input.holds(&print, None));
        }
    }
    let mut restored = table.clone();
    all.cells.iter().for_each(|(cell, (text, _))| restored.set(*cell, text.as_deref()));
    let apart = match &all.rows {
        Some(apart) => Some(read_table(&apart.file).map_err(|error| error.into_diagnostic())?),
        None => None,
    };
    let places: BTreeMap<RowId, RowId> =
        all.rows.iter().flat_map(|apart| &apart.rows).map(|row| (row.row, row.place)).collect();
    let mut staying = restored.row_ids();
    let row = |row: u32| match places.get(&RowId(row)) {
        Some(&place) => Some((1, place)),
        None => staying.next().map(|row| (0, row)),
    };
    let rows: Vec<_> = (0..(restored.rows() + places.len()) as u32).filter_map(row).collect();
    let tables: Vec<&Table> = std::iter::once(&restored).chain(&apart).collect();
    Ok(input.content.as_deref() == Some(content_hash(&tables, &rows).as_str()))
}
