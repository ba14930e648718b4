//! The jobs of a plan, one after the other, each in a process of its own.

use std::path::Path;
use std::process::Command;

use lustrate_benches::result_of;

use crate::job::{Files, Job};
use crate::measured::Measured;
use crate::plan::Subject;

/// Runs jobs one after the other, and tells how far it has come.
pub(crate) struct Processes<'a> {
    program: &'a Path,
    started: usize,
    of: usize,
    say: &'a dyn Fn(&str),
}

impl<'a> Processes<'a> {
    /// A number of jobs, each of which the program does when it is called with it.
    pub(crate) fn new(program: &'a Path, of: usize, say: &'a dyn Fn(&str)) -> Self {
        Processes { program, started: 0, of, say }
    }

    /// Does a job for each table of a subject, and pools what came of them.
    ///
    /// # Errors
    /// What went wrong with the first that failed.
    pub(crate) fn pooled(
        &mut self,
        subject: &Subject,
        what: &str,
        job: impl Fn(Files) -> Job,
    ) -> Result<Measured, String> {
        let mut all = Vec::new();
        for files in subject.tables.clone()? {
            self.started += 1;
            (self.say)(&format!("[{}/{}] {}: {what}", self.started, self.of, subject.name));
            // The others are done all the same, so that the count is right.
            all.push(result_of(Command::new(self.program).arg("--job").arg(job(files).to_argument())));
        }
        let all = all.into_iter().collect::<Result<Vec<_>, _>>()?;
        Measured::pooled(&all).ok_or_else(|| "there is no table".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use crate::plan::Source;

    use super::*;

    fn subject(tables: Result<Vec<Files>, String>) -> Subject {
        Subject { name: "cities".into(), group: "cities".into(), source: Source::Dataset, tables, peers: Vec::new() }
    }

    fn files() -> Files {
        Files { dirty: "d.csv".into(), truth: "t.csv".into(), rules: "r".into() }
    }

    #[test]
    fn a_program_that_is_not_there_is_told_for_every_job() {
        let said = RefCell::new(Vec::new());
        let say = |message: &str| said.borrow_mut().push(message.to_owned());
        let mut processes = Processes::new(Path::new("no such program"), 2, &say);
        let failed = processes.pooled(&subject(Ok(vec![files(), files()])), "repair", |files| Job::repair(files, None));
        assert!(failed.unwrap_err().starts_with("cannot start a process: "));
        assert_eq!(*said.borrow(), ["[1/2] cities: repair", "[2/2] cities: repair"]);
    }

    #[test]
    fn tables_that_could_not_be_made_are_told() {
        let mut processes = Processes::new(Path::new("no such program"), 1, &|_| ());
        let failed = processes.pooled(&subject(Err("disk full".into())), "repair", |files| Job::repair(files, None));
        assert_eq!(failed, Err("disk full".to_owned()));
    }
}
