//! What a run knows, kept: for the next file, for a colleague, for adding up.

mod adapt;
mod image;
mod rows;
mod whole_file;

use std::path::PathBuf;

use lustrate_model::Parameters;
use lustrate_rules::Rules;
use lustrate_table::{RowId, Table};

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
    /// Rewrites of values that people agreed to, each a line of the rule language.
    pub programs: Vec<String>,
    /// What people said of cells.
    pub decisions: Vec<CellDecision>,
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
    /// How probable that is.
    pub probability: f64,
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
        let parameters = run.within_threads(|| run.parameters(progress))?;
        Ok(SavedModel::of_run(&rows, &run, rules, settings, parameters))
    }

    /// What a run learned, which is what [`SavedModel::fit`] gives for its table, rules and settings.
    pub(crate) fn of_run(
        table: &Table,
        run: &Run<'_>,
        given: &Rules,
        settings: &Settings,
        parameters: Parameters,
    ) -> Self {
        SavedModel {
            file: None,
            rows: compact(table),
            rules: run.rules().clone(),
            origin: if given.is_empty() { RulesOrigin::Found } else { RulesOrigin::Given },
            settings: settings.learning(),
            parameters,
            programs: Vec::new(),
            decisions: Vec::new(),
        }
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
        let mut sum = SavedModel::fit_with(&rows, first.given_rules(), &first.settings, progress)?;
        let mut before = 0;
        for model in models {
            let new = model.programs.iter().filter(|program| !sum.programs.contains(program));
            sum.programs.extend(new.cloned().collect::<Vec<_>>());
            let moved = model.decisions.iter().cloned();
            sum.decisions.extend(moved.map(|decision| CellDecision { row: decision.row + before, ..decision }));
            before += model.rows.rows() as u64;
        }
        Ok(sum)
    }

    /// The model of its rows and new ones behind them, which have its columns in whatever order.
    ///
    /// # Errors
    /// A table of other columns.
    pub fn with_rows(&self, table: &Table, progress: &(dyn Fn(Progress) + Sync)) -> Result<SavedModel, Error> {
        let rows = self.followed_by(&self.in_order(table)?)?;
        let fitted = SavedModel::fit_with(&rows, self.given_rules(), &self.settings, progress)?;
        Ok(SavedModel { programs: self.programs.clone(), decisions: self.decisions.clone(), ..fitted })
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

/// Whether rules say the same, reference tables and all.
fn same_rules(these: &Rules, those: &Rules) -> bool {
    let texts = |table: &Table| -> Vec<Vec<Option<String>>> {
        let cells = |id| table.row_ids().map(move |row| table.column(id).text(row).map(str::to_owned)).collect();
        table.schema().ids().map(cells).collect()
    };
    let alike = |(one, two): ((&str, &std::sync::Arc<Table>), (&str, &std::sync::Arc<Table>))| {
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
