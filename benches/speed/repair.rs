//! Whole runs of `lustrate repair`, reading and writing included.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lustrate_benches::{NONE, Used, megabytes, rate};
use lustrate_report::grouped;

use crate::Bench;
use crate::args::Part;
use crate::figures::{figure, figure_or_none};
use crate::growth::exponent;
use crate::job::Scored;
use crate::part::{Measured, Rows};
use crate::steps::Steps;
use crate::tables::Files;

/// Runs of the command line, none twice.
pub(crate) struct Repairs<'a> {
    program: PathBuf,
    /// Where they write.
    folder: &'a Path,
    done: BTreeMap<(PathBuf, Vec<String>), Result<Repaired, String>>,
}

/// What a run took, and the files that it wrote.
#[derive(Clone, Debug)]
pub(crate) struct Repaired {
    pub(crate) used: Used,
    pub(crate) table: PathBuf,
    pub(crate) repairs: PathBuf,
}

impl<'a> Repairs<'a> {
    pub(crate) fn new(program: PathBuf, folder: &'a Path) -> Self {
        Repairs { program, folder, done: BTreeMap::new() }
    }

    /// The program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Repairs a table, with further options.
    ///
    /// # Errors
    /// The last that the program said, where it failed.
    pub(crate) fn run(&mut self, bench: &Bench<'_>, files: &Files, options: &[&str]) -> Result<Repaired, String> {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let key = (files.dirty.clone(), options.clone());
        if let Some(done) = self.done.get(&key) {
            return done.clone();
        }
        bench.say(format!("repair: {} {}", files.dirty.display(), options.join(" ")).trim_end());
        let place = |ending: &str| self.folder.join(format!("repaired-{}{ending}", self.done.len()));
        let (table, repairs) = (place(".csv"), place(".repairs.csv"));
        let text = |path: &Path| path.display().to_string();
        let mut arguments = vec!["repair".to_owned(), text(&files.dirty), "--rules".into(), text(&files.rules)];
        arguments.extend(["--output".into(), text(&table), "--repairs".into(), text(&repairs), "--force".into()]);
        arguments.extend(options);
        let used = bench.jobs.run(&self.program, arguments);
        let result = used.map(|used| Repaired { used, table, repairs });
        self.done.insert(key, result.clone());
        result
    }
}

/// One table: what its repair took, how right it was, and what a copy by Polars took.
pub(crate) struct Row {
    what: String,
    files: Files,
    used: Result<Used, String>,
    /// `None` where it was not asked for, or there is nothing to score.
    scored: Option<Result<Scored, String>>,
    /// `None` without other systems.
    copy: Option<Result<Used, String>>,
}

/// Whether a repair is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scoring {
    Scored,
    /// Three tables in memory would be too much.
    Left,
}

impl Row {
    /// Repairs a table with the default settings, and copies it with Polars.
    pub(crate) fn of(bench: &Bench<'_>, repairs: &mut Repairs<'_>, what: &str, files: Files, scoring: Scoring) -> Self {
        let repaired = repairs.run(bench, &files, &[]);
        let scored = repaired.as_ref().ok().filter(|_| scoring == Scoring::Scored).map(|repaired| {
            bench.say(&format!("repair: scores {}", files.dirty.display()));
            bench.jobs.score(&files.dirty, &repaired.table, &files.truth)
        });
        let copy = bench.peers.map(|peers| {
            bench.say(&format!("repair: Polars copies {}", files.dirty.display()));
            let out = repairs.folder.join("copy.csv");
            let copy = || peers.run("copy_polars.py", &[files.dirty.as_ref(), out.as_ref()], bench.processors);
            let steps = Steps::least(bench.repeat, COPY, files.rows, copy)?;
            let step = steps.find(COPY).ok_or("nothing was copied")?;
            Ok(Used { cpu: Some(step.cpu), wall: step.wall, peak_bytes: steps.peak_bytes })
        });
        Row { what: what.to_owned(), files, used: repaired.map(|repaired| repaired.used), scored, copy }
    }

    fn cpu(&self) -> Option<f64> {
        self.used.as_ref().ok()?.cpu
    }

    fn copied(&self) -> Option<f64> {
        self.copy.as_ref()?.as_ref().ok()?.cpu
    }

    fn numbers(&self) -> Result<Vec<String>, String> {
        let used = self.used.clone()?;
        let copy = self.copy.as_ref().and_then(|copy| copy.as_ref().ok());
        let scored = self.scored.as_ref().and_then(|scored| scored.as_ref().ok());
        let peak = |used: &Used| used.peak_bytes.map(|peak| peak as f64);
        let (cells, bytes) = (self.files.cells() as f64, self.files.bytes as f64);
        let rates = [|of: &Scored| of.f1, |of: &Scored| of.precision, |of: &Scored| of.recall];
        let mut numbers = vec![
            grouped(self.files.rows),
            self.files.columns.to_string(),
            megabytes(self.files.bytes),
            figure_or_none(used.cpu),
            figure(used.wall),
            used.peak_bytes.map_or_else(|| NONE.to_owned(), megabytes),
            figure_or_none(used.cpu.map(|cpu| cpu / cells * 1e6)),
            figure_or_none(peak(&used).map(|peak| peak / bytes)),
            figure_or_none(copy.and_then(|copy| Some(used.cpu? / copy.cpu?))),
            figure_or_none(copy.map(|copy| used.wall / copy.wall)),
            figure_or_none(copy.and_then(|copy| Some(peak(&used)? / peak(copy)?))),
        ];
        numbers.extend(rates.map(|of| scored.map_or_else(|| NONE.to_owned(), |scored| rate(of(scored)))));
        Ok(numbers)
    }

