//! What a run did, in ten lines at most.

use std::collections::BTreeSet;
use std::path::Path;

use lustrate::{Cause, Colour, Decision, Doubt, LabelsOutcome, Outcome, Repair, RuleOutcome};

use crate::lines::{labelled, tally, with_parts};
use crate::numbers::{counted, grouped, of_whole};
use crate::paint::{Role, paint};
use crate::repairs_file::rounded_down;
use crate::shell::{command, shell_word};
use crate::values::{cut, quoted_pair};
use crate::{Mode, Run, STANDARD_INPUT, STANDARD_OUTPUT};

/// Lines of the summary.
const MOST_LINES: usize = 10;
/// Repairs that are shown.
const MOST_EXAMPLES: usize = 3;
/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 30;
/// Characters of a reason that are shown.
const LONGEST_REASON: usize = 80;

/// What a run did: ten lines at most, each ended by a line end and led by a word that says what it is about.
///
/// The table, the rules, what was repaired by column, what waits for review and why, up to three examples, the files,
/// and what to do next.
pub fn summary(outcome: &Outcome, run: &Run, colour: Colour) -> String {
    let mut lines = vec![
        ("Table", table(outcome, run)),
        ("Rules", rules(outcome, run)),
        (if run.mode == Mode::Written { "Repaired" } else { "To repair" }, repaired(outcome)),
        ("To review", for_review(outcome)),
    ];
    let labels = outcome.labels.as_ref().filter(|labels| labels.rows > 0 || !labels.programs.is_empty());
    lines.extend(labels.map(|labels| ("Labels", labels_words(labels))));
    lines.extend(set_apart(outcome, run).map(|text| ("Set apart", text)));
    lines.extend(duplicates(outcome).map(|text| ("Twice", text)));
    lines.extend(checks(outcome).map(|text| ("Checks", text)));
    let room = MOST_LINES - 2 - lines.len();
    for (place, repair) in examples(outcome).into_iter().take(room).enumerate() {
        lines.push((if place == 0 { "Such as" } else { "" }, example(repair, run, colour)));
    }
    lines.push(files(run));
    lines.push(("Next", next(outcome, run)));
    labelled(&lines, colour)
}

fn table(outcome: &Outcome, run: &Run) -> String {
    let totals = &outcome.totals;
    let several = match run.files.len() as u64 {
        0 => String::new(),
        files => format!(" in {}", counted(files, "file")),
    };
    let [rows, columns, cells] = [(totals.rows, "row"), (totals.columns, "column"), (totals.cells, "cell")]
        .map(|(number, unit)| counted(number, unit));
    format!("{}: {rows}, {columns}, {cells}{several}", run.data)
}

/// Rules as people count them: a statement on one line that determines three columns is one rule.
fn rules(outcome: &Outcome, run: &Run) -> String {
    let (outcomes, left_out) = (&outcome.rules, outcome.totals.rules_left_out);
    let count = |counts: fn(&RuleOutcome) -> bool| {
        let rules = outcomes.iter().filter(|outcome| counts(outcome)).map(|outcome| (&outcome.file, outcome.line));
        rules.collect::<BTreeSet<_>>().len() as u64
    };
    let before: u64 = outcomes.iter().map(|outcome| outcome.broken_before).sum();
    let after: u64 = outcomes.iter().map(|outcome| outcome.broken_after).sum();
    let broken_before = count(|outcome| outcome.broken_before > 0);
    let broken_after = count(|outcome| outcome.broken_after > 0);
    let given = match count(|_| true) {
        0 if run.rules.is_empty() => {
            return "none given; repairs rest on what the columns say of each other".to_owned();
        }
        0 => return "those given are about columns and the table as a whole; no cell can break them".to_owned(),
        known if run.rules.is_empty() && !run.models.is_empty() => format!("{} of the model", grouped(known)),
        found if run.rules.is_empty() => format!("none given; {} discovered", grouped(found)),
        given if left_out > 0 => format!("{} used, {} left out for mistakes", grouped(given), grouped(left_out)),
        given => format!("{} given", grouped(given)),
    };
    let were = |rules: u64| format!("{} {} broken", grouped(rules), if rules == 1 { "was" } else { "were" });
    let still = |rules: u64| format!("{} still {}", grouped(rules), if rules == 1 { "is" } else { "are" });
    let needed = |changes: u64| format!("{} needed", counted(changes, "change"));
    match (broken_before, broken_after) {
        (0, 0) => format!("{given}; none is broken"),
        (_, 0) => format!("{given}; {} ({}), none is now", were(broken_before), needed(before)),
        _ => format!(
            "{given}; {} ({}), {} ({})",
            were(broken_before),
            needed(before),
            still(broken_after),
            needed(after)
        ),
    }
}

