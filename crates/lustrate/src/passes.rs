//! Repairing until nothing more is found. What one pass puts right lets the next see more: a key that is right now makes its
//! group surer. A run ends with a pass that changes nothing, so that repairing a repaired table changes nothing either.
//!
//! Each pass is what a run of its own over the repaired table would be: it looks for rules, conventions and sources anew.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use lustrate_detect::detect;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_normalise::normalise;
use lustrate_repair::Decision;
use lustrate_rules::{ColumnRole, ConstraintId};
use lustrate_table::{CellId, RowId, Table};

use crate::Error;
use crate::Settings;
use crate::model_aware::too_much;
use crate::naming::rule_outcomes;
use crate::notes::{RULE_NOT_BORNE_OUT, UNUSED_RULE};
use crate::outcome::{Doubt, Outcome, Repair, RuleOutcome};
use crate::repair::told;
use crate::repair_with_model::{Basis, Keep};
use crate::rule_strength::RuleStrength;
use crate::run::{Memory, Progress, Run, Settled, with_origin_of};

/// The passes that a run makes at most.
const MOST: u32 = 8;

/// The cells of a table up to which more than one is made unasked. Each takes as long as the first, and up to there all of them
/// are a matter of seconds.
const CELLS: usize = 250_000;

/// What is wanted of the passes of a run.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'w> {
    pub(crate) basis: Basis<'w>,
    pub(crate) settings: &'w Settings,
    /// Cells of which something is believed however sure they are.
    pub(crate) cells: &'w BTreeSet<CellId>,
    /// Rules of which the same holds for the cells that they blame; of the first pass alone.
    pub(crate) blamed_by: &'w [ConstraintId],
    pub(crate) memory: Memory,
    /// Whether what the first pass learns is kept: what is repaired alone teaches nothing new.
    pub(crate) keep: Keep,
}

/// A pass, once all of them are made.
pub(crate) struct Pass<'p> {
    pub(crate) table: &'p Table,
    pub(crate) run: &'p Run<'p>,
    pub(crate) settled: &'p mut Settled,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
}

impl Pass<'_> {
    /// Whether it changed a cell.
    pub(crate) fn changed(&self, cell: CellId) -> bool {
        let repairs = &self.settled.repairs.items;
        let found = repairs.binary_search_by_key(&cell, |repair| repair.cell);
        found.is_ok_and(|place| repairs[place].decision == Decision::Apply)
    }
}

/// Makes the passes over a table, the first of which is `run`, and gives what they came to together. Then each is looked at, from
/// the last to the first.
///
/// # Errors
/// Those of a run.
pub(crate) fn go_over(
    table: &Table,
    run: &Run<'_>,
    wanted: Wanted<'_>,
    look: &mut dyn FnMut(Pass<'_>, &Outcome),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    let most = match wanted.settings.most_passes() {
        Some(most) => most.max(1),
        None if table.cells() <= CELLS => MOST,
        None => 1,
    };
    Passes { wanted, most, progress }.from(table, run, None, 1, look)
}

/// How one pass comes after the other.
struct Passes<'w> {
    wanted: Wanted<'w>,
    most: u32,
    progress: &'w (dyn Fn(Progress) + Sync),
}

impl Passes<'_> {
    fn from(
        &self,
        table: &Table,
        run: &Run<'_>,
        earlier: Option<Outcome>,
        number: u32,
        look: &mut dyn FnMut(Pass<'_>, &Outcome),
    ) -> Result<Outcome, Error> {
        let Wanted { basis, settings, cells, blamed_by, memory, keep } = self.wanted;
        let is_first = number == 1;
        let (keep, blamed_by) = if is_first { (keep, blamed_by) } else { (Keep::Nothing, &[][..]) };
        let mut settled = run.settle_keeping(cells, blamed_by, (memory, keep), self.progress);
        let outcome = match memory {
            Memory::All => told(table, run, &settled, Cow::Borrowed(&settled.repairs)),
            Memory::Reasons => {
                let repairs = mem::take(&mut settled.repairs);
                told(table, run, &settled, Cow::Owned(repairs))
            }
        };
        let changed = outcome.totals.applied > 0;
        let mut all = match earlier {
            Some(earlier) => earlier.followed_by(outcome),
            None => outcome,
        };
        let goes_on = changed && number < self.most && settled.cut_short.is_nothing();
        let is_last = !(goes_on && run.has_time_for_more());
        if memory == Memory::Reasons {
            settled.forget_tables();
        }
        if !is_last {
            let repaired = all.table.clone();
            let rows_of_model;
            let next = match basis {
                Basis::Rules(rules) => Run::new(&repaired, rules, settings)?,
                Basis::Model(saved) => {
                    rows_of_model = with_origin_of(saved.followed_by(&repaired)?, &repaired);
                    Run::after((&rows_of_model, &repaired), saved.rules(), settings, saved)?
                }
            };
            all = self.from(&repaired, &next.begun_with(run), Some(all), number + 1, look)?;
        } else if goes_on {
            all.notes.push(no_time_for_more(number));
        }
        if is_first {
            if !is_last {
                count_what_breaks(&mut all, table, &settled);
            }
            let protected = settled.constraints.columns().of_role(ColumnRole::Protected);
            let protected: Vec<String> = protected.map(|id| table.schema().name(id).to_owned()).collect();
            all.shift = too_much(&all, &protected);
            all.notes.extend(all.shift.warning());
        }
        look(Pass { table, run, settled: &mut settled, is_first, is_last }, &all);
        Ok(all)
    }
}

