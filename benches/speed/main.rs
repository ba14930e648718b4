//! `speed`: how fast files are read, rules are checked and tables are repaired, and in how much memory, beside other systems
//! on the same files.
//!
//! Tables are made from a seed. Seconds and bytes are of one machine; the ratios of one run are what can be compared.
//! `benches/README.md` says how to run it and how to read what it prints.

mod args;
mod checks;
mod figures;
mod growth;
mod job;
mod limits;
mod part;
mod peers;
mod reading;
mod repair;
mod steps;
mod tables;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use lustrate_benches::MadeWith;
use tempfile::TempDir;

use args::{Args, Part, Size};
use job::Jobs;
use part::Measured;
use peers::Peers;
use repair::{Repairs, Row, Scoring};
use tables::{Domain, Files, Made, Orders, Pairs, Wide, make};

/// The system of our own rows.
const OURS: &str = "lustrate";
/// What a system works on: the texts of a file.
const TEXTS: &str = "texts";
/// Or a code for each, and a dictionary.
const CODES: &str = "codes";

/// What all parts need.
pub(crate) struct Bench<'a> {
    jobs: &'a Jobs,
    /// `None` without other systems.
    peers: Option<&'a Peers>,
    processors: usize,
    repeat: u32,
    /// The limit of the part `memory`.
    limit: &'a str,
}

impl Bench<'_> {
    /// Tells how far it has come.
    fn say(&self, message: &str) {
        say(message);
    }

    /// The numbers of threads that are compared.
    fn threads(&self) -> Vec<usize> {
        (1..=self.processors.min(2)).collect()
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.job {
        Some(job) => do_job(job),
        None => run(&args),
    };
    done.unwrap_or_else(|message| {
        say(&message);
        ExitCode::from(2)
    })
}

/// The process of one job: its result is a line of JSON.
fn do_job(job: &str) -> Result<ExitCode, String> {
    print(&serde_json::to_string(&job::done(job)?).expect("a result is numbers and texts"))?;
    Ok(ExitCode::SUCCESS)
}

/// The process that starts all others.
fn run(args: &Args) -> Result<ExitCode, String> {
    let folder = TempDir::new().map_err(|error| format!("cannot make a folder for tables: {error}"))?;
    let jobs = Jobs::new()?;
    let program = jobs.command_line();
    if args.only.iter().any(|part| part.repairs()) && !program.is_file() {
        let profile = if cfg!(debug_assertions) { "" } else { " --release" };
        return Err(format!("there is no {}: make it with `cargo build{profile}`", program.display()));
    }
    let peers = if args.no_peers { Err("they were not asked for".to_owned()) } else { Peers::ready(&say) };
    let beside = match &peers {
        Ok(_) => format!("Beside {}.", peers::versions().join(", ")),
        Err(why) => format!("Without other systems: {why}."),
    };
    let made_with = MadeWith::this();
    let bench = Bench {
        jobs: &jobs,
        peers: peers.as_ref().ok(),
        processors: made_with.processors(),
        repeat: args.repeat,
        limit: &args.limit,
    };
    let made_with = format!("{} {beside}", made_with.sentence());
    print(&made_with)?;
    let mut parts = Vec::new();
    measure(args, &bench, Repairs::new(program, folder.path()), folder.path(), &mut |part| {
        // What is done is shown, whatever comes after.
        let shown = print(&format!("\n{}", part.section.text()));
        parts.push(part);
        shown
    })?;
    if let Some(path) = &args.markdown {
        fs::write(path, page(&made_with, &parts))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(if parts.iter().any(|part| part.failed) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The report as Markdown.
fn page(made_with: &str, parts: &[Measured]) -> String {
    let how = "Written by `speed`; [how to run it, and how to read this](README.md#running-speed).";
    let text: Vec<String> = parts.iter().map(|part| part.section.markdown()).collect();
    format!("# Speed and memory\n\n{how}\n{made_with}\n\n{}", text.join("\n"))
}

/// Measures all parts that are asked for, and hands each on. A part whose table cannot be made is one that failed.
///
/// # Errors
/// What the taker of the parts says.
fn measure(
    args: &Args,
    bench: &Bench<'_>,
    mut repairs: Repairs<'_>,
    temporary: &Path,
    take: &mut dyn FnMut(Measured) -> Result<(), String>,
) -> Result<(), String> {
    let kept = args.keep.as_deref().unwrap_or(temporary);
    let made = |table: &dyn Made| make(table, kept, &say);
    let orders = |size: Size| made(&Orders::new(size.rows, size.columns));
    let usual = args.usual();
    let row = |repairs: &mut Repairs<'_>, what: &str, files: Files| {
        let scoring = if files.rows > MOST_SCORED { Scoring::Left } else { Scoring::Scored };
        Row::of(bench, repairs, what, files, scoring)
    };
    for part in args.only.iter().copied() {
        let measured = match part {
            Part::Reading => orders(usual).map(|files| reading::measure(bench, &files)),
            Part::Checks => made(&Pairs::new(usual.rows)).map(|files| checks::measure(bench, &files)),
            Part::Repair => {
                // All tables first, so that a disk that is full is known before anything was measured.
                let files = args.sizes().into_iter().map(orders).collect::<Result<Vec<Files>, String>>();
                let rows =
                    |files: Vec<Files>| files.into_iter().map(|files| row(&mut repairs, "orders", files)).collect();
                files.map(rows).map(|rows: Vec<Row>| repair::by_rows(&rows))
            }
            Part::Threads => orders(usual).map(|files| limits::threads(bench, &mut repairs, &files)),
            Part::Memory => {
                let largest = *args.sizes().last().expect("there is a size");
                orders(largest).map(|files| limits::memory(bench, &mut repairs, &files))
            }
            Part::Wide => {
                let files = made(&Wide::new((usual.rows / 10).clamp(10, 100_000)));
                files.map(|files| repair::wide(&[row(&mut repairs, "wide", files)]))
            }
            Part::Domain => {
                let files = made(&Domain::new((usual.rows * 5).min(5_000_000)));
                files.map(|files| repair::domain(&[row(&mut repairs, "domain", files)]))
            }
        };
        take(measured.unwrap_or_else(|message| Measured::failure(part, message)))?;
    }
    Ok(())
}

/// The most rows of a repair that is scored: scoring holds three tables in memory.
const MOST_SCORED: u64 = 5_000_000;

fn say(message: &str) {
    // A notice that cannot be written is no reason to fail.
    let _ = writeln!(io::stderr(), "{message}");
}

fn print(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{}", text.trim_end()).map_err(|error| format!("cannot print: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::Rows;

    #[test]
    fn the_page_holds_all_parts() {
        let part = |part: Part| {
            let mut rows = Rows::new(&["system"], &["s"]);
            rows.push(vec![OURS.to_owned()], Ok(vec!["1.00".to_owned()]));
            rows.measured(part, Vec::new())
        };
        let page = page("Lustrate 1.", &[part(Part::Reading), part(Part::Repair)]);
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(headings, ["# Speed and memory", "## Reading", "## Repair"]);
        assert!(page.contains("\nLustrate 1.\n"));
    }
}
