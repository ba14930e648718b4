//! What a run came to, before it is told in names.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::Detection;
use lustrate_diagnostic::Diagnostic;
use lustrate_model::{CellPosterior, Judgement, Model};
use lustrate_normalise::{FoundFormat, Normalised};
use lustrate_repair::{Apart, Repairs};
use lustrate_rules::{ConstraintId, Constraints};
use lustrate_table::{CellId, RowId, Table};

use crate::labelled::Taught;
use crate::lessons::Lessons;
use crate::time::CutShort;

/// What a run keeps in memory of the way to its decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// What the reasons of its repairs need. Nothing can be explained.
    Reasons,
    /// The model, and all that is believed of doubtful cells.
    All,
}

/// What a run came to for each cell.
pub(crate) struct Settled {
    /// The rules, with the sources that were found.
    pub(crate) constraints: Constraints,
    /// The columns of which a convention of writing was found.
    pub(crate) formats: Vec<FoundFormat>,
    /// The table as the model sees it.
    pub(crate) view: Normalised,
    /// The violations of the view.
    pub(crate) before: Detection,
    /// What was learned, in numbers.
    pub(crate) lessons: Lessons,
    /// The model that learned it; `None` where only reasons are kept.
    pub(super) model: Option<Model>,
    /// What is told of the sources that were found.
    pub(crate) found: Option<Diagnostic>,
    /// What there was no time for.
    pub(crate) cut_short: CutShort,
    /// What is believed of the doubtful cells, and of those that were asked for; no other cell that was asked for is one of
    /// which anything is believed. Nothing where only reasons are kept.
    pub(crate) believed: BTreeMap<CellId, CellPosterior>,
    /// The view with the repairs that break no rule, and its violations.
    pub(crate) reconciled: Table,
    /// Soft rules that the rows do not bear out, for which no repair is withheld.
    pub(crate) not_borne_out: BTreeSet<ConstraintId>,
    pub(crate) after: Detection,
    /// The decisions, conversions among them.
    pub(crate) repairs: Repairs,
    /// The rows that are set apart.
    pub(crate) quarantine: BTreeMap<RowId, BTreeSet<Apart>>,
    /// What labels taught of how columns are written; `None` without labels.
    pub(crate) taught: Option<Taught>,
    /// What labels say of the changes that would be made without them.
    pub(crate) judgement: Judgement,
}

impl Settled {
    /// Keeps what is told of a run whose outcome is made, and nothing of the size of its table.
    pub(crate) fn forget_tables(&mut self) {
        self.view = Normalised::default();
        self.reconciled = Table::default();
        self.after = Detection::default();
    }

    /// The model of a run that keeps it.
    pub(crate) fn model(&self) -> &Model {
        self.model.as_ref().expect("a run of which something is explained keeps its model")
    }
}
