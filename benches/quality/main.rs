//! `quality`: how well tables are repaired, beside what other systems made of the same tables.
//!
//! Real tables with truth and tables made from a seed are repaired with the default settings, each in a process of its
//! own, and scored. `benches/README.md` says how to run it and how to read what it prints.

mod args;
mod calibration;
mod child;
mod datasets;
mod generated;
mod job;
mod measured;
mod plan;
mod process;
mod report;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use clap::Parser;
use tempfile::TempDir;

use args::Args;
use job::Job;
use plan::Plan;
use process::Processes;
use report::Report;

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
    let result = child::measure(&Job::from_argument(job)?);
    print(&serde_json::to_string(&result).expect("a result is numbers and texts"))?;
    Ok(ExitCode::SUCCESS)
}

/// The process that starts all others.
fn run(args: &Args) -> Result<ExitCode, String> {
    let folder = TempDir::new().map_err(|error| format!("cannot make a folder for generated tables: {error}"))?;
    let plan = plan(args, folder.path())?;
    let program = env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let mut processes = Processes::new(&program, plan.jobs(args.ablation), &say);
    let report = Report::made(&plan, args.ablation, &mut processes);
    print(&report.text())?;
    let files = [(&args.markdown, report.markdown()), (&args.json, report.json())];
    for (path, text) in files.into_iter().filter_map(|(path, text)| Some((path.as_ref()?, text))) {
        fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(if report.has_failure() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The data sets that are there and the tables that are made, without those that were not asked for.
fn plan(args: &Args, folder: &Path) -> Result<Plan, String> {
    let datasets = args.datasets(env::var_os("LUSTRATE_DATASETS"));
    let mut plan = Plan::default();
    match datasets::find(&datasets, &args.peers(&datasets), &args.only) {
        Ok(found) => {
            found.left_out.iter().for_each(|note| say(note));
            plan.subjects.extend(found.subjects);
        }
        Err(message) => say(&format!("no data sets, generated tables only: {message}")),
    }
    if !args.no_generated {
        plan.subjects.extend(generated::make(folder, args.rows as usize, args.seeds, &args.only));
    }
    if let Some(unknown) = args.only.iter().find(|name| plan.subjects.iter().all(|subject| subject.group != **name)) {
        return Err(format!("nothing is called `{unknown}`: name data sets, or shapes of generated tables"));
    }
    if !args.no_clean {
        plan.take_truths();
    }
    Ok(plan)
}

fn say(message: &str) {
    // A notice that cannot be written is no reason to fail.
    let _ = writeln!(io::stderr(), "{message}");
}

fn print(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{}", text.trim_end()).map_err(|error| format!("cannot print: {error}"))
}
