//! What a run knows, kept: for the next file, for a colleague, for adding up.

mod adapt;
mod image;
mod rows;
mod whole_file;

use std::path::PathBuf;

use lustrate_labels::{Label, LabelPlace, Labels, Said};
use lustrate_model::{Judgement, Parameters};
use lustrate_rules::Rules;
use lustrate_table::{CellId, RowId, Schema, Table};

use crate::run::{Progress, Run};
use crate::{Error, Settings};
use rows::{compact, in_order_of, names};

/// What was learned of a table, with its rows, so that it judges new rows without the file that it was learned from.
///
/// It is one file ([`write`](SavedModel::write), [`read`](SavedModel::read)) that holds the rows as they were read, the rules
/// (those that were given, or those that the rows show), the settings that the learning depends on, what was learned, and
/// what people decided. [`repair_with_model`](crate::repair_with_model()) repairs new rows by it.
///
/// Adding up two is the same as learning from both tables, byte for byte, in whatever order sums are taken:
///
/// ```
/// use lustrate::{Rules, SavedModel, Settings, Table};
/// # use lustrate::Column;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let table = |odd: &'static str| {
/// #     let cells = |value: &'static str, odd: &'static str| {
/// #         (0..30).map(move |row| Some(if row % 2 == 1 { "x" } else if row == 6 { odd } else { value })).collect::<Column>()
/// #     };
/// #     Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", odd))])
/// # };
/// # let (january, february) = (table("Rone")?, table("Rome")?);
/// let (rules, settings) = (Rules::default(), Settings::new());
/// let learned = |table: &Table| SavedModel::fit(table, &rules, &settings);
/// let sum = learned(&january)?.merge(&learned(&february)?)?;
/// let both = Table::stack(vec![january, february])?;
/// assert_eq!(sum.to_bytes(), learned(&both)?.to_bytes());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SavedModel {
    /// The file that it was read from.
    file: Option<PathBuf>,
    rows: Table,
    rules: Rules,
    origin: RulesOrigin,
    /// Those that the learning depends on.
    settings: Settings,
    pub(crate) parameters: Parameters,
    pub(crate) judgement: Judgement,
    /// What people said of cells of its rows; what these teach, ways of writing among them, is learned of them again.
    decisions: Vec<CellDecision>,
}

/// Where the rules of a model come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesOrigin {
    /// They were given.
    Given,
    /// None were given: these the rows show, and other rows may show others.
    Found,
}

/// What people said of one cell of the rows of a model.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CellDecision {
    /// The row, from 0, among those of the model.
    pub row: u64,
    /// The name of the column.
    pub column: String,
    /// What it should read; `None` where it should be missing.
    pub value: Option<String>,
    /// Who said so.
    pub who: Option<String>,
}

impl SavedModel {
    /// Learns from a table, by the rules that are given, or by those that the table shows where there are none.
    ///
    /// # Errors
    /// As [`repair`](crate::repair()).
    pub fn fit(table: &Table, rules: &Rules, settings: &Settings) -> Result<Self, Error> {
        SavedModel::fit_with(table, rules, settings, &|_| ())
    }