fn repaired(outcome: &Outcome) -> String {
    let total = of_whole(outcome.totals.applied, outcome.totals.cells, "cell");
    with_parts(total, outcome.applied().map(|repair| repair.column.as_str()), "column")
}

fn for_review(outcome: &Outcome) -> String {
    let total = of_whole(outcome.totals.for_review, outcome.totals.cells, "cell");
    with_parts(total, outcome.for_review().filter_map(|repair| repair.doubt).map(Doubt::words), "reason")
}

/// What people said of cells, and what it taught.
fn labels_words(labels: &LabelsOutcome) -> String {
    let said = [(labels.corrected, "corrected"), (labels.confirmed, "right"), (labels.unknown, "not known")];
    let said: Vec<String> = (said.iter().filter(|(cells, _)| *cells > 0))
        .map(|(cells, what)| format!("{} {what}", counted(*cells, "cell")))
        .collect();
    let cells: u64 = labels.programs.iter().map(|program| program.cells).sum();
    let taught = match labels.programs.len() as u64 {
        0 => String::new(),
        1 => format!("; they taught a way of writing for {}", counted(cells, "cell")),
        ways => format!("; they taught {} ways of writing for {}", grouped(ways), counted(cells, "cell")),
    };
    let said = if said.is_empty() { "none in these rows".to_owned() } else { said.join(", ") };
    format!("{}: {said}{taught}", counted(labels.rows, "row"))
}

/// The rows that are set apart, if there are any.
fn set_apart(outcome: &Outcome, run: &Run) -> Option<String> {
    let file = run.quarantine.as_deref()?;
    let total = of_whole(outcome.quarantine.len() as u64, outcome.totals.rows, "row");
    let duplicates = outcome.quarantine.iter().filter(|row| row.cause == Cause::Duplicate).count();
    let why = match duplicates {
        _ if outcome.quarantine.iter().any(|row| row.cause == Cause::Model) => "each with the reason",
        0 => "for hard rules that they cannot satisfy",
        all if all == outcome.quarantine.len() => "which are one thing with rows that stay",
        _ => "for hard rules that they cannot satisfy, or as one thing with rows that stay",
    };
    let rules = outcome.quarantine.iter().flat_map(|row| row.rules.iter().map(String::as_str));
    let none_stays = outcome.quarantine.len() as u64 == outcome.totals.rows;
    let left = if none_stays { "; no row is left" } else { "" };
    Some(with_parts(format!("{total} in {file}, {why}{left}"), rules, "rule"))
}

/// The rows that are one thing with others and stay, and those that are in no reference, if there are any.
fn duplicates(outcome: &Outcome) -> Option<String> {
    let there: Vec<_> = outcome.duplicates.iter().filter(|duplicates| !duplicates.things.is_empty()).collect();
    let surplus: u64 = there.iter().map(|duplicates| duplicates.surplus()).sum();
    let names: Vec<&str> = there.iter().map(|duplicates| duplicates.name.as_str()).collect();
    let total = of_whole(surplus, outcome.totals.rows, "row");
    let are = if surplus == 1 { "is" } else { "are" };
    (surplus > 0)
        .then(|| format!("{total} {are} there already (rule {}); `keep` says which row stays", names.join(", ")))
}

