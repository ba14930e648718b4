//! Many runs over tables of random shape, rules and dirt: whatever they are, a run ends well and keeps what is promised.
//!
//! `LUSTRATE_SOAK=1000` says how many runs, `LUSTRATE_SOAK_FROM=1` with which seed they begin; without it there are a few. What
//! was counted is printed.

mod made;

use std::collections::HashMap;
use std::env;
use std::process::Output;

use rand::RngExt;
use rayon::prelude::*;

use self::made::{Made, WRONG, made, stream};
use crate::session::Session;

/// Runs without a word of the environment.
const FEW: u64 = 24;

/// What a table that was made so may be refused for: it has no row, or so many wrong cells that a rule compares texts.
const REFUSED: [&str; 2] = ["error[no-rows]", "error[order-of-text]"];

/// What is counted over all runs.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    runs: u64,
    refused: u64,
    cells: u64,
    applied: u64,
    set_apart: u64,
    /// Runs whose result was repaired once more, and cells that were then changed.
    again: u64,
    more: u64,
}

impl Counted {
    fn plus(self, other: Counted) -> Counted {
        Counted {
            runs: self.runs + other.runs,
            refused: self.refused + other.refused,
            cells: self.cells + other.cells,
            applied: self.applied + other.applied,
            set_apart: self.set_apart + other.set_apart,
            again: self.again + other.again,
            more: self.more + other.more,
        }
    }
}

/// A number that the environment says.
fn told(variable: &str, otherwise: u64) -> u64 {
    env::var(variable)
        .map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

#[test]
#[expect(clippy::print_stdout, reason = "what was counted is what a soak is run for")]
fn whatever_the_table_a_run_ends_well_and_keeps_what_is_promised() {
    let from = told("LUSTRATE_SOAK_FROM", 1);
    let seeds = from..from + told("LUSTRATE_SOAK", FEW);
    let counted = seeds.into_par_iter().map(soak).reduce(Counted::default, Counted::plus);
    println!("{counted:?}");
}

/// The fields of a file as they are written, line by line; the byte order mark is not one of them.
fn fields(bytes: &[u8], delimiter: u8) -> Vec<Vec<Vec<u8>>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut lines, mut line, mut field, mut quoted) = (Vec::new(), Vec::new(), Vec::new(), false);
    for &byte in bytes {
        match byte {
            b'"' if quoted || field.is_empty() || field[0] == b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
                continue;
            }
            _ if byte == delimiter && !quoted => {
                line.push(std::mem::take(&mut field));
                continue;
            }
            _ => {}
        }
        field.push(byte);
    }
    if !field.is_empty() || !line.is_empty() {
        line.push(field);
        lines.push(line);
    }
    lines.iter_mut().flat_map(|line| line.last_mut()).for_each(|last| {
        if last.last() == Some(&b'\r') {
            last.pop();
        }
    });
    lines
}

/// What a field says.
fn text(field: &[u8]) -> String {
    let text = String::from_utf8(field.to_vec()).expect("all is UTF-8");
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text,
    }
}

