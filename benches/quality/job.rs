//! What is run in a process of its own: one repair with its score, or the score of what another system made.

use std::path::PathBuf;

use lustrate::{Omission, Settings};
use serde::{Deserialize, Serialize};

/// The files of a table with truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Files {
    /// The table with errors.
    pub(crate) dirty: PathBuf,
    /// The same table without them.
    pub(crate) truth: PathBuf,
    /// The rules.
    pub(crate) rules: PathBuf,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// The table.
    pub(crate) files: Files,
    /// What is done with it.
    pub(crate) task: Task,
}

/// What is done with a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Task {
    /// The dirty table is repaired and scored.
    Repair {
        /// The name of what is left out.
        without: Option<String>,
    },
    /// The true table is repaired; all that is changed is wrong.
    RepairTruth,
    /// What another system made of the dirty table is scored.
    Score {
        /// Its table.
        repaired: PathBuf,
    },
}

impl Job {
    /// The dirty table repaired with the default settings, or with a part left out.
    pub(crate) fn repair(files: Files, without: Option<Omission>) -> Self {
        Job { files, task: Task::Repair { without: without.map(|omission| omission.name().to_owned()) } }
    }

    /// The job as an argument of a process.
    pub(crate) fn to_argument(&self) -> String {
        serde_json::to_string(self).expect("a job is made of texts")
    }

    /// The job that an argument stands for.
    ///
    /// # Errors
    /// A text that [`Job::to_argument`] does not give.
    pub(crate) fn from_argument(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("`{text}` is no job: {error}"))
    }
}

/// The default settings, as those of the command line, without a part by its name.
///
/// # Errors
/// A name that no part has.
pub(crate) fn settings(without: Option<&str>) -> Result<Settings, String> {
    let Some(name) = without else { return Ok(Settings::new()) };
    let omission = Omission::all().find(|omission| omission.name() == name);
    omission.map(|omission| Settings::new().without(omission)).ok_or_else(|| format!("no part is called `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        Files { dirty: "a b/dirty.csv".into(), truth: "clean.csv".into(), rules: "\"odd\".rules".into() }
    }

    #[test]
    fn a_job_survives_the_way_to_another_process() {
        let tasks = [
            Task::Repair { without: None },
            Task::Repair { without: Some("pairs".into()) },
            Task::RepairTruth,
            Task::Score { repaired: "peer.csv".into() },
        ];
        for task in tasks {
            let job = Job { files: files(), task };
            assert_eq!(Job::from_argument(&job.to_argument()), Ok(job));
        }
        assert!(Job::from_argument("{}").unwrap_err().starts_with("`{}` is no job: "));
    }

    #[test]
    fn every_part_can_be_left_out_by_its_name() {
        for omission in Omission::all() {
            let Task::Repair { without } = Job::repair(files(), Some(omission)).task else { panic!("it is a repair") };
            assert_eq!(settings(without.as_deref()), Ok(Settings::new().without(omission)));
        }
        assert_eq!(settings(None), Ok(Settings::new()));
        assert_eq!(settings(Some("luck")), Err("no part is called `luck`".to_owned()));
    }
}
