//! What a person, or a spreadsheet, has changed in a repairs file.

use std::collections::HashMap;

use crate::line::Line;
use crate::replayed::Edited;
use crate::{Mark, RepairsFile};

/// How a repairs file differs from what the run wrote.
pub(crate) fn edited(repairs: &RepairsFile) -> Edited {
    let written = &repairs.metadata.repairs;
    let mut edited =
        Edited { deleted: written.records.saturating_sub(repairs.lines.len() as u64), ..Edited::default() };
    let places = Places::of(repairs);
    for line in &repairs.lines {
        let Some(place) = places.of_line(line) else { continue };
        let was = Mark::ALL.into_iter().find(|&mark| written.proposed(place, line.new_value(), mark));
        match (was, line.mark) {
            (None, _) => edited.values += 1,
            (Some(Mark::Apply), Mark::Review | Mark::Keep) => edited.turned_down += 1,
            (Some(Mark::Review | Mark::Keep), Mark::Apply) => edited.accepted += 1,
            _ => {}
        }
    }
    edited
}

/// The records of a run by their cells.
pub(crate) struct Places<'a> {
    columns: HashMap<&'a str, u32>,
    places: HashMap<(u64, u32), usize>,
}

impl<'a> Places<'a> {
    /// Those of the run of a repairs file.
    pub fn of(repairs: &'a RepairsFile) -> Self {
        let columns = repairs.metadata.data.columns.iter().map(String::as_str).zip(0..).collect();
        Places { columns, places: repairs.metadata.repairs.places() }
    }

    /// The place of the record that the run wrote of the same cell.
    pub fn of_line(&self, line: &Line) -> Option<usize> {
        self.places.get(&(line.row, *self.columns.get(line.column())?)).copied()
    }
}

/// More zeros than this no number begins or ends with.
const MOST_ZEROS: usize = 20;

/// What the new value of a record was before a spreadsheet took it for a number and wrote that in its own way: without the
/// zeros at its start, or at the end of its fraction. `None` where it is as it was written, or was changed by a person.
pub(crate) fn mangled(line: &Line, place: usize, repairs: &RepairsFile) -> Option<String> {
    let written = &repairs.metadata.repairs;
    let new = line.new_value()?;
    let was = |text: &str| Mark::ALL.into_iter().any(|mark| written.proposed(place, Some(text), mark));
    if was(new) || !new.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (sign, digits) = new.split_at(usize::from(new.starts_with('-')));
    let point = if new.contains('.') { "" } else { "." };
    let zeros = (1..=MOST_ZEROS).map(|count| "0".repeat(count));
    zeros.flat_map(|zeros| [format!("{sign}{zeros}{digits}"), format!("{new}{point}{zeros}")]).find(|text| was(text))
}
