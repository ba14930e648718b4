//! The saved models that a command goes by, and the one that it saves.

use std::path::PathBuf;

use clap::Args;
use lustrate::{Diagnostic, Keep, Rules, SavedModel, Settings};
use lustrate_report::counted;

use crate::failure::Failure;
use crate::meter::Meter;

/// What is known already, and what is kept.
#[derive(Args, Clone, Debug)]
pub(crate) struct Models {
    /// A model that `--save-model` wrote: DATA are new rows, repaired by what it knows, without the old table and without learning
    /// anew. Its rules hold unless others are given; several models are merged
    #[arg(long = "model", value_name = "FILE")]
    pub(crate) used: Vec<PathBuf>,
    /// Where what is learned goes, for the next file: one file with the rows, the rules and the model; with --model that of the
    /// rows of both
    #[arg(long = "save-model", value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) saved: Option<PathBuf>,
}

impl Models {
    /// Whether what is learned is kept.
    pub(crate) fn keep(&self) -> Keep {
        if self.saved.is_some() { Keep::Model } else { Keep::Nothing }
    }

    /// The model to go by, under these rules, and a note if it had to be learned anew for them; `None` where no model is given.
    ///
    /// # Errors
    /// A file that is no model; models that cannot be merged; rules that do not fit its rows.
    pub(crate) fn read(
        &self,
        rules: &Rules,
        settings: &Settings,
        meter: &Meter,
    ) -> Result<Option<(SavedModel, Option<Diagnostic>)>, Failure> {
        if self.used.is_empty() {
            return Ok(None);
        }
        meter.say("reading what was learned");
        let read = |path: &PathBuf| SavedModel::read_within(path, settings.most_memory());
        let models = self.used.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let show = |progress| meter.show(progress);
        let model = SavedModel::merge_all(&models, &show)?;
        let Some(adapted) = model.adapted(rules, settings, &show)? else { return Ok(Some((model, None))) };
        let rows = counted(adapted.rows().rows() as u64, "row");
        let title = format!("the model was saved under other rules or settings: it was learned anew from its {rows}");
        let help = "leave out `--rules` and such settings to go by what was saved, or save the model again under these";
        Ok(Some((adapted, Some(Diagnostic::note("model-learned-anew", title).help(help)))))
    }
}
