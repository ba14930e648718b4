//! Which records to clean next for a model, in a loop with whoever cleans them (after ActiveClean: Krishnan and others, 2016).
//!
//! What is known between two batches is an [`ActiveState`]: plain data, in a file that a person can read. The models are made
//! again from it, batch by batch, so that a file from a stranger cannot make them say anything.

mod doubts;
mod state;

use std::collections::BTreeMap;

use lustrate_diagnostic::Diagnostic;
use lustrate_labels::{Proposal, Question};
use lustrate_learn::{
    Active, ActiveSettings, Class, CurvePoint, Drawn, Examples, Featuriser, Next, Pool, Rows, stratified_split,
};
use lustrate_rules::{ColumnRole, Constraints, Rules, bind};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use serde::Serialize;

use super::labels::excluding;
use super::readable::Readable;
use super::shifts::too_much;
use super::task::{ModelTask, Prepared, no_features};
use crate::outcome::{Outcome, Repair};
use crate::run::{ids, within_threads};
use crate::{Error, Progress, Settings};

pub use state::{ActiveState, CorrectedCell, DoubtfulRow};

/// The share of the rows that are not doubtful which judge, where no trusted rows do.
const JUDGES: f64 = 0.3;
/// Rows below which nothing can be judged.
const LEAST_JUDGES: usize = 20;

/// How records are chosen.
#[derive(Clone, Debug, Default)]
pub struct ActiveOptions {
    /// The loop.
    pub loop_settings: ActiveSettings,
    /// All rows are doubtful alike, whatever rules and repairs say.
    pub all_rows: bool,
    /// Rows that are known to be right, of the same columns: they judge.
    pub trusted: Option<Table>,
}

/// What cleaned a cell: `None` for no value.
pub type Corrections = BTreeMap<CellId, Option<String>>;

/// The loop at one moment.
pub struct ActiveLoop<'t> {
    table: &'t Table,
    ids: Vec<AttributeId>,
    prepared: Prepared,
    protected: Vec<String>,
    readable: Readable,
    space: Featuriser,
    /// The table as far as it is cleaned.
    cleaned: Table,
    dirty: Examples,
    current: Examples,
    repaired: Examples,
    judges: Examples,
    doubt: Vec<f64>,
    active: Active,
    state: ActiveState,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum ActiveNext {
    /// These rows are to be cleaned; then they are taken back by [`ActiveLoop::take`].
    Clean(Vec<Question>),
    /// The budget is spent.
    Spent,
    /// No row is left that may be wrong.
    NothingLeft,
    /// The last batches have brought no gain that is sure.
    Settled,
}

/// How far the loop has come, as plain data.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveProgress {
    /// The target.
    pub target: String,
    /// Rows that may be wrong, those that are cleaned among them.
    pub doubtful: u64,
    /// Rows that judge.
    pub judges: u64,
    /// Whether these are trusted rows.
    pub trusted: bool,
    /// Accuracy against records cleaned, from the dirty model on.
    pub curve: Vec<CurvePoint>,
}

