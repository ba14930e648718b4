//! Runs on new rows, of which the earlier ones are known already.
//!
//! The earlier rows stand before the new ones in the table of such a run, as they were read. So everything that looks at
//! distinct values and at groups (conventions of writing, rules, sources, numbers) sees both. What is believed of the new rows
//! the earlier ones taught: the model is put to these again, and judges the new ones as rows that come behind them. What
//! comes of the run is said of the new rows alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::OnceLock;

use lustrate_detect::{Detection, detect};
use lustrate_labels::{Agreed, Disagreement, Label, Labels};
use lustrate_model::{CellPosterior, Judgement, Model, Parameters, Posterior, fit_with, infer_added, infer_in_parts};
use lustrate_normalise::{Changes, ConversionKind, FoundFormat, Normalised, Written};
use lustrate_repair::{Repairs, reconcile};
use lustrate_rules::{Constraints, Rules};
use lustrate_table::{CellId, Origin, OriginPart, RowId, RowLines, Table};

use super::{Progress, Run};
use crate::saved_model::SavedModel;
use crate::time::CutShort;
use crate::{Error, Settings};

/// What is known of the first rows of a table.
pub(super) struct Past<'a> {
    /// The other rows: those that are repaired, in the file that they came from.
    new: &'a Table,
    parameters: &'a Parameters,
    pub(super) judgement: &'a Judgement,
}

/// What a run came to before the repairs are held against the rules.
pub(super) struct Judged<'t> {
    pub(super) table: &'t Table,
    pub(super) view: Normalised,
    pub(super) formats: Vec<FoundFormat>,
    pub(super) before: Detection,
    pub(super) repairs: Repairs,
    pub(super) believed: BTreeMap<CellId, CellPosterior>,
}

/// Rows of a table, by place.
type Rows = Range<u32>;

/// A table for a run on its last rows, `new`: it knows which texts the file of these can hold.
pub(crate) fn with_origin_of(table: Table, new: &Table) -> Table {
    let first = table.rows() - new.rows();
    let moved = |rows: &Range<usize>| rows.start + first..rows.end + first;
    let parts = match new.origin() {
        None => Vec::new(),
        Some(Origin::Files(parts)) => {
            parts.iter().map(|part| OriginPart { rows: moved(&part.rows), ..part.clone() }).collect()
        }
        Some(origin) => {
            let columns = new.schema().ids().collect();
            vec![OriginPart { rows: moved(&(0..new.rows())), columns, origin: origin.clone() }]
        }
    };
    table.with_origin(Origin::Files(parts))
}

impl<'a> Run<'a> {
    /// A run on the rows `new`, which are the last of the table. What is known of the rows before them was learned under these
    /// rules and settings; no rules are none, and none are looked for. Labels of the settings are of the new rows.
    pub(crate) fn after(
        (table, new): (&'a Table, &'a Table),
        rules: &'a Rules,
        settings: &'a Settings,
        known: &'a SavedModel,
    ) -> Result<Self, Error> {
        settings.check()?;
        let past = Past { new, parameters: &known.parameters, judgement: &known.judgement };
        let mut run = Run { past: Some(past), ..Run::by(table, Cow::Borrowed(rules), settings)? };
        let mut labels = known.labels();
        labels.extend(moved(settings.given_labels(), i64::from(run.first_new())));
        run.agreed = super::decided(labels.agree());
        run.labels = labels;
        Ok(run)
    }

    /// What people agree on of the rows that are repaired, as rows of their own table.
    pub(crate) fn own_agreed(&self) -> Agreed {
        let first = self.first_new();
        let own = |cell: CellId| Some(CellId { row: RowId(cell.row.0.checked_sub(first)?), ..cell });
        let Agreed { cells, people, disagreements } = self.agreed.clone();
        Agreed {
            cells: cells.into_iter().filter_map(|(cell, label)| Some((own(cell)?, label))).collect(),
            people,
            disagreements: disagreements
                .into_iter()
                .filter_map(|found| Some(Disagreement { cell: own(found.cell)?, ..found }))
                .collect(),
        }
    }

    /// What people said of the rows that are repaired, as rows of their own table.
    pub(crate) fn own_labels(&self) -> Labels {
        match self.past {
            Some(_) => moved(&self.labels, -i64::from(self.first_new())),
            None => self.labels.clone(),
        }
    }

    /// What is learned of the table.
    pub(crate) fn learned(&self, progress: &(dyn Fn(Progress) + Sync)) -> (Parameters, Judgement) {
        progress(Progress::FindingFormats);
        let (view, _) = self.view();
        let taught = self.taught(&view);
        let judgement = taught.as_ref().map(|taught| self.judgement(taught, &view, progress));
        let (view, constraints) = self.labelled(taught.as_ref(), view, self.constraints.clone());
        let (model, _) = self.model(&view.table, &constraints, &mut CutShort::default(), progress);
        (model.parameters().expect("it was fitted on rows"), judgement.unwrap_or_default())
    }

