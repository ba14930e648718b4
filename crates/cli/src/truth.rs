//! A run held against the truth, for a report. Ground truth comes here from its file, goes to `eval`, and leaves as numbers.

use std::path::Path;

use lustrate::{AttributeId, CellId, Diagnostic, Outcome, Reading, Repair, RowId, Table, read_table_with};
use lustrate_eval::{Claim, ReliabilityBin, Tally, reliability, score};
use lustrate_report::{AgainstTruth, ClaimedCells, Judged, counted};

use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::meter::Meter;

/// The table as it should be, and the name of its file.
pub(crate) struct Truth {
    table: Table,
    name: String,
}

/// Reads the truth of a table, before the long work, so that one of another shape is told at once. What is noted of it joins
/// the notes on the table.
///
/// # Errors
/// A truth that cannot be read, or has other rows or columns than the table.
pub(crate) fn read_truth(path: &Path, of: &mut Reading, inputs: &Inputs, meter: &Meter) -> Result<Truth, Failure> {
    let name = path.display().to_string();
    meter.say(format!("reading {name}"));
    let Reading { table: truth, notes, .. } = read_table_with(path, &inputs.text.options())?;
    let table = &of.table;
    let shape = |table: &Table| (table.rows(), table.schema().len());
    if shape(&truth) != shape(table) {
        let told = |table: &Table| {
            let (rows, columns) = shape(table);
            format!("{} and {}", counted(rows as u64, "row"), counted(columns as u64, "column"))
        };
        let (of_truth, of_table) = (told(&truth), told(table));
        let title = format!("`{name}` has {of_truth}, and `{}` has {of_table}", inputs.data_name());
        let help = "give a truth with the rows and the columns of the table, in the same order";
        return Err(Diagnostic::error("not-comparable", title).help(help).into());
    }
    of.notes.extend(notes);
    Ok(Truth { table: truth, name })
}

/// What a run was worth.
///
/// # Errors
/// None that a truth from [`read_truth`] leads to.
pub(crate) fn against_truth(outcome: &Outcome, truth: &Truth) -> Result<AgainstTruth, Failure> {
    let score = score(&outcome.original, &outcome.table, &truth.table)
        .map_err(|error| Diagnostic::error("not-comparable", error.to_string()))?;
    let schema = outcome.original.schema();
    let claims = outcome.repairs.iter().filter_map(|repair| Some(claim(repair, schema.find(&repair.column)?)));
    let reliability = reliability(&truth.table, claims);
    Ok(AgainstTruth {
        truth: truth.name.clone(),
        all: judged(&score.raw.total),
        folded: judged(&score.normalised.total),
        columns: score.raw.columns.iter().map(|(name, tally)| (name.clone(), judged(tally))).collect(),
        claims: reliability.bins.iter().map(claimed).collect(),
        calibration_error: reliability.error,
    })
}

fn claim(repair: &Repair, attribute: AttributeId) -> Claim<'_> {
    let row = RowId((repair.row - 1) as u32);
    Claim { cell: CellId { row, attribute }, value: repair.new.as_deref(), confidence: repair.confidence }
}

fn judged(tally: &Tally) -> Judged {
    let Tally { errors, changed, correct, broken, after, precision, recall, f1, .. } = *tally;
    Judged { errors, changed, correct, broken, after, precision, recall, f1 }
}

fn claimed(bin: &ReliabilityBin) -> ClaimedCells {
    let ReliabilityBin { from, to, claims, right, confidence } = *bin;
    ClaimedCells { from, to, cells: claims, right, confidence }
}
