//! Whole runs of `lustrate repair`, reading and writing included.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lustrate_benches::{NONE, Used, megabytes, rate};
use lustrate_report::grouped;

use crate::Bench;
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
    result: Result<(Used, Option<Scored>), String>,
    /// `None` without other systems.
    copy: Option<Result<Steps, String>>,
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
        let result = repairs.run(bench, &files, &[]).and_then(|repaired| {
            if scoring == Scoring::Left {
                return Ok((repaired.used, None));
            }
            bench.say(&format!("repair: scores {}", files.dirty.display()));
            let scored = bench.jobs.score(&files.dirty, &repaired.table, &files.truth)?;
            Ok((repaired.used, Some(scored)))
        });
        let copy = bench.peers.map(|peers| {
            bench.say(&format!("repair: Polars copies {}", files.dirty.display()));
            let out = repairs.folder.join("copy.csv");
            let copy = || peers.run("copy_polars.py", &[files.dirty.as_ref(), out.as_ref()], bench.processors);
            Steps::least(bench.repeat, COPY, files.rows, copy)
        });
        Row { what: what.to_owned(), files, result, copy }
    }

    fn cpu(&self) -> Option<f64> {
        self.result.as_ref().ok().and_then(|(used, _)| used.cpu)
    }

    fn copied(&self) -> Option<f64> {
        copied(self.copy.as_ref()?.as_ref().ok()?)
    }

    fn numbers(&self) -> Result<Vec<String>, String> {
        let (used, scored) = self.result.clone()?;
        let copy = self.copy.clone().transpose().map_err(|message| format!("copy: {message}"))?;
        let (copied, held) = (copy.as_ref().and_then(copied), copy.as_ref().and_then(|copy| copy.peak_bytes));
        let peak = used.peak_bytes.map(|peak| peak as f64);
        let (cells, bytes) = (self.files.cells() as f64, self.files.bytes as f64);
        let rates = [|of: Scored| of.f1, |of: Scored| of.precision, |of: Scored| of.recall];
        let mut numbers = vec![
            grouped(self.files.rows),
            self.files.columns.to_string(),
            megabytes(self.files.bytes),
            figure_or_none(used.cpu),
            figure(used.wall),
            used.peak_bytes.map_or_else(|| NONE.to_owned(), megabytes),
            figure_or_none(used.cpu.map(|cpu| cpu / cells * 1e6)),
            figure_or_none(peak.map(|peak| peak / bytes)),
            figure_or_none(copied.and_then(|copied| Some(used.cpu? / copied))),
            figure_or_none(held.and_then(|held| Some(peak? / held as f64))),
        ];
        numbers.extend(rates.map(|of| scored.map_or_else(|| NONE.to_owned(), |scored| rate(of(scored)))));
        Ok(numbers)
    }
}

/// The name of the step of a copy.
const COPY: &str = "copy";

fn copied(copy: &Steps) -> Option<f64> {
    copy.find(COPY).map(|step| step.cpu)
}

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
    shown("Repair", "table", notes, rows)
}

/// Tables of other shapes.
pub(crate) fn other_shapes(rows: &[Row]) -> Measured {
    let notes = vec![
        "wide: half small categories, some of which determine others, half numbers. domain: the values of one column are \
         all different."
            .to_owned(),
    ];
    shown("Other shapes", "table", notes, rows)
}

fn shown(title: &str, what: &str, mut notes: Vec<String>, rows: &[Row]) -> Measured {
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
        "peak ÷ copy",
        "F1",
        "P",
        "R",
    ];
    let mut shown = Rows::new(&[what], &numbers);
    rows.iter().for_each(|row| shown.push(vec![row.what.clone()], row.numbers()));
    notes.push(
        "copy: Polars reads the file as texts and writes it again; the process with the least CPU seconds of several. Its \
         seconds are without the start of Python, its memory is of the whole process. F1, P, R: raw, against the truth."
            .to_owned(),
    );
    shown.measured(title.to_owned(), notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Step;

    fn row(rows: u64, cpu: f64) -> Row {
        let used = Used { cpu: Some(cpu), wall: cpu / 2.0, peak_bytes: Some(6_000_000) };
        let scored = Scored { precision: 1.0, recall: 0.5, f1: 0.6667 };
        let files = Files { rows, ..Files::sample(3_000_000) };
        let step = Step { name: COPY.into(), cpu: 0.5, wall: 0.5, answer: rows };
        let copy = Steps { peak_bytes: Some(12_000_000), steps: vec![step] };
        Row { what: "orders".into(), files, result: Ok((used, Some(scored))), copy: Some(Ok(copy)) }
    }

    fn lines(measured: &Measured) -> Vec<String> {
        measured.section.markdown().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_repair_is_set_against_the_copy() {
        let shown = lines(&by_rows(&[row(1_000_000, 2.0)]));
        let expected =
            "| orders | 1,000,000 | 2 | 3 | 2.00 | 1.00 | 6 | 1.00 | 2.00 | 4.00 | 0.500 | .667 | 1.000 | .500 |";
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
        let shown = lines(&other_shapes(&[Row { copy: None, ..row(10, 1.0) }]));
        assert!(shown.last().unwrap().contains("| – | – | .667 |"), "{shown:?}");
    }

    #[test]
    fn a_copy_that_failed_is_a_failure() {
        assert!(by_rows(&[Row { copy: Some(Err("no room".into())), ..row(10, 1.0) }]).failed);
        assert!(by_rows(&[Row { result: Err("no room".into()), ..row(10, 1.0) }]).failed);
    }
}