impl<'t> ActiveLoop<'t> {
    /// Starts with a model of the table as it is. Rules and repairs say which rows may be wrong.
    ///
    /// # Errors
    /// As [`ModelTask`] has it; rules that do not fit; nothing that is doubtful, or nothing left to judge by.
    pub fn start(
        table: &'t Table,
        rules: &Rules,
        task: &ModelTask,
        options: &ActiveOptions,
        settings: &Settings,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Self, Error> {
        let (doubts, repairs) = match options.all_rows {
            true => (doubts::all(table), Vec::new()),
            false => doubts::find(table, rules, settings, progress)?,
        };
        let settings_of_loop = ActiveSettings { seed: settings.seed_of_samples(), ..options.loop_settings.clone() };
        let state = ActiveState::new(table, task, settings_of_loop, options, doubts, repairs);
        Self::resume(table, rules, state, options.trusted.as_ref(), settings)
    }

    /// Goes on from a state, whose batches are made again.
    ///
    /// # Errors
    /// A state of another table, or of other trusted rows; otherwise as [`ActiveLoop::start`].
    pub fn resume(
        table: &'t Table,
        rules: &Rules,
        state: ActiveState,
        trusted: Option<&Table>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        state.check(table, trusted)?;
        let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
        let ids = ids(table, &constraints, settings)?;
        let task = excluding(&state.task(), table, &ids);
        let prepared = task.prepare(table, &constraints)?;
        within_threads(settings, || Self::made(table, ids, prepared, &constraints, state, trusted))?
    }

    fn made(
        table: &'t Table,
        ids: Vec<AttributeId>,
        prepared: Prepared,
        constraints: &Constraints,
        state: ActiveState,
        trusted: Option<&Table>,
    ) -> Result<Self, Error> {
        let target = &prepared.target.clone();
        let readable = Readable::new(table, constraints).but(target.name());
        let seen = readable.of(table);
        let space = Featuriser::fit(&seen, target.name(), &prepared.features).map_err(|error| no_features(&error))?;
        let all = space.examples(&seen, target).map_err(|error| no_features(&error))?;
        let mut of_row = vec![0.0; table.rows()];
        state.doubts.iter().for_each(|doubt| of_row[doubt.row as usize - 1] = doubt.probability);
        let (work, judges) = match trusted {
            Some(trusted) => {
                let judges = space.examples(&readable.of(trusted), target).map_err(|error| no_features(&error))?;
                ((0..all.len()).collect::<Vec<_>>(), judges)
            }
            None => held_out(&all, &of_row, state.settings.seed),
        };
        if judges.len() < LEAST_JUDGES {
            return Err(too_few_judges(judges.len(), trusted.is_some()));
        }
        let dirty = all.select(&work);
        let mut prepared = prepared;
        prepared.notes.extend(unlike(&judges, &dirty, prepared.target.classes()).into_iter().collect());
        let doubt: Vec<f64> = dirty.rows.iter().map(|&row| of_row[row]).collect();
        if doubt.iter().all(|&doubt| doubt == 0.0) {
            return Err(nothing_doubtful());
        }
        let mut engine = table.clone();
        state.repairs.iter().for_each(|cell| cell.write(&mut engine));
        let repaired = rewritten((&readable, &space), &prepared, &dirty, &engine)?;
        let protected = constraints.columns().of_role(ColumnRole::Protected);
        let protected = protected.map(|id| table.schema().name(id).to_owned()).collect();
        let pool = pool(&dirty, &dirty, &doubt, &space, &repaired, &judges, state.repairs.is_empty());
        let active = Active::start(&pool, state.settings.clone());
        let current = dirty.clone();
        let mut state = state;
        let batches = std::mem::take(&mut state.batches);
        let mut made = ActiveLoop {
            table,
            ids,
            prepared,
            protected,
            readable,
            space,
            cleaned: table.clone(),
            dirty,
            current,
            repaired,
            judges,
            doubt,
            active,
            state,
        };
        for batch in batches {
            if made.drawn().is_none_or(|drawn| made.rows_of(&drawn) != batch.rows) {
                return Err(state::other_version());
            }
            made.corrected(batch.cells)?;
        }
        made.state.pending = match made.drawn() {
            Some(drawn) => made.rows_of(&drawn),
            None => Vec::new(),
        };
        Ok(made)
    }

    /// What is to be done.
    pub fn next_batch(&mut self) -> ActiveNext {
        let next = self.next_of_loop();
        let drawn = match next {
            Next::Clean(drawn) => drawn,
            Next::Spent => return ActiveNext::Spent,
            Next::NothingLeft => return ActiveNext::NothingLeft,
            Next::Settled => return ActiveNext::Settled,
        };
        self.state.pending = self.rows_of(&drawn);
        ActiveNext::Clean(drawn.iter().map(|drawn| self.question(drawn)).collect())
    }

    /// Takes the rows of the batch back, in which these cells were corrected, and learns anew. Cells of other rows are not looked
    /// at.
    ///
    /// # Errors
    /// None that a person can make.
    pub fn take(&mut self, corrections: &Corrections) -> Result<(), Error> {
        let pending = self.state.pending.clone();
        let is_pending = |cell: &CellId| pending.contains(&cell.row.number());
        let differs = |cell: &CellId, value: &Option<String>| self.table.text(*cell) != value.as_deref();
        let cells = corrections.iter().filter(|(cell, value)| is_pending(cell) && differs(cell, value));
        let cells = cells.map(|(cell, value)| CorrectedCell::new(self.table, *cell, value.clone())).collect();
        self.corrected(cells)
    }

    /// The rows of the batch that is to be cleaned, counted from 1.
    pub fn pending(&self) -> &[u64] {
        &self.state.pending
    }

    /// What the repair engine would make of the table.
    pub fn engine_repairs(&self) -> Corrections {
        self.state.repairs.iter().map(|cell| (cell.place(self.table), cell.value.clone())).collect()
    }

    /// The state, to be kept until the next batch is cleaned.
    pub fn state(&self) -> &ActiveState {
        &self.state
    }

    /// How far the loop has come.
    pub fn progress(&self) -> ActiveProgress {
        ActiveProgress {
            target: self.prepared.target.name().to_owned(),
            doubtful: self.doubt.iter().filter(|doubt| **doubt > 0.0).count() as u64,
            judges: self.judges.len() as u64,
            trusted: self.state.trusted.is_some(),
            curve: self.active.curve().to_vec(),
        }
    }

    /// The cells that were corrected so far, as repairs.
    pub fn outcome(&self) -> Outcome {
        let mut cells: Vec<(CellId, usize, Option<String>)> = Vec::new();
        for (batch, made) in self.state.batches.iter().enumerate() {
            cells.extend(made.cells.iter().map(|cell| (cell.place(self.table), batch + 1, cell.value.clone())));
        }
        cells.sort();
        let repairs = cells.into_iter().map(|(cell, batch, value)| self.repair(cell, batch, value)).collect();
        let mut outcome = Outcome::of_cells(self.table, repairs, self.prepared.notes.clone());
        outcome.shift = too_much(&outcome, &self.protected);
        outcome.notes.extend(outcome.shift.warning());
        outcome
    }

    fn repair(&self, cell: CellId, batch: usize, value: Option<String>) -> Repair {
        Repair {
            rule: Some("active".into()),
            reason: format!("it was corrected in batch {batch}").into(),
            ..Repair::of_cell(self.table, &self.ids, cell, value)
        }
    }

    fn next_of_loop(&mut self) -> Next {
        let Self { dirty, current, doubt, space, repaired, judges, active, state, .. } = self;
        active.next(&pool(dirty, current, doubt, space, repaired, judges, state.repairs.is_empty()))
    }

    fn drawn(&mut self) -> Option<Vec<Drawn>> {
        match self.next_of_loop() {
            Next::Clean(drawn) => Some(drawn),
            _ => None,
        }
    }

    fn rows_of(&self, drawn: &[Drawn]) -> Vec<u64> {
        drawn.iter().map(|drawn| self.dirty.rows[drawn.row] as u64 + 1).collect()
    }

    /// Learns from a batch whose cells are corrected.
    fn corrected(&mut self, cells: Vec<CorrectedCell>) -> Result<(), Error> {
        let Some(drawn) = self.drawn() else { return Ok(()) };
        let rows = self.rows_of(&drawn);
        cells.iter().for_each(|cell| cell.write(&mut self.cleaned));
        self.current = rewritten((&self.readable, &self.space), &self.prepared, &self.dirty, &self.cleaned)?;
        let Self { dirty, current, doubt, space, repaired, judges, active, state, .. } = self;
        active.update(&pool(dirty, current, doubt, space, repaired, judges, state.repairs.is_empty()));
        state.batches.push(state::Batch { rows, cells });
        state.pending = Vec::new();
        Ok(())
    }

    fn question(&self, drawn: &Drawn) -> Question {
        let row = RowId(self.dirty.rows[drawn.row] as u32);
        let number = row.number();
        let doubt = self.state.doubts.iter().find(|doubt| doubt.row == number);
        let why = doubt.map_or(String::new(), |doubt| format!("; {}", doubt.why));
        let proposals = self.state.repairs.iter().filter(|cell| cell.row == number);
        let proposals = proposals.map(|cell| Proposal {
            attribute: cell.place(self.table).attribute,
            value: cell.value.clone(),
            confidence: cell.confidence,
            reason: cell.why.clone(),
        });
        Question {
            row,
            why: format!("wrong with {:.0} %, moves the model by {:.2}{why}", 100.0 * drawn.doubt, drawn.pull),
            proposals: proposals.collect(),
        }
    }
}

fn pool<'a>(
    dirty: &'a Examples,
    current: &'a Examples,
    doubt: &'a [f64],
    space: &'a Featuriser,
    repaired: &'a Examples,
    judges: &'a Examples,
    without_engine: bool,
) -> Pool<'a> {
    let repaired = (!without_engine).then_some(repaired);
    Pool { dirty, current, doubt, columns: space.columns(), repaired, judges }
}

