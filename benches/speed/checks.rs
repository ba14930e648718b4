//! How fast single rules are checked on a table in memory.

use std::path::Path;
use std::sync::Arc;

use lustrate::{Constraints, SourceText, Table, bind, parse, read_table};
use lustrate_benches::{NONE, told};
use lustrate_detect::{Budget, blame, count_violating_pairs, violating_rows};
use lustrate_report::grouped;
use lustrate_rules::ConstraintId;

use crate::args::Part;
use crate::figures::{figure, figure_or_none};
use crate::part::{Measured, Rows};
use crate::steps::Steps;
use crate::tables::{DEPENDENCY, Files, ORDER, TYPES};
use crate::{Bench, CODES, OURS, TEXTS};

/// What is asked of a rule.
struct Check {
    /// Its step, here and in the scripts of other systems; one that has no such step cannot do it.
    step: &'static str,
    title: &'static str,
    rule: &'static str,
    /// What our answer is, from a table, the rules and the one that is asked about.
    answer: fn(&Table, &Constraints, ConstraintId) -> u64,
}

const CHECKS: [Check; 5] = [
    Check {
        step: "dependency rows",
        title: "dependency: rows in violation",
        rule: DEPENDENCY,
        answer: |table, rules, id| violating_rows(table, rules, id, Budget::default()).answer.len() as u64,
    },
    Check {
        step: "dependency cells",
        title: "dependency: minority cells",
        rule: DEPENDENCY,
        answer: |table, rules, id| blame(table, rules, id, Budget::default()).answer.cells.len() as u64,
    },
    Check {
        step: "order rows",
        title: "order: rows in violation",
        rule: ORDER,
        answer: |table, rules, id| violating_rows(table, rules, id, Budget::default()).answer.len() as u64,
    },
    Check {
        step: "order pairs",
        title: "order: pairs in violation",
        rule: ORDER,
        answer: |table, rules, id| {
            count_violating_pairs(table, rules, id, Budget::default()).answer.unwrap_or_default()
        },
    },
    Check {
        step: "order changes",
        title: "order: fewest rows to change",
        rule: ORDER,
        answer: |table, rules, id| blame(table, rules, id, Budget::default()).answer.changes,
    },
];

/// Other systems: what they are called, their script, and what they work on.
const PEERS: [(&str, &str, &str); 6] = [
    ("Polars", "check_polars.py", CODES),
    ("DuckDB", "check_duckdb.py", CODES),
    ("pandas", "check_pandas.py", CODES),
    ("Polars, texts", "check_polars.py", TEXTS),
    ("DuckDB, texts", "check_duckdb.py", TEXTS),
    ("pandas, texts", "check_pandas.py", TEXTS),
];

/// The process that checks.
///
/// # Errors
/// A table that cannot be read.
pub(crate) fn ours(file: &Path, repeat: u32) -> Result<Steps, String> {
    let table = read_table(file).map_err(told)?;
    let mut steps = Steps::default();
    for check in &CHECKS {
        let text = [TYPES, check.rule].concat();
        let parsed = parse(&Arc::new(SourceText::new("check.rules", text)));
        let constraints = bind(&parsed.rules, table.schema());
        let constraints = constraints.map_err(|_| "the rules are of another table".to_owned())?;
        let rule =
            constraints.iter().map(|(id, _)| id).last().ok_or("there is no rule behind the types of its columns")?;
        steps.time(check.step, repeat, || Ok((check.answer)(&table, &constraints, rule)))?;
    }
    Ok(steps)
}

/// Checks in all systems, on one thread.
pub(crate) fn measure(bench: &Bench<'_>, files: &Files) -> Measured {
    bench.say(&format!("checks: {OURS}"));
    let mut systems = vec![(OURS, bench.jobs.check(&files.dirty, bench.repeat))];
    let repeat = bench.repeat.to_string();
    for (system, script, form) in PEERS {
        let Some(peers) = bench.peers else { continue };
        bench.say(&format!("checks: {system}"));
        systems.push((system, peers.run(script, &[form.as_ref(), files.dirty.as_os_str(), repeat.as_ref()], 1)));
    }
    shown(files, &systems)
}