    /// The model of a view, and the rows of that which it judges: all, or the new ones of which it has not learned.
    pub(super) fn model(
        &self,
        view: &Table,
        constraints: &Constraints,
        cut_short: &mut CutShort,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Model, Rows) {
        let settings = self.model_settings();
        let first = self.first_new();
        if let Some(Past { parameters, .. }) = &self.past {
            let earlier: Vec<RowId> = (0..first).map(RowId).collect();
            // Where the new rows let the earlier ones be read otherwise, what was learned of these is no longer true.
            if let Some(model) = Model::restore(&view.select(&earlier), constraints, &settings, parameters) {
                return (model, first..view.rows() as u32);
            }
        }
        progress(Progress::Counting);
        let not_made = OnceLock::new();
        let on_round = |round, of| {
            if !self.clock.lets_learn() {
                not_made.get_or_init(|| (round - 1, of));
                return ControlFlow::Break(());
            }
            progress(Progress::Fitting { round, of });
            ControlFlow::Continue(())
        };
        let model = fit_with(view, constraints, &settings, &on_round);
        cut_short.rounds = not_made.into_inner();
        (model, 0..view.rows() as u32)
    }

    /// The cells of the rows that are repaired, as cells of the table.
    pub(super) fn asked(&self, cells: &BTreeSet<CellId>) -> BTreeSet<CellId> {
        cells.iter().map(|cell| CellId { row: RowId(cell.row.0 + self.first_new()), ..*cell }).collect()
    }

    pub(crate) fn first_new(&self) -> u32 {
        self.past.as_ref().map_or(0, |past| (self.table.rows() - past.new.rows()) as u32)
    }

    /// What of it is about the new rows, with the repairs that break no rule more often in all rows together.
    pub(super) fn new_rows<'t>(&self, constraints: &Constraints, all: Judged<'t>) -> Judged<'t>
    where
        'a: 't,
    {
        let Some(Past { new, .. }) = self.past else { return all };
        let first = self.first_new();
        let own = |cell: CellId| {
            let row = cell.row.0.checked_sub(first)?;
            Some(CellId { row: RowId(row), ..cell })
        };
        let Judged { view, before, repairs, believed, .. } = all;
        let mut repairs = reconcile(&view.table, constraints, &before, repairs).repairs;
        repairs.items.retain_mut(|repair| own(repair.cell).map(|cell| repair.cell = cell).is_some());
        let believed = believed.into_iter().filter_map(|(cell, posterior)| {
            let cell = own(cell)?;
            Some((cell, CellPosterior { cell, ..posterior }))
        });
        let rows: Vec<RowId> = (first..view.table.rows() as u32).map(RowId).collect();
        let mut conversions = view.conversions;
        conversions.retain_mut(|conversion| own(conversion.cell).map(|cell| conversion.cell = cell).is_some());
        let view = Normalised { table: lines_of(view.table.select(&rows), new), conversions };
        let mut formats = all.formats;
        for format in &mut formats {
            format.cells = cells_of(format, &view, new);
            if let Changes::Rows(rows) = &mut format.changes {
                let moved = std::mem::take(rows).into_iter();
                *rows = moved.filter_map(|(row, text)| Some((RowId(row.0.checked_sub(first)?), text))).collect();
            }
        }
        formats.retain(|format| format.cells > 0);
        Judged {
            table: new,
            before: detect(&view.table, constraints),
            view,
            formats,
            repairs,
            believed: believed.collect(),
        }
    }
}

/// The posterior of some of the rows of a table: of all, part by part as [`infer_in_parts`] gives it as long as it is to go on, or
/// of the last, which the model has not seen. The first row that was not judged.
pub(super) fn infer_rows(
    model: &Model,
    view: &Table,
    asked: &BTreeSet<CellId>,
    judged: Rows,
    go_on: &(dyn Fn() -> bool + Sync),
    each: &mut (dyn FnMut(Rows, Posterior) + Send),
) -> u32 {
    let first = judged.start;
    if first == 0 {
        return infer_in_parts(model, view, asked, go_on, each);
    }
    if !go_on() {
        each(0..view.rows() as u32, Posterior::default());
        return first;
    }
    let rows: Vec<RowId> = judged.clone().map(RowId).collect();
    let own = asked.iter().filter(|cell| cell.row.0 >= first);
    let own = own.map(|cell| CellId { row: RowId(cell.row.0 - first), ..*cell }).collect();
    let mut posterior = infer_added(model, &view.select(&rows), &own);
    posterior.cells.iter_mut().for_each(|cell| cell.cell.row.0 += first);
    each(0..view.rows() as u32, posterior);
    judged.end
}

/// The same labels of rows that stand so many rows further on; those that would stand before the first are left out.
fn moved(labels: &Labels, by: i64) -> Labels {
    let moved = labels.items.iter().filter_map(|label| {
        let row = u32::try_from(i64::from(label.cell.row.0) + by).ok()?;
        Some(Label { cell: CellId { row: RowId(row), ..label.cell }, ..label.clone() })
    });
    Labels { items: moved.collect() }
}

/// A table with the lines and the ragged rows of another of as many rows.
fn lines_of(table: Table, other: &Table) -> Table {
    let mut lines = RowLines::new();
    other.row_ids().filter_map(|row| other.line(row)).for_each(|line| lines.push(line));
    table.with_lines(lines, other.ragged().to_vec())
}

/// The cells of the new rows that a convention concerns.
fn cells_of(format: &FoundFormat, view: &Normalised, new: &Table) -> u64 {
    let attribute = format.attribute;
    let cells = match format.written {
        Written::AsFound => {
            let kind = ConversionKind::Found(format.convention.name);
            view.conversions.iter().filter(|it| it.cell.attribute == attribute && it.kind == kind).count()
        }
        Written::AsRead => {
            let is_missing = |&row: &RowId| {
                let cell = CellId { row, attribute };
                new.text(cell).is_some() && view.table.text(cell).is_none()
            };
            new.row_ids().filter(is_missing).count()
        }
    };
    cells as u64
}