/// What does not hold of the table as a whole, if there are checks.
fn checks(outcome: &Outcome) -> Option<String> {
    let all = outcome.checks.len();
    let broken: Vec<_> = outcome.checks.iter().filter(|check| !check.holds).collect();
    let first = broken.first().map(|check| format!("; {}: {}", check.name, check.words()));
    let hold = all - broken.len();
    (all > 0).then(|| {
        format!(
            "{hold} of {} {}{}",
            counted(all as u64, "check"),
            if all == 1 { "holds" } else { "hold" },
            first.unwrap_or_default()
        )
    })
}

/// The surest repair of each of the columns with the most, one with a rule behind it before others; of what waits for
/// review where nothing was repaired.
pub(crate) fn examples(outcome: &Outcome) -> Vec<&Repair> {
    let decision = if outcome.totals.applied > 0 { Decision::Apply } else { Decision::Review };
    let all = || outcome.repairs.iter().filter(move |repair| repair.decision == decision);
    let surest = |column: &str| {
        let of_column = all().filter(|repair| repair.column == column);
        let sure = |repair: &Repair| (repair.rule.is_some(), repair.confidence);
        // Of equals the first, not the last as `max_by` would have it.
        of_column.reduce(|best, next| if sure(next) > sure(best) { next } else { best })
    };
    let columns = tally(all().map(|repair| repair.column.as_str()));
    columns.into_iter().take(MOST_EXAMPLES).filter_map(|(column, _)| surest(column)).collect()
}

pub(crate) fn example(repair: &Repair, run: &Run, colour: Colour) -> String {
    let (old, new) = quoted_pair(repair.old.as_deref(), repair.new.as_deref(), LONGEST_VALUE);
    let (old, new) = (paint(&old, Role::Wrong, colour), paint(&new, Role::Right, colour));
    let confidence = rounded_down(repair.confidence, 2);
    let what = format!("{}, {}: {old} -> {new} ({confidence})", run.row_name(repair.row), repair.column);
    let reason = repair.reason.to_string();
    let reason = reason.split("; ").next().unwrap_or_default();
    if reason.is_empty() {
        return what;
    }
    what + &paint(&format!("; {}", cut(reason, LONGEST_REASON)), Role::Aside, colour)
}

pub(crate) fn files(run: &Run) -> (&'static str, String) {
    let Run { cleaned, repairs, quarantine, .. } = run;
    match run.mode {
        Mode::Written => {
            let report = run.report.as_ref().map_or(String::new(), |report| format!("; {report} is the report"));
            let table = match repairs {
                Some(repairs) => {
                    let others = match (run.files.len() as u64).saturating_sub(1) {
                        0 => String::new(),
                        others => format!("; so for {}", counted(others, "more file")),
                    };
                    format!("{cleaned} and {repairs}, which says for each cell what, why and how sure{others}")
                }
                None => format!("{cleaned}; what was changed and why is kept in no file"),
            };
            let model = run.saved_model.as_ref().map_or(String::new(), |model| {
                format!("; {model} repairs the next file: {}", command(["repair", "NEXT", "--model", model]))
            });
            ("Written", table + &report + &model)
        }
        Mode::DryRun => {
            let others = [repairs.as_ref(), quarantine.as_ref()].into_iter().flatten();
            let files: Vec<&str> = std::iter::once(cleaned).chain(others).map(String::as_str).collect();
            let files = match files.split_last() {
                Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
                _ => cleaned.clone(),
            };
            let others = match (run.files.len() as u64).saturating_sub(1) {
                0 => String::new(),
                others => format!(", and so for {}", counted(others, "more file")),
            };
            ("Written", format!("nothing: this was a dry run of what goes to {files}{others}"))
        }
    }
}