    /// What failed beside the repair, in words.
    fn failures(&self) -> Vec<(String, String)> {
        let copy = self.copy.as_ref().and_then(|copy| copy.as_ref().err()).map(|message| ("copy", message));
        let score = self.scored.as_ref().and_then(|scored| scored.as_ref().err()).map(|message| ("score", message));
        let failures = [copy, score].into_iter().flatten();
        failures.map(|(job, message)| (format!("{}: {job}", self.what), message.clone())).collect()
    }
}

/// The name of the step of a copy.
const COPY: &str = "copy";

/// The sizes from which on seconds are those of the rows, and not of the start.
const GROWING: u64 = 10_000;

/// How seconds and memory grow with the rows.
pub(crate) fn by_rows(rows: &[Row]) -> Measured {
    let growing: Vec<&Row> = rows.iter().filter(|row| row.files.rows >= GROWING).collect();
    let of = |seconds: fn(&Row) -> Option<f64>| {
        let points = growing.iter().filter_map(|row| Some((row.files.cells() as f64, seconds(row)?)));
        exponent(&points.collect::<Vec<_>>()).map(|exponent| format!("{exponent:.2}"))
    };
    let mut notes = vec![
        "The main table with its rules, by `lustrate repair` as the command line runs it, default settings, reading and \
         writing included."
            .to_owned(),
    ];
    if let Some(ours) = of(Row::cpu) {
        let copy = of(Row::copied).map_or_else(String::new, |copy| format!(" (the copy: {copy})"));
        notes.push(format!(
            "CPU seconds grow as cells to the power of **{ours}**{copy}, from {} rows on.",
            grouped(GROWING)
        ));
    }
    shown(Part::Repair, notes, rows)
}

/// A table of many columns.
pub(crate) fn wide(rows: &[Row]) -> Measured {
    let what = "Half the columns are small categories, some of which determine others; half are numbers.";
    shown(Part::Wide, vec![what.to_owned()], rows)
}

/// A table with a column of many values.
pub(crate) fn domain(rows: &[Row]) -> Measured {
    shown(Part::Domain, vec!["The values of one column are all different.".to_owned()], rows)
}

fn shown(part: Part, mut notes: Vec<String>, rows: &[Row]) -> Measured {
    let numbers = [
        "rows",
        "columns",
        "MB",
        "CPU s",
        "s",
        "peak MB",
        "CPU µs / cell",
        "peak ÷ file",
        "CPU ÷ copy",
        "s ÷ copy",
        "peak ÷ copy",
        "F1",
        "P",
        "R",
    ];
    let mut shown = Rows::new(&["table"], &numbers);
    for row in rows {
        shown.push(vec![row.what.clone()], row.numbers());
        row.failures().into_iter().for_each(|(job, message)| shown.push(vec![job], Err(message)));
    }
    notes.push(
        "copy: Polars reads the file as texts and writes it again; the process with the least CPU seconds of several. Its \
         seconds are without the start of Python, its memory is of the whole process. F1, P, R: raw, against the truth."
            .to_owned(),
    );
    shown.measured(part, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rows: u64, cpu: f64) -> Row {
        let used = Used { cpu: Some(cpu), wall: cpu / 2.0, peak_bytes: Some(6_000_000) };
        let copy = Used { cpu: Some(0.5), wall: 0.5, peak_bytes: Some(12_000_000) };
        let scored = Scored { precision: 1.0, recall: 0.5, f1: 0.6667 };
        let files = Files { rows, ..Files::sample(3_000_000) };
        Row { what: "orders".into(), files, used: Ok(used), scored: Some(Ok(scored)), copy: Some(Ok(copy)) }
    }

    fn lines(measured: &Measured) -> Vec<String> {
        measured.section.markdown().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_repair_is_set_against_the_copy() {
        let shown = lines(&by_rows(&[row(1_000_000, 2.0)]));
        let expected = "| orders | 1,000,000 | 2 | 3 | 2.00 | 1.00 | 6 | 1.00 | 2.00 | 4.00 | 2.00 | 0.500 | .667 | 1.000 | .500 |";
        assert_eq!(shown.last().unwrap(), expected);
    }

    #[test]
    fn growth_is_told_from_two_sizes_on_and_small_ones_do_not_count() {
        let told = |rows: &[Row]| lines(&by_rows(rows)).into_iter().find(|line| line.contains("power"));
        let grown = told(&[row(1_000, 9.0), row(10_000, 1.0), row(100_000, 10.0)]).unwrap();
        assert!(grown.contains("**1.00** (the copy: 0.00)"), "{grown}");
        assert_eq!(told(&[row(1_000, 9.0), row(10_000, 1.0)]), None);
    }

    #[test]
    fn without_other_systems_nothing_is_set_against_them() {
        let shown = lines(&domain(&[Row { copy: None, ..row(10, 1.0) }]));
        assert!(shown.last().unwrap().contains("| – | – | – | .667 |"), "{shown:?}");
    }

    #[test]
    fn what_fails_beside_a_repair_takes_nothing_from_its_row() {
        let failed = by_rows(&[Row { copy: Some(Err("no room".into())), ..row(10, 2.0) }]);
        let shown = lines(&failed);
        assert!(failed.failed && shown[shown.len() - 2].contains("| 2.00 | – | – | – | .667 |"), "{shown:?}");
        assert!(shown.last().unwrap().starts_with("| orders: copy |"), "{shown:?}");
        assert!(shown.last().unwrap().ends_with("| failed: no room |"), "{shown:?}");
        assert!(by_rows(&[Row { scored: Some(Err("no room".into())), ..row(10, 1.0) }]).failed);
        assert!(by_rows(&[Row { used: Err("no room".into()), ..row(10, 1.0) }]).failed);
    }
}