fn shown(files: &Files, systems: &[(&str, Result<Steps, String>)]) -> Measured {
    let mut columns: Vec<&str> = systems.iter().map(|(system, _)| *system).collect();
    columns.extend(["ours ÷ best other", "found"]);
    let mut rows = Rows::new(&["check"], &columns);
    for check in &CHECKS {
        rows.push(vec![check.title.to_owned()], numbers(check, files.rows, systems));
    }
    for (system, result) in systems {
        if let Err(message) = result {
            rows.push(vec![(*system).to_owned()], Err(message.clone()));
        }
    }
    let notes = vec![
        format!(
            "Million rows per CPU second, of a table of {} in memory, on one thread; the least seconds of several runs.",
            files.size()
        ),
        "dependency: `postal_code -> city`. order: two rows of one region of which one has more pieces and the lesser \
         discount. All systems must find the same number. – stands where a system has no way but to compare all pairs."
            .to_owned(),
        "Texts are codes before the clock starts, as ours are, but in the columns *texts*, where they are as they were read."
            .to_owned(),
        "Ours are the functions that answer one question on one rule; `detect` answers all of all rules.".to_owned(),
    ];
    rows.measured(Part::Checks, notes)
}

/// The speeds of the systems, how much faster we are than the fastest other, and the answer.
fn numbers(check: &Check, rows: u64, systems: &[(&str, Result<Steps, String>)]) -> Result<Vec<String>, String> {
    let steps =
        systems.iter().map(|(system, result)| (*system, result.as_ref().ok().and_then(|of| of.find(check.step))));
    let steps: Vec<_> = steps.collect();
    let answers: Vec<_> = steps.iter().filter_map(|(system, step)| Some((*system, step.as_ref()?.answer))).collect();
    if answers.iter().any(|(_, answer)| *answer != answers[0].1) {
        let each: Vec<String> = answers.iter().map(|(system, answer)| format!("{system} {answer}")).collect();
        return Err(format!("systems find different numbers: {}", each.join(", ")));
    }
    let speed = |cpu: f64| rows as f64 / 1e6 / cpu;
    let speeds: Vec<(&str, Option<f64>)> =
        steps.iter().map(|(system, step)| (*system, step.map(|step| speed(step.cpu)))).collect();
    let ours = speeds.iter().find(|(system, _)| *system == OURS).and_then(|(_, speed)| *speed);
    let others = speeds.iter().filter(|(system, _)| *system != OURS).filter_map(|(_, speed)| *speed);
    let ratio = others.reduce(f64::max).and_then(|best| Some(ours? / best));
    let mut numbers: Vec<String> = speeds.iter().map(|(_, speed)| figure_or_none(*speed)).collect();
    numbers.push(ratio.map_or_else(|| NONE.to_owned(), figure));
    numbers.push(answers.first().map_or_else(|| NONE.to_owned(), |(_, answer)| grouped(*answer)));
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::steps::Step;
    use crate::tables::{Pairs, make};

    fn steps(answer: u64, cpu: f64) -> Result<Steps, String> {
        let step = |check: &Check| Step { name: check.step.to_owned(), cpu, wall: cpu, answer };
        Ok(Steps { peak_bytes: None, steps: CHECKS.iter().map(step).collect() })
    }

    #[test]
    fn speeds_are_set_against_the_fastest_other() {
        let systems = [(OURS, steps(7, 0.5)), ("Polars", steps(7, 2.0)), ("pandas", steps(7, 1.0))];
        assert_eq!(numbers(&CHECKS[0], 1_000_000, &systems).unwrap(), ["2.00", "0.500", "1.00", "2.00", "7"]);
        let mut lacking = systems.clone();
        lacking[1].1.as_mut().unwrap().steps.remove(0);
        lacking[2].1 = Err("not there".into());
        assert_eq!(numbers(&CHECKS[0], 1_000_000, &lacking).unwrap(), ["2.00", "–", "–", "–", "7"]);
        assert!(shown(&Files::sample(1), &lacking).failed);
    }

    #[test]
    fn systems_that_disagree_are_a_failure() {
        let systems = [(OURS, steps(7, 0.5)), ("Polars", steps(8, 2.0))];
        let message = numbers(&CHECKS[0], 1_000_000, &systems).unwrap_err();
        assert_eq!(message, "systems find different numbers: lustrate 7, Polars 8");
    }

    #[cfg(unix)]
    #[test]
    fn every_check_finds_what_was_planted() {
        let folder = TempDir::new().unwrap();
        let files = make(&Pairs::new(20_000), folder.path(), &|_| ()).unwrap();
        let steps = ours(&files.dirty, 1).unwrap();
        let answer = |name: &str| steps.find(name).unwrap().answer;
        assert!(CHECKS.iter().all(|check| answer(check.step) > 0), "{steps:?}");
        assert!(answer("dependency cells") < answer("dependency rows"));
        assert!(answer("order changes") < answer("order rows"));
    }
}
