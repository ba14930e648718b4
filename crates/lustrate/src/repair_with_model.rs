//! Repairing new rows by what earlier ones taught, and keeping what a run learns.

use std::collections::BTreeSet;
use std::mem;

use lustrate_labels::{Label, Labels};
use lustrate_rules::Rules;
use lustrate_table::{CellId, Table};

use crate::explain::CellsExplained;
use crate::explanation::Explanation;
use crate::outcome::Outcome;
use crate::passes::{Pass, Wanted, go_over};
use crate::run::{Memory, Progress, Run, with_origin_of};
use crate::saved_model::SavedModel;
use crate::{CellName, Error, Settings};

/// Repairs new rows by what a model knows, without the table that it was learned from and without learning anew: one row alone
/// is repaired as it would be among the rows of the model. All that the outcome says is said of the new rows alone.
///
/// The columns are found by name. The rules, and the settings that the learning depends on, are those of the model; thresholds
/// and threads are those of `settings`. The rules hold among the new rows: one that says again what a row of the model says is
/// not set apart for it. Where the new rows show that the earlier ones are written otherwise than was thought (another
/// convention), the model is learned anew from all of them.
///
/// ```
/// use lustrate::{Rules, SavedModel, Settings, repair_with_model};
/// # use lustrate::{Column, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let column = |of: &dyn Fn(usize) -> &'static str| (0..60).map(|row| Some(of(row))).collect::<Column>();
/// # let zip = column(&|row| ["00184", "10115", "75001"][row % 3]);
/// # let city = column(&|row| ["Rome", "Berlin", "Paris"][row % 3]);
/// # let january = Table::new(vec![("zip".into(), zip), ("city".into(), city)])?;
/// # let one = |text: &'static str| [Some(text)].into_iter().collect::<Column>();
/// # let new_row = Table::new(vec![("city".into(), one("Rpme")), ("zip".into(), one("00184"))])?;
/// # let rules = lustrate::parse(&std::sync::Arc::new(lustrate::SourceText::new("r", "fd zip -> city"))).rules;
/// let settings = Settings::new();
/// let saved = SavedModel::fit(&january, &rules, &settings)?;
/// let outcome = repair_with_model(&new_row, &saved, &settings)?;
/// assert_eq!(outcome.repairs[0].to_string().split(" (").next(), Some(r#"row 1, city: "Rpme" -> "Rome""#));
/// # assert_eq!(outcome.totals.rows, 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A table of other columns than the model; rules that do not fit both together; thresholds out of order.
pub fn repair_with_model(table: &Table, saved: &SavedModel, settings: &Settings) -> Result<Outcome, Error> {
    repair_keeping(table, Basis::Model(saved), settings, Keep::Nothing, None, &|_| ()).map(|it| it.outcome)
}

/// What a run goes by.
#[derive(Clone, Copy, Debug)]
pub enum Basis<'a> {
    /// Rules, and what the table itself teaches; no rules are those that it shows.
    Rules(&'a Rules),
    /// What earlier rows taught.
    Model(&'a SavedModel),
}

/// Whether what a run learns is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is not.
    Nothing,
    /// It is: what was learned of the table, or of the rows of the model and those of the table behind them.
    Model,
}

/// Says of which cells a run gives explanations, once it is known what came of them all.
pub type Choose<'a> = &'a (dyn Fn(&Outcome) -> Vec<CellName> + Sync);

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The repairs, and everything that is said of them.
    pub outcome: Outcome,
    /// Why the cells that were chosen read as they do.
    pub explanations: Vec<Explanation>,
    /// What is kept.
    pub model: Option<SavedModel>,
}