    /// The same, telling how far it has come.
    ///
    /// # Errors
    /// As [`SavedModel::fit`].
    pub fn fit_with(
        table: &Table,
        rules: &Rules,
        settings: &Settings,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Self, Error> {
        let rows = compact(table);
        let run = Run::new(&rows, rules, settings)?;
        let learned = run.within_threads(|| run.learned(progress))?;
        Ok(SavedModel::of_run(&rows, &run, rules, settings, learned))
    }

    /// What a run learned, which is what [`SavedModel::fit`] gives for its table, rules and settings.
    pub(crate) fn of_run(
        table: &Table,
        run: &Run<'_>,
        given: &Rules,
        settings: &Settings,
        (parameters, judgement): (Parameters, Judgement),
    ) -> Self {
        SavedModel {
            file: None,
            rows: compact(table),
            rules: run.rules().clone(),
            origin: if given.is_empty() { RulesOrigin::Found } else { RulesOrigin::Given },
            settings: settings.learning(),
            parameters,
            judgement,
            decisions: decisions(table, &run.labels),
        }
    }

    /// What people said of cells of its rows.
    pub fn decisions(&self) -> &[CellDecision] {
        &self.decisions
    }

    /// The same as labels.
    pub(crate) fn labels(&self) -> Labels {
        self.labels_behind(0, self.rows.schema())
    }

    /// The same for a table of this schema in which its rows stand behind so many others.
    fn labels_behind(&self, rows: u32, schema: &Schema) -> Labels {
        let label = |decision: &CellDecision| {
            let attribute = schema.find(&decision.column)?;
            let cell = CellId { row: RowId(decision.row as u32 + rows), attribute };
            let place = LabelPlace { file: self.words(), line: decision.row as usize + 1 };
            Some(Label { cell, said: Said::Value(decision.value.clone()), who: decision.who.clone(), place })
        };
        Labels { items: self.decisions.iter().filter_map(label).collect() }
    }

    /// The model of the rows of both: what [`SavedModel::fit`] gives for the rows of the other behind those of this one. Where
    /// no rules were given, those are found that all rows show.
    ///
    /// # Errors
    /// Models of other columns, other rules or other settings: both are told.
    pub fn merge(&self, other: &SavedModel) -> Result<SavedModel, Error> {
        SavedModel::merge_all(&[self.clone(), other.clone()], &|_| ())
    }

    /// The model of the rows of all, in their order; that of one is itself.
    ///
    /// # Errors
    /// As [`SavedModel::merge`].
    ///
    /// # Panics
    /// When there is none.
    pub fn merge_all(models: &[SavedModel], progress: &(dyn Fn(Progress) + Sync)) -> Result<SavedModel, Error> {
        let (first, others) = models.split_first().expect("there is a model to begin with");
        if others.is_empty() {
            return Ok(first.clone());
        }
        others.iter().try_for_each(|other| first.check_alike(other))?;
        let rows = stacked(models.iter().map(|model| model.rows.clone()).collect())?;
        let mut settings = first.settings.clone();
        let mut before = 0;
        for model in models {
            settings = settings.labels(model.labels_behind(before, rows.schema()));
            before += model.rows.rows() as u32;
        }
        SavedModel::fit_with(&rows, first.given_rules(), &settings, progress)
    }

    /// The model of its rows and new ones behind them, which have its columns in whatever order; the labels are of cells of
    /// the new rows, in the order of the columns of the model.
    ///
    /// # Errors
    /// A table of other columns.
    pub fn with_rows(
        &self,
        table: &Table,
        labels: &Labels,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<SavedModel, Error> {
        let rows = self.followed_by(&self.in_order(table)?)?;
        let mut settings = self.settings.clone().labels(self.labels());
        let first = self.rows.rows() as u32;
        let moved = |label: &Label| Label {
            cell: CellId { row: RowId(label.cell.row.0 + first), ..label.cell },
            ..label.clone()
        };
        settings = settings.labels(Labels { items: labels.items.iter().map(moved).collect() });
        SavedModel::fit_with(&rows, self.given_rules(), &settings, progress)
    }

    /// The rows that it was learned from, as they were read.
    pub fn rows(&self) -> &Table {
        &self.rows
    }

    /// The rules that it goes by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether these were given or found.
    pub fn rules_origin(&self) -> RulesOrigin {
        self.origin
    }

    /// The settings that it was learned with; those that only decide what is done with what is believed are the defaults.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A table with its columns in the order of the model.
    ///
    /// # Errors
    /// A table of other columns, with those that are missing and those that the model does not know.
    pub(crate) fn in_order(&self, table: &Table) -> Result<Table, Error> {
        in_order_of(&self.rows, table, &self.words())
    }

    /// The rows of the model, and those of a table of the same columns in the same order behind them.
    pub(crate) fn followed_by(&self, table: &Table) -> Result<Table, Error> {
        stacked(vec![self.rows.clone(), table.clone()])
    }

    /// The rules that were given; none where they were found.
    fn given_rules(&self) -> &Rules {
        static NONE: std::sync::LazyLock<Rules> = std::sync::LazyLock::new(Rules::default);
        if self.origin == RulesOrigin::Given { &self.rules } else { &NONE }
    }

    /// What messages call it.
    fn words(&self) -> String {
        self.file.as_ref().map_or("the model".to_owned(), |file| format!("the model `{}`", file.display()))
    }

    fn check_alike(&self, other: &SavedModel) -> Result<(), Error> {
        let refused = |code, what: &str, these: String, those: String| {
            let title = format!(
                "{} and {} cannot be merged: one has the {what} {these}; the other {those}",
                self.words(),
                other.words()
            );
            let help = format!(
                "merge models of the same {what}, or save one of all files: `lustrate repair FILES --save-model`"
            );
            Err(Error::model(code, title, help))
        };
        let [these, those] = [self, other].map(|model| names(&model.rows));
        if sorted(&these) != sorted(&those) {
            return refused("other-columns", "columns", these.join(", "), those.join(", "));
        }
        let rules = |model: &SavedModel| match model.origin {
            RulesOrigin::Given => model.rules.to_string().lines().collect::<Vec<_>>().join("; "),
            RulesOrigin::Found => "that its rows show, as none were given".to_owned(),
        };
        let alike = match [self.origin, other.origin] {
            [RulesOrigin::Given, RulesOrigin::Given] => same_rules(&self.rules, &other.rules),
            [one, two] => one == two,
        };
        if !alike {
            return refused("other-rules", "rules", rules(self), rules(other));
        }
        if self.settings != other.settings {
            let [these, those] = [self, other].map(|model| model.settings.learning_words());
            return refused("other-settings", "settings", these, those);
        }
        Ok(())
    }
}

/// What labels say of cells; that somebody does not know is no decision.
fn decisions(table: &Table, labels: &Labels) -> Vec<CellDecision> {
    let decision = |label: &Label| match &label.said {
        Said::Unknown => None,
        Said::Value(value) => Some(CellDecision {
            row: u64::from(label.cell.row.0),
            column: table.schema().name(label.cell.attribute).to_owned(),
            value: value.clone(),
            who: label.who.clone(),
        }),
    };
    labels.items.iter().filter_map(decision).collect()
}

/// Whether rules say the same, reference tables and all.
fn same_rules(these: &Rules, those: &Rules) -> bool {
    let texts = |table: &Table| -> Vec<Vec<Option<String>>> {
        let cells = |id| table.row_ids().map(move |row| table.column(id).text(row).map(str::to_owned)).collect();
        table.schema().ids().map(cells).collect()
    };
    type Named<'r> = (&'r str, &'r std::sync::Arc<Table>);
    let alike = |(one, two): (Named<'_>, Named<'_>)| {
        one.0 == two.0 && names(one.1) == names(two.1) && texts(one.1) == texts(two.1)
    };
    let references = these.references().len() == those.references().len();
    these.to_string() == those.to_string() && references && these.references().zip(those.references()).all(alike)
}

/// The rows of tables of the same columns, without the files behind them.
fn stacked(tables: Vec<Table>) -> Result<Table, Error> {
    let refused = |error: lustrate_table::TableError| {
        Error::model("too-many-rows", format!("the rows do not fit into one model: {error}"), "learn from fewer rows")
    };
    let ragged = tables.iter().scan(0, |before, table| {
        let first = *before;
        *before += table.rows() as u32;
        Some(table.ragged().iter().map(|row| RowId(row.0 + first)).collect::<Vec<_>>())
    });
    let ragged = ragged.flatten().collect();
    let bare = tables.iter().map(compact).collect();
    Ok(compact(&Table::stack(bare).map_err(refused)?.with_lines(Default::default(), ragged)))
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}