fn no_time_for_more(passes: u32) -> Diagnostic {
    let times = if passes == 1 { "once".to_owned() } else { format!("{passes} times") };
    let title = format!("there was time to go over the table {times}: once more may find more");
    Diagnostic::warning("left-out-for-time", title).help("repair the result once more, or allow more time")
}

/// Counts what the rules of the first pass say of what came of all of them.
fn count_what_breaks(all: &mut Outcome, table: &Table, settled: &Settled) {
    let constraints = &settled.constraints;
    let apart: BTreeSet<u64> = all.quarantine.iter().map(|row| row.row).collect();
    let staying: Vec<RowId> = table.row_ids().filter(|row| !apart.contains(&row.number())).collect();
    let view = normalise(&all.table, constraints).with_formats(&all.table, &settled.formats);
    let after = match apart.is_empty() {
        true => detect(&view.table, constraints),
        false => detect(&view.table.select(&staying), constraints),
    };
    let counted = rule_outcomes(table.schema(), constraints, &settled.before, &after, &settled.lessons.rules);
    for (rule, counted) in all.rules.iter_mut().zip(counted) {
        (rule.broken_after, rule.rows_after) = (counted.broken_after, counted.rows_after);
    }
}

impl Outcome {
    /// What came of it and of a pass over its table together: each cell as it was read at first and as it reads now. What was shown
    /// for review stays so: the pass that found it may have put right what spoke for it. What only a later pass doubts speaks of
    /// a table that nobody wrote.
    fn followed_by(self, next: Outcome) -> Outcome {
        let Outcome { original, totals, repairs, rules, dependencies, labels, notes, .. } = self;
        let place = |repair: &Repair| {
            let attribute = original.schema().find(&repair.column).expect("a repair is of a column of the table");
            CellId { row: RowId((repair.row - 1) as u32), attribute }
        };
        let apart: BTreeSet<u64> = next.quarantine.iter().map(|row| row.row).collect();
        let is_of_apart = |repair: &Repair| repair.doubt == Some(Doubt::SetApart);
        let stands = |repair: &Repair| !is_of_apart(repair) || apart.contains(&repair.row);
        let mut all: BTreeMap<CellId, Repair> =
            repairs.into_iter().filter(stands).map(|repair| (place(&repair), repair)).collect();
        for repair in next.repairs {
            let cell = place(&repair);
            let is_applied = repair.decision == Decision::Apply;
            match all.remove(&cell) {
                Some(earlier) if !is_applied => all.insert(cell, earlier),
                Some(earlier) if earlier.decision == Decision::Review => all.insert(cell, repair),
                // It reads as it did at first.
                Some(earlier) if earlier.old == repair.new => None,
                Some(earlier) => all.insert(cell, Repair { old: earlier.old, kind: earlier.kind, ..repair }),
                None if is_applied || is_of_apart(&repair) => all.insert(cell, repair),
                None => None,
            };
        }
        let mut both = Outcome {
            original,
            totals: crate::Totals { rules_left_out: totals.rules_left_out, ..next.totals },
            repairs: all.into_values().collect(),
            rules: with_use(rules, &next.rules),
            dependencies,
            labels,
            notes: with_new(notes, next.notes),
            quarantine: Vec::new(),
            ..next
        };
        both.set_apart_too(next.quarantine);
        both
    }
}

/// Rules with what was learned of them, where that is too little for them to be used what a later pass learned.
fn with_use(mut rules: Vec<RuleOutcome>, later: &[RuleOutcome]) -> Vec<RuleOutcome> {
    let is_unused = |rule: &RuleOutcome| matches!(rule.strength, RuleStrength::NotUsed { .. });
    let place = |rule: &RuleOutcome| (rule.name.clone(), rule.file.clone(), rule.line, rule.determines.clone());
    for rule in rules.iter_mut().filter(|rule| is_unused(rule)) {
        let used = later.iter().find(|later| !is_unused(later) && place(later) == place(rule));
        if let Some(used) = used {
            (rule.support, rule.strength) = (used.support, used.strength);
        }
    }
    rules
}

