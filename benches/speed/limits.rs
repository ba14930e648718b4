//! The same repair under other conditions: fewer threads, less memory. What is written must be the same.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use lustrate_benches::{NONE, megabytes};

use crate::Bench;
use crate::args::Part;
use crate::figures::{figure, figure_or_none};
use crate::part::{Measured, Rows};
use crate::repair::{Repaired, Repairs};
use crate::tables::Files;

/// A repair under some conditions.
struct Row {
    conditions: String,
    result: Result<Repaired, String>,
    /// Whether it wrote what the first wrote; `None` of the first.
    same: Option<Result<bool, String>>,
}

/// On one thread, and on two.
pub(crate) fn threads(bench: &Bench<'_>, repairs: &mut Repairs<'_>, files: &Files) -> Measured {
    let conditions = bench.threads().into_iter().map(|threads| {
        let threads = threads.to_string();
        (threads.clone(), vec!["--threads".to_owned(), threads])
    });
    let rows = rows(bench, repairs, files, conditions.collect());
    shown(Part::Threads, "threads", files, &rows, Vec::new())
}

/// Without a limit, and with one.
pub(crate) fn memory(bench: &Bench<'_>, repairs: &mut Repairs<'_>, files: &Files) -> Measured {
    let mut conditions = vec![("none".to_owned(), Vec::new())];
    let mut notes = Vec::new();
    if has_memory(repairs.program()) {
        conditions.push((bench.limit.to_owned(), vec!["--memory".to_owned(), bench.limit.to_owned()]));
    } else {
        notes.push("`lustrate repair` of this build has no option `--memory`.".to_owned());
    }
    let rows = rows(bench, repairs, files, conditions);
    shown(Part::Memory, "limit", files, &rows, notes)
}

/// Whether the program can be told how much memory to take.
fn has_memory(program: &Path) -> bool {
    let output = Command::new(program).args(["repair", "--help"]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("--memory"))
}

fn rows(
    bench: &Bench<'_>,
    repairs: &mut Repairs<'_>,
    files: &Files,
    conditions: Vec<(String, Vec<String>)>,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (conditions, options) in conditions {
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let result = repairs.run(bench, files, &options);
        let same = rows.first().map(|first| same(first.result.as_ref(), result.as_ref()));
        rows.push(Row { conditions, result, same });
    }
    rows
}

/// Whether two repairs wrote the same tables and the same lists, to the byte.
fn same(first: Result<&Repaired, &String>, other: Result<&Repaired, &String>) -> Result<bool, String> {
    let (first, other) = (first.map_err(Clone::clone)?, other.map_err(Clone::clone)?);
    let equal = |a: &Path, b: &Path| {
        equal(a, b).map_err(|error| format!("cannot compare {} with {}: {error}", a.display(), b.display()))
    };
    Ok(equal(&first.table, &other.table)? && equal(&first.repairs, &other.repairs)?)
}

fn equal(a: &Path, b: &Path) -> io::Result<bool> {
    let (mut a, mut b) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
    loop {
        let (of_a, of_b) = (a.fill_buf()?, b.fill_buf()?);
        let length = of_a.len().min(of_b.len());
        if length == 0 {
            return Ok(of_a.len() == of_b.len());
        }
        if of_a[..length] != of_b[..length] {
            return Ok(false);
        }
        a.consume(length);
        b.consume(length);
    }
}

fn shown(part: Part, conditions: &str, files: &Files, rows: &[Row], notes: Vec<String>) -> Measured {
    let numbers = ["CPU s", "s", "peak MB", "CPU ÷ first", "s ÷ first", "peak ÷ first", "same bytes"];
    let mut shown = Rows::new(&[conditions], &numbers);
    let first = rows.first().and_then(|row| row.result.as_ref().ok()).map(|repaired| repaired.used);
    for row in rows {
        let numbers = row.result.as_ref().map_err(Clone::clone).and_then(|repaired| {
            let used = repaired.used;
            let same = match row.same.clone().transpose()? {
                None => NONE,
                Some(true) => "yes",
                Some(false) => return Err("other bytes were written than in the first row".to_owned()),
            };
            let peak = |used: lustrate_benches::Used| used.peak_bytes.map(|bytes| bytes as f64);
            Ok(vec![
                figure_or_none(used.cpu),
                figure(used.wall),
                used.peak_bytes.map_or_else(|| NONE.to_owned(), megabytes),
                figure_or_none(first.and_then(|first| Some(used.cpu? / first.cpu?))),
                figure_or_none(first.map(|first| used.wall / first.wall)),
                figure_or_none(first.and_then(|first| Some(peak(used)? / peak(first)?))),
                same.to_owned(),
            ])
        });
        shown.push(vec![row.conditions.clone()], numbers);
    }
    let mut all = vec![format!("The repair of the main table, {}. What is written must be the same.", files.size())];
    all.extend(notes);
    shown.measured(part, all)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use lustrate_benches::Used;
    use tempfile::TempDir;

    use super::*;

    fn row(wall: f64, same: Option<Result<bool, String>>) -> Row {
        let used = Used { cpu: Some(2.0), wall, peak_bytes: Some(5_000_000) };
        let repaired = Repaired { used, table: "t.csv".into(), repairs: "r.csv".into() };
        Row { conditions: "2".into(), result: Ok(repaired), same }
    }

    #[test]
    fn a_run_is_set_against_the_first() {
        let rows = [row(2.0, None), row(1.0, Some(Ok(true)))];
        let markdown = shown(Part::Threads, "threads", &Files::sample(1), &rows, Vec::new()).section.markdown();
        assert_eq!(markdown.lines().last(), Some("| 2 | 2.00 | 1.00 | 5 | 1.00 | 0.500 | 1.00 | yes |"));
    }

    #[test]
    fn other_bytes_are_a_failure() {
        let rows = [row(2.0, None), row(1.0, Some(Ok(false)))];
        assert!(shown(Part::Threads, "threads", &Files::sample(1), &rows, Vec::new()).failed);
    }

    #[test]
    fn files_are_equal_to_the_last_byte() {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let long = vec![b'x'; 100_000];
        let (a, b, c) = (write("a", &long), write("b", &long), write("c", &long[1..]));
        let mut other = long.clone();
        other[99_999] = b'y';
        let d = write("d", &other);
        let same = |a: &Path, b: &Path| equal(a, b).unwrap();
        assert!(same(&a, &b) && !same(&a, &c) && !same(&c, &a) && !same(&a, &d));
        assert!(equal(&a, &folder.path().join("e")).is_err());
    }
}