/// The rows to work on, and those that judge: a part of the rows that are not doubtful.
fn held_out(all: &Examples, of_row: &[f64], seed: u64) -> (Vec<usize>, Examples) {
    let clean: Vec<usize> = (0..all.len()).filter(|&place| of_row[all.rows[place]] == 0.0).collect();
    let y: Vec<Class> = clean.iter().map(|&place| all.y[place]).collect();
    let (judging, _) = stratified_split(&y, JUDGES, seed.wrapping_add(11));
    let judging: Vec<usize> = judging.into_iter().map(|place| clean[place]).collect();
    let mut is_judge = vec![false; all.len()];
    judging.iter().for_each(|&place| is_judge[place] = true);
    ((0..all.len()).filter(|&place| !is_judge[place]).collect(), all.select(&judging))
}

/// A warning where the rows that judge are of other classes than those that are worked on: the dirt has to do with the class, and
/// what is gained cannot be seen by rows without it.
fn unlike(judges: &Examples, dirty: &Examples, classes: &[String]) -> Option<Diagnostic> {
    /// How far the shares of the classes may lie apart.
    const FAR: f64 = 0.1;
    let share = |examples: &Examples, class: usize| {
        let of_class = examples.y.iter().filter(|other| other.index() == class).count();
        of_class as f64 / examples.len().max(1) as f64
    };
    let apart = (0..classes.len()).map(|class| (class, share(judges, class), share(dirty, class)));
    let (class, judging, working) = apart.max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()))?;
    ((judging - working).abs() > FAR).then(|| {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let title = format!(
            "the rows that judge are not like the others: {} of them are `{}`, and {} of those that are worked on",
            percent(judging),
            classes[class],
            percent(working)
        );
        let help = "what is wrong has to do with the class, so the curve says little: name rows that are known to be right with `--trusted FILE`";
        Diagnostic::warning("judges-unlike", title).help(help)
    })
}