/// Notes, and those of a later pass of which none is told yet. That a rule is not used the last pass says.
fn with_new(notes: Diagnostics, later: Diagnostics) -> Diagnostics {
    const OF_THE_LAST: [&str; 2] = [UNUSED_RULE, RULE_NOT_BORNE_OUT];
    let stays = |note: &&Diagnostic| !OF_THE_LAST.contains(&note.code);
    let mut notes: Diagnostics = notes.iter().filter(stays).cloned().collect();
    let codes: BTreeSet<&str> = notes.iter().map(|note| note.code).collect();
    let new: Vec<Diagnostic> = later.iter().filter(|note| !codes.contains(note.code)).cloned().collect();
    new.into_iter().for_each(|note| notes.push(note));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pass over a table of one row, which makes some changes and shows others.
    fn pass(written: [&'static str; 3], changes: &[(usize, &str, Decision)]) -> Outcome {
        let column = |text: &str| std::iter::once(Some(text)).collect();
        let columns = ["a", "b", "c"].iter().zip(written).map(|(name, text)| ((*name).to_owned(), column(text)));
        let table = Table::new(columns.collect()).unwrap();
        let repair = |&(place, new, decision): &(usize, &str, Decision)| {
            let cell = CellId { row: RowId(0), attribute: table.schema().ids().nth(place).unwrap() };
            Repair { decision, ..Repair::of_cell(&table, &[], cell, Some(new.to_owned())) }
        };
        Outcome::of_cells(&table, changes.iter().map(repair).collect(), Diagnostics::new())
    }

    fn texts(table: &Table) -> Vec<&str> {
        table.schema().ids().filter_map(|attribute| table.text(CellId { row: RowId(0), attribute })).collect()
    }

    #[test]
    fn each_cell_is_told_once_as_it_was_and_as_it_reads_now() {
        use Decision::{Apply, Review};
        let first = pass(["1", "2", "3"], &[(0, "x", Apply), (1, "y", Apply), (2, "z", Review)]);
        let both = first.followed_by(pass(["x", "y", "3"], &[(0, "u", Apply), (1, "v", Review), (2, "w", Apply)]));
        let told: Vec<String> = both.repairs.iter().map(ToString::to_string).collect();
        let expected =
            ["row 1, a: \"1\" -> \"u\" (1.00)", "row 1, b: \"2\" -> \"y\" (1.00)", "row 1, c: \"3\" -> \"w\" (1.00)"];
        assert_eq!(told, expected);
        assert_eq!((texts(&both.original), texts(&both.table)), (vec!["1", "2", "3"], vec!["u", "y", "w"]));
        assert_eq!((both.totals.applied, both.totals.for_review), (3, 0));
    }

    #[test]
    fn what_the_first_pass_doubts_is_shown_for_review_and_nothing_else() {
        let first = pass(["1", "2", "3"], &[(0, "x", Decision::Review), (2, "z", Decision::Apply)]);
        let both = first.followed_by(pass(["1", "2", "z"], &[(1, "y", Decision::Review)]));
        let told: Vec<_> = both.for_review().map(|repair| repair.column.to_string()).collect();
        assert_eq!((told, both.totals.for_review), (vec!["a".to_owned()], 1));
    }

    #[test]
    fn a_cell_that_reads_as_at_first_is_not_told() {
        let first = pass(["1", "2", "3"], &[(0, "x", Decision::Apply)]);
        let both = first.followed_by(pass(["x", "2", "3"], &[(0, "1", Decision::Apply)]));
        assert_eq!((both.repairs, texts(&both.table)), (Vec::new(), vec!["1", "2", "3"]));
    }

    #[test]
    fn a_row_that_a_later_pass_sets_apart_is_as_it_was_read() {
        let first = pass(["1", "2", "3"], &[(0, "x", Decision::Apply)]);
        let mut second = pass(["x", "2", "3"], &[]);
        second.quarantine.push(crate::Quarantined {
            cause: crate::Cause::HardRule,
            row: 1,
            line: None,
            rules: Vec::new(),
            reason: String::new(),
        });
        let both = first.followed_by(second);
        assert_eq!((texts(&both.table), both.quarantine.len()), (vec!["1", "2", "3"], 1));
        assert_eq!((both.totals.applied, both.totals.for_review), (0, 1));
    }
}