/// What to do next, in a sentence without its full stop.
pub(crate) fn next(outcome: &Outcome, run: &Run) -> String {
    let totals = &outcome.totals;
    let still_broken = outcome.rules.iter().any(|rule| rule.broken_after > 0)
        || outcome.checks.iter().any(|check| !check.holds)
        || outcome.duplicates.iter().any(|duplicates| !duplicates.things.is_empty())
        || outcome.unknown.iter().any(|unknown| !unknown.rows.is_empty());
    let Run { data, cleaned, repairs, .. } = run;
    let were_discovered = run.rules.is_empty() && run.models.is_empty() && !outcome.rules.is_empty();
    if run.mode == Mode::DryRun && (totals.applied + totals.for_review > 0 || run.quarantine.is_some()) {
        return "run it again without `--dry-run` to write the files".to_owned();
    }
    let data = if data == STANDARD_INPUT { "-" } else { data };
    let Some(repairs) = repairs.as_ref().filter(|_| totals.applied + totals.for_review > 0) else {
        return match (totals.applied + totals.for_review, still_broken) {
            (1.., _) => "name a file with `--repairs`, which says for each cell what, why and how sure".to_owned(),
            (0, true) if were_discovered => shows_rules(run, data),
            (0, true) if run.mode == Mode::DryRun || cleaned == STANDARD_OUTPUT => {
                format!("{} with the same rules shows what breaks them", detect_read(run, data))
            }
            (0, true) => {
                format!("{} with the same rules shows what still breaks them", detect_cleaned(run))
            }
            (0, false) if run.rules.is_empty() => {
                "say what must hold with `--rules FILE`, in lines such as `fd zip -> city`".to_owned()
            }
            (0, false) => "nothing is left to do: no cell looks wrong".to_owned(),
        };
    };
    // Of several files the first stands for all in commands.
    let data = run.files.first().map_or(data, |file| file.data.as_str());
    let so_for_all = if run.files.is_empty() { "" } else { ", and so for each file" };
    match (totals.applied, totals.for_review) {
        (_, 1..) => {
            let cells = if totals.for_review == 1 { "cell" } else { "cells" };
            let place = if run.files.is_empty() { repairs } else { "the repairs files" };
            let look = format!(
                "mark `apply` what is right of the {} {cells} for review in {place}, then {}{so_for_all}",
                grouped(totals.for_review),
                command(["apply", repairs, data])
            );
            match still_broken && cleaned != STANDARD_OUTPUT {
                true if were_discovered => format!("{look}; {}", shows_rules(run, data)),
                true => {
                    let detect = detect_cleaned(run);
                    format!("{look}; {detect} with the same rules shows what still breaks them")
                }
                false => look,
            }
        }
        (_, 0) if still_broken && were_discovered => shows_rules(run, data),
        (_, 0) if cleaned == STANDARD_OUTPUT => format!("see what changed in {repairs}"),
        (_, 0) if still_broken => {
            format!("{} with the same rules shows what still breaks them", detect_cleaned(run))
        }
        (_, 0) if is_binary(data) || is_binary(cleaned) => format!("see what changed in {repairs}"),
        (_, 0) => {
            format!("see what changed: `diff {} {}`{so_for_all}", shell_word(data), shell_word(cleaned))
        }
    }
}

/// Files that a command names; of more it names none.
const MOST_FILES: usize = 5;

/// The command that shows what still breaks the rules.
fn detect_cleaned(run: &Run) -> String {
    match run.files.len() {
        0 => command(["detect", &run.cleaned]),
        1..=MOST_FILES => command(std::iter::once("detect").chain(run.files.iter().map(|file| file.cleaned.as_str()))),
        _ => format!("{} on the repaired files", command(["detect"])),
    }
}

/// The command that shows what breaks the rules in the table as it was read, by the name that commands have for it.
fn detect_read(run: &Run, data: &str) -> String {
    of_read("detect", run, data)
}

/// How the rules of a run without rules are seen.
fn shows_rules(run: &Run, data: &str) -> String {
    format!("{} shows the rules that it went by, as a file to edit", of_read("discover", run, data))
}

/// A command on the table as it was read.
fn of_read(verb: &str, run: &Run, data: &str) -> String {
    match run.files.len() {
        0 => command([verb, data]),
        1..=MOST_FILES => command(std::iter::once(verb).chain(run.files.iter().map(|file| file.data.as_str()))),
        _ => format!("{} on these files", command([verb])),
    }
}

/// Whether a file is of no use to `diff`.
fn is_binary(file: &str) -> bool {
    let extension = Path::new(file).extension().unwrap_or_default();
    ["gz", "ods", "parquet", "xls", "xlsx", "zst"].iter().any(|binary| extension.eq_ignore_ascii_case(binary))
}

#[cfg(test)]
mod tests;