/// The same examples as another table has them; a label that it lacks stays.
fn rewritten(
    (readable, space): (&Readable, &Featuriser),
    prepared: &Prepared,
    dirty: &Examples,
    table: &Table,
) -> Result<Examples, Error> {
    let rows: Vec<RowId> = dirty.rows.iter().map(|&row| RowId(row as u32)).collect();
    let of_rows = readable.of(&table.select(&rows));
    let x: Rows = space.rows(&of_rows).map_err(|error| no_features(&error))?;
    let labels = prepared.target.labels(&of_rows).expect("the target is a column of the table");
    let y = labels.into_iter().zip(&dirty.y).map(|(label, &old)| label.unwrap_or(old)).collect();
    Ok(Examples { x, y, ..dirty.clone() })
}

fn too_few_judges(rows: usize, are_trusted: bool) -> Error {
    let (of, help) = match are_trusted {
        true => ("trusted rows have a class of the target", "give 20 or more trusted rows"),
        false => (
            "rows are left that are not doubtful and can judge",
            "name rows that are known to be right with `--trusted FILE`",
        ),
    };
    Error::settings("few-judges", format!("only {rows} {of}"), help)
}

fn nothing_doubtful() -> Error {
    Error::settings(
        "nothing-doubtful",
        "neither the rules nor the repairs doubt any row, so there is nothing to clean",
        "say more with `--rules FILE`, or take all rows for doubtful with `--all-rows`",
    )
}