/// [`repair_and_explain`](crate::repair_and_explain()) and [`repair_with_model`], which keeps what was learned: the same as
/// [`SavedModel::fit`] gives, without learning twice. What is kept changes nothing else. Where no cells are to be chosen, what
/// explanations are made of takes no memory.
///
/// # Errors
/// As [`repair`](crate::repair()) and [`repair_with_model`].
///
/// # Panics
/// When a cell is chosen that the table does not have.
pub fn repair_keeping(
    table: &Table,
    basis: Basis<'_>,
    settings: &Settings,
    keep: Keep,
    choose: Option<Choose<'_>>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Repaired, Error> {
    let none = BTreeSet::new();
    let memory = if choose.is_some() { Memory::All } else { Memory::Reasons };
    match basis {
        Basis::Rules(rules) => {
            let run = Run::new(table, rules, settings)?;
            let wanted = Wanted { basis, settings, cells: &none, blamed_by: &[], memory, keep };
            let (outcome, explanations, learned) = went(table, &run, wanted, choose, progress)?;
            let model = learned.map(|learned| SavedModel::of_run(table, &run, rules, settings, learned));
            Ok(Repaired { outcome, explanations, model })
        }
        Basis::Model(saved) => {
            let new = saved.in_order(table)?;
            let turned = new.schema() != table.schema();
            let all = with_origin_of(saved.followed_by(&new)?, &new);
            let labels = in_columns_of(&new, table, settings.given_labels());
            let settings = saved.settings().deciding_as(settings).only_labels(labels);
            let run = Run::after((&all, &new), saved.rules(), &settings, saved)?;
            let wanted =
                Wanted { basis, settings: &settings, cells: &none, blamed_by: &[], memory, keep: Keep::Nothing };
            let (outcome, explanations, _) = went(&new, &run, wanted, choose, progress)?;
            let model = match keep {
                Keep::Nothing => None,
                Keep::Model => Some(run.within_threads(|| saved.with_rows(&new, settings.given_labels(), progress))??),
            };
            Ok(Repaired { outcome: if turned { in_own_order(outcome, table) } else { outcome }, explanations, model })
        }
    }
}

type Went = (Outcome, Vec<Explanation>, Option<(lustrate_model::Parameters, lustrate_model::Judgement)>);

/// Makes the passes of a run.
fn went(
    table: &Table,
    run: &Run<'_>,
    wanted: Wanted<'_>,
    choose: Option<Choose<'_>>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Went, Error> {
    run.within_threads(|| {
        let mut explained: Option<CellsExplained> = None;
        let mut learned = None;
        let look = &mut |pass: Pass<'_>, outcome: &Outcome| {
            if let Some(choose) = choose {
                let find = |cell: &CellName| cell.find(table).expect("the cells that are chosen are of the table");
                let chosen = || CellsExplained::of(choose(outcome).iter().map(find));
                explained.get_or_insert_with(chosen).explain(&pass, outcome);
            }
            if pass.is_first {
                let judgement = mem::take(&mut pass.settled.judgement);
                learned = pass.settled.lessons.parameters.take().map(|parameters| (parameters, judgement));
            }
        };
        let outcome = go_over(table, run, wanted, look, progress)?;
        Ok((outcome, explained.map(CellsExplained::finish).unwrap_or_default(), learned))
    })?
}

/// The labels of a table as those of another, which has the same columns in another order.
fn in_columns_of(new: &Table, table: &Table, labels: &Labels) -> Labels {
    let moved = |label: &Label| {
        let attribute = new.schema().find(table.schema().name(label.cell.attribute))?;
        Some(Label { cell: CellId { attribute, ..label.cell }, ..label.clone() })
    };
    Labels { items: labels.items.iter().filter_map(moved).collect() }
}

/// The outcome for a table whose columns had to be put in the order of the model, in the order that they have there.
fn in_own_order(outcome: Outcome, table: &Table) -> Outcome {
    let mut repaired = table.clone();
    for attribute in table.schema().ids() {
        let there = outcome.table.schema().find(table.schema().name(attribute)).expect("both have the same columns");
        repaired.replace(attribute, outcome.table.column(there).clone());
    }
    Outcome { original: table.clone(), table: repaired, ..outcome }
}
