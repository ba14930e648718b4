//! How fast a file becomes codes, or texts in memory.

use lustrate_benches::{NONE, megabytes};
use lustrate_report::counted;

use crate::args::Part;
use crate::figures::{figure, figure_or_none};
use crate::job::READ;
use crate::part::{Measured, Rows};
use crate::steps::{Step, Steps};
use crate::tables::Files;
use crate::{Bench, CODES, OURS, TEXTS};

/// A way to read a file.
#[derive(Clone, Copy)]
struct Reader {
    system: &'static str,
    script: &'static str,
    /// What is in memory then.
    gives: &'static str,
    /// The most threads that it can take.
    threads: usize,
}

const READERS: [Reader; 5] = [
    Reader { system: "Polars", script: "read_polars.py", gives: TEXTS, threads: usize::MAX },
    Reader { system: "Polars", script: "read_polars.py", gives: CODES, threads: usize::MAX },
    Reader { system: "DuckDB", script: "read_duckdb.py", gives: TEXTS, threads: usize::MAX },
    Reader { system: "pandas", script: "read_pandas.py", gives: TEXTS, threads: 1 },
    Reader { system: "pandas", script: "read_pandas.py", gives: CODES, threads: 1 },
];

/// One reader on so many threads.
struct Row {
    system: &'static str,
    gives: &'static str,
    threads: usize,
    result: Result<Steps, String>,
}

/// Reads the file in all ways, on one thread and on two.
pub(crate) fn measure(bench: &Bench<'_>, files: &Files) -> Measured {
    let mut rows = Vec::new();
    for threads in bench.threads() {
        bench.say(&format!("reading: {OURS} on {}", counted(threads as u64, "thread")));
        let result = Steps::least(bench.repeat, READ, files.rows, || bench.jobs.read(&files.dirty, threads));
        rows.push(Row { system: OURS, gives: CODES, threads, result });
        let Some(peers) = bench.peers else { continue };
        for reader in READERS.iter().filter(|reader| threads <= reader.threads) {
            let Reader { system, gives, .. } = *reader;
            bench.say(&format!("reading: {system} to {gives} on {}", counted(threads as u64, "thread")));
            let number = threads.to_string();
            let arguments = [gives.as_ref(), files.dirty.as_os_str(), number.as_ref()];
            let result = Steps::least(bench.repeat, READ, files.rows, || peers.run(reader.script, &arguments, threads));
            rows.push(Row { system, gives, threads, result });
        }
    }
    shown(files, &rows)
}

fn seconds(steps: &Steps) -> Option<f64> {
    steps.find(READ).map(|step| step.cpu)
}

fn shown(files: &Files, rows: &[Row]) -> Measured {
    let numbers = ["threads", "CPU s", "s", "MB / CPU s", "peak MB", "peak ÷ file", "CPU ÷ ours"];
    let mut shown = Rows::new(&["system", "gives"], &numbers);
    let bytes = files.bytes as f64;
    for row in rows {
        let ours = rows.iter().find(|other| other.system == OURS && other.threads == row.threads);
        let ours = ours.and_then(|row| row.result.as_ref().ok()).and_then(seconds);
        let numbers = row.result.as_ref().map_err(Clone::clone).and_then(|steps| {
            let step: &Step = steps.find(READ).ok_or("nothing was read")?;
            Ok(vec![
                row.threads.to_string(),
                figure(step.cpu),
                figure(step.wall),
                figure(bytes / 1e6 / step.cpu),
                steps.peak_bytes.map_or_else(|| NONE.to_owned(), megabytes),
                figure_or_none(steps.peak_bytes.map(|peak| peak as f64 / bytes)),
                figure_or_none(ours.map(|ours| step.cpu / ours)),
            ])
        });
        shown.push(vec![row.system.to_owned(), row.gives.to_owned()], numbers);
    }
    let notes = vec![
        format!("The main table, {}, from the file to memory; the least seconds of several processes.", files.size()),
        "gives: what is in memory then: texts, or codes with a dictionary of each column. peak: the whole process. \
         CPU ÷ ours: above 1, we take less, on as many threads."
            .to_owned(),
    ];
    shown.measured(Part::Reading, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(system: &'static str, threads: usize, cpu: f64) -> Row {
        let step = Step { name: READ.into(), cpu, wall: cpu, answer: 10 };
        let steps = Steps { peak_bytes: Some(6_000_000), steps: vec![step] };
        Row { system, gives: TEXTS, threads, result: Ok(steps) }
    }

    #[test]
    fn systems_are_compared_on_as_many_threads() {
        let files = Files::sample(3_000_000);
        let rows = [row(OURS, 1, 2.0), row("Polars", 1, 3.0), row(OURS, 2, 4.0), row("Polars", 2, 3.0)];
        let markdown = shown(&files, &rows).section.markdown();
        let lines: Vec<&str> = markdown.lines().skip_while(|line| !line.starts_with("| lustrate")).collect();
        assert_eq!(lines[0], "| lustrate | texts | 1 | 2.00 | 2.00 | 1.50 | 6 | 2.00 | 1.00 |");
        assert_eq!(lines[1], "| Polars | texts | 1 | 3.00 | 3.00 | 1.00 | 6 | 2.00 | 1.50 |");
        assert!(lines[3].ends_with("| 0.750 |"), "{}", lines[3]);
    }
}