/// One run over the table of a seed, and all that is promised of it.
fn soak(seed: u64) -> Counted {
    let table = made(seed);
    let session = Session::with(&[("t.rules", &table.rules)]);
    session.write("t.csv", &table.csv);
    let with_rules = if table.rules.is_empty() { "" } else { " -r t.rules" };
    let choose = &mut stream(seed ^ u64::MAX);
    let apart = choose.random_bool(0.2);
    let options = format!(
        "{with_rules}{}{}",
        if apart { " --quarantine apart.csv" } else { "" },
        ["", " --apply-at 0.6", " --review-at 0.3", " --seed 9"][choose.random_range(0..4)],
    );
    let run = |line: &str| -> Output {
        let output = session.output(line);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "seed {seed}: {line}\n{said}\n{}", table.rules);
        assert!(!said.contains("panicked"), "seed {seed}: {line}\n{said}");
        output
    };
    let bytes = |name: &str| std::fs::read(session.path().join(name)).unwrap();
    let line = format!("repair t.csv{options} -o out.csv --repairs out.repairs.csv");
    let said = String::from_utf8(session.output(&line).stderr).unwrap();
    if REFUSED.iter().any(|refused| said.contains(refused)) {
        assert_eq!(session.names(), ["t.csv", "t.rules"], "seed {seed}: a refused table leaves nothing behind");
        return Counted { runs: 1, refused: 1, ..Counted::default() };
    }
    run(&format!("{line} --force"));
    assert_eq!(bytes("t.csv"), table.csv, "seed {seed}: the input was touched");
    let (before, after) = (fields(&table.csv, table.delimiter), fields(&bytes("out.csv"), table.delimiter));
    assert_eq!(before.len(), table.rows + 1, "seed {seed}: the test reads the file otherwise than it was made");
    let quarantine = if apart { "apart.csv" } else { "t.quarantine.csv" };
    let is_there = session.names().iter().any(|name| name == quarantine);
    let set_apart = if is_there { fields(&bytes(quarantine), table.delimiter).len() - 1 } else { 0 };
    assert_eq!(before.len(), after.len() + set_apart, "seed {seed}: rows are lost");
    let applied = applied(&session, "out.repairs.csv");
    if set_apart == 0 {
        only_listed_cells_differ(seed, &table, &before, &after, &applied);
    }
    run(&format!("repair t.csv{options} -o one.csv --repairs one.repairs.csv --threads 1 --force"));
    assert_eq!(bytes("one.csv"), bytes("out.csv"), "seed {seed}: other bytes on one thread");
    assert_eq!(bytes("one.repairs.csv"), bytes("out.repairs.csv"), "seed {seed}: other repairs on one thread");
    let mut counted = Counted {
        runs: 1,
        cells: (table.rows * table.names.len()) as u64,
        applied: applied.len() as u64,
        set_apart: set_apart as u64,
        ..Counted::default()
    };
    if set_apart == 0 {
        run("apply out.repairs.csv t.csv -o again.csv");
        assert_eq!(bytes("again.csv"), bytes("out.csv"), "seed {seed}: replayed otherwise");
        run("apply out.repairs.csv out.csv --undo -o back.csv");
        assert_eq!(bytes("back.csv"), table.csv, "seed {seed}: not taken back");
        breaks_no_rule_more_often(seed, &table, &run);
        run(&format!("repair out.csv{options} -o twice.csv --repairs twice.repairs.csv --force"));
        counted.again = 1;
        counted.more = self::applied(&session, "twice.repairs.csv").len() as u64;
        assert_eq!(counted.more, 0, "seed {seed}: a second run changes more than the {} cells", counted.applied);
    }
    counted
}

/// What was changed to what, by row and column.
fn applied(session: &Session, name: &str) -> HashMap<(usize, String), String> {
    let mut reader = csv::Reader::from_path(session.path().join(name)).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|field| field == name).unwrap();
    let [row, column, new, decision] = ["row", "column", "new", "decision"].map(place);
    let records = reader.records().map(Result::unwrap);
    let applied = records.filter(|record| &record[decision] == "apply");
    applied.map(|record| ((record[row].parse().unwrap(), record[column].to_owned()), record[new].to_owned())).collect()
}

fn only_listed_cells_differ(
    seed: u64,
    table: &Made,
    before: &[Vec<Vec<u8>>],
    after: &[Vec<Vec<u8>>],
    applied: &HashMap<(usize, String), String>,
) {
    for (row, (old, new)) in before.iter().zip(after).enumerate() {
        assert_eq!(old.len(), new.len(), "seed {seed}: row {row}");
        for (place, name) in table.names.iter().enumerate().take(old.len()) {
            match applied.get(&(row, name.clone())) {
                None => assert_eq!(old[place], new[place], "seed {seed}: row {row}, {name}"),
                Some(changed) => assert_eq!(&text(&new[place]), changed, "seed {seed}: row {row}, {name}"),
            }
        }
    }
}

/// How often each rule is broken, before and after.
fn breaks_no_rule_more_often(seed: u64, table: &Made, run: &dyn Fn(&str) -> Output) {
    if table.rules.is_empty() {
        return;
    }
    let broken = |name: &str| -> Vec<(String, u64)> {
        let output = run(&format!("detect {name} -r t.rules --format json"));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the findings are JSON");
        let rules = found["rules"].as_array().expect("there is a list of rules");
        let rule = |rule: &serde_json::Value| (rule["name"].to_string(), rule["broken"].as_u64().expect("a count"));
        rules.iter().map(rule).collect()
    };
    // No repair is withheld for a rule that the rows do not bear out.
    let kept = |rule: &(String, u64)| !rule.0.contains(WRONG);
    for (before, after) in broken("t.csv").into_iter().zip(broken("out.csv")).filter(|(before, _)| kept(before)) {
        assert!(after.0 == before.0 && after.1 <= before.1, "seed {seed}: {before:?}, then {after:?}\n{}", table.rules);
    }
}
