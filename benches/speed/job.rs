//! What is run in a process of its own.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use lustrate::read_table;
use lustrate_benches::{Used, result_of, run, told};
use lustrate_eval::score;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::checks;
use crate::steps::Steps;

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Job {
    /// A file is read.
    Read { file: PathBuf },
    /// The rules are checked on a table in memory.
    Check { file: PathBuf, repeat: u32 },
    /// A program is run; its process is then the only child of this one, which is small.
    Run { program: PathBuf, arguments: Vec<String> },
    /// A repaired table is compared with its truth.
    Score { dirty: PathBuf, repaired: PathBuf, truth: PathBuf },
}

/// How right a repair was: raw, over all cells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scored {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// Starts jobs, each in a process of its own.
pub(crate) struct Jobs {
    program: PathBuf,
}

impl Jobs {
    /// Jobs that this program does when it is called again.
    ///
    /// # Errors
    /// A program that cannot be found any more.
    pub(crate) fn new() -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
        Ok(Jobs { program })
    }

    /// Where the command line lies: beside this program.
    pub(crate) fn command_line(&self) -> PathBuf {
        self.program.with_file_name(format!("lustrate{}", env::consts::EXE_SUFFIX))
    }

    /// Reads a file to codes on so many threads.
    pub(crate) fn read(&self, file: &Path, threads: usize) -> Result<Steps, String> {
        self.result(&Job::Read { file: file.to_owned() }, Some(threads))
    }

    /// Checks the rules on one thread.
    pub(crate) fn check(&self, file: &Path, repeat: u32) -> Result<Steps, String> {
        self.result(&Job::Check { file: file.to_owned(), repeat }, Some(1))
    }

    /// Runs a program.
    pub(crate) fn run(&self, program: &Path, arguments: Vec<String>) -> Result<Used, String> {
        self.result(&Job::Run { program: program.to_owned(), arguments }, None)
    }

    /// Compares a repaired table with its truth.
    pub(crate) fn score(&self, dirty: &Path, repaired: &Path, truth: &Path) -> Result<Scored, String> {
        let [dirty, repaired, truth] = [dirty, repaired, truth].map(Path::to_owned);
        self.result(&Job::Score { dirty, repaired, truth }, None)
    }

    fn result<T: DeserializeOwned>(&self, job: &Job, threads: Option<usize>) -> Result<T, String> {
        let mut command = Command::new(&self.program);
        command.arg("--job").arg(serde_json::to_string(job).map_err(|error| format!("a path is no text: {error}"))?);
        if let Some(threads) = threads {
            command.env("RAYON_NUM_THREADS", threads.to_string()).env("POLARS_MAX_THREADS", threads.to_string());
        }
        result_of(&mut command)
    }
}

/// Does the job of an argument.
///
/// # Errors
/// A text that is no job; what went wrong with a job is within.
pub(crate) fn done(argument: &str) -> Result<Result<Value, String>, String> {
    let job = serde_json::from_str(argument).map_err(|error| format!("`{argument}` is no job: {error}"))?;
    Ok(match job {
        Job::Read { file } => read(&file).map(|steps| json!(steps)),
        Job::Check { file, repeat } => checks::ours(&file, repeat).map(|steps| json!(steps)),
        Job::Run { program, arguments } => run(Command::new(program).args(arguments)).map(|used| json!(used)),
        Job::Score { dirty, repaired, truth } => scored(&dirty, &repaired, &truth).map(|scored| json!(scored)),
    })
}

/// The name of the only step of a process that reads.
pub(crate) const READ: &str = "read";

fn read(file: &Path) -> Result<Steps, String> {
    let mut steps = Steps::default();
    steps.time(READ, 1, || read_table(file).map(|table| table.rows() as u64).map_err(told))?;
    Ok(steps)
}

fn scored(dirty: &Path, repaired: &Path, truth: &Path) -> Result<Scored, String> {
    let table = |path: &Path| read_table(path).map_err(told);
    let score = score(&table(dirty)?, &table(repaired)?, &table(truth)?).map_err(|error| error.to_string())?;
    let total = score.raw.total;
    Ok(Scored { precision: total.precision, recall: total.recall, f1: total.f1 })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn done(job: &Job) -> Result<Value, String> {
        super::done(&serde_json::to_string(job).unwrap()).unwrap()
    }

    #[test]
    fn a_repair_is_scored() {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, cities: [&str; 3]| {
            let path = folder.path().join(name);
            fs::write(&path, format!("city\n{}\n", cities.join("\n"))).unwrap();
            path
        };
        let dirty = write("dirty.csv", ["Rom", "Osl", "Bern"]);
        let truth = write("truth.csv", ["Rome", "Oslo", "Bern"]);
        let repaired = write("repaired.csv", ["Rome", "Osl", "Bern"]);
        let scored = done(&Job::Score { dirty, repaired, truth }).unwrap();
        assert_eq!(scored, json!({"precision": 1.0, "recall": 0.5, "f1": 0.6667}));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_read_and_its_rows_are_counted() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("table.csv");
        fs::write(&file, "a,b\n1,2\n3,4\n").unwrap();
        let steps: Steps = serde_json::from_value(done(&Job::Read { file }).unwrap()).unwrap();
        assert_eq!(steps.find(READ).map(|step| step.answer), Some(2));
    }

    #[test]
    fn what_is_no_job_is_told() {
        assert!(super::done("{}").unwrap_err().starts_with("`{}` is no job: "));
        let missing = Job::Read { file: "no such file.csv".into() };
        assert!(done(&missing).unwrap_err().contains("no such file.csv"));
    }
}
