//! What labels did to a run, as plain data and as notes.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::Detection;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_labels::{Agreed, Labels};
use lustrate_rules::{Constraints, Strength, column_name};
use lustrate_table::{CellId, RowId, Table};
use lustrate_values::Rewrite;
use serde::Serialize;

use crate::labelled::{Taught, said};

/// Rewrites of a program that a note shows, and labelled rows that it names.
const MOST_SHOWN: usize = 3;

/// What people said of cells, and what it taught.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelsOutcome {
    /// Rows of which somebody said something.
    pub rows: u64,
    /// Cells that read otherwise than was said.
    pub corrected: u64,
    /// Cells that were said to be right.
    pub confirmed: u64,
    /// Cells of which everybody who looked said that they do not know.
    pub unknown: u64,
    /// The ways of writing that the labels taught.
    pub programs: Vec<ProgramOutcome>,
    /// Who gave labels.
    pub people: Vec<PersonOutcome>,
}

/// A way of writing values otherwise that labels taught.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProgramOutcome {
    /// The column.
    pub column: String,
    /// What is done, in words.
    pub words: String,
    /// The same as a line of a rule file, which keeps it for other runs.
    pub rule: String,
    /// The numbers of the labelled rows that show it, from 1.
    pub rows: Vec<u64>,
    /// The cells that it writes otherwise, labelled ones among them.
    pub cells: u64,
}

/// A person who gave labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonOutcome {
    /// The name; `None` for labels without one.
    pub who: Option<String>,
    /// The cells of which they said what they should read.
    pub labels: u64,
    /// Those of them of which somebody else said something too.
    pub shared: u64,
    /// Those of the shared ones in which most others said the same.
    pub agreed: u64,
    /// The probability that what they say is right, from 0 to 1.
    pub reliability: f64,
}

impl LabelsOutcome {
    /// For the rows of a table, which are those of the run from `first` on.
    pub(crate) fn new(table: &Table, (labels, agreed): (&Labels, &Agreed), taught: &Taught, first: u32) -> Self {
        let looked: BTreeSet<CellId> = labels.items.iter().map(|label| label.cell).collect();
        let rows: BTreeSet<RowId> = looked.iter().map(|cell| cell.row).collect();
        let known = agreed.cells.iter();
        let corrected = known.filter(|(cell, label)| table.text(**cell) != label.value.as_deref()).count();
        let person = |person: &lustrate_labels::Person| PersonOutcome {
            who: person.who.clone(),
            labels: person.labels,
            shared: person.shared,
            agreed: person.agreed,
            reliability: person.reliability,
        };
        LabelsOutcome {
            rows: rows.len() as u64,
            corrected: corrected as u64,
            confirmed: (agreed.cells.len() - corrected) as u64,
            unknown: looked.iter().filter(|cell| !agreed.cells.contains_key(cell)).count() as u64,
            programs: programs(table, taught, first),
            people: agreed.people.iter().map(person).collect(),
        }
    }

    /// What was learned, and who is not to be relied on.
    pub(crate) fn notes(&self) -> Diagnostics {
        let program = |program: &ProgramOutcome| {
            let rows: Vec<String> = program.rows.iter().take(MOST_SHOWN).map(u64::to_string).collect();
            let more = if program.rows.len() > MOST_SHOWN { ", …" } else { "" };
            let (as_in, cells) = (shown_rows(&rows, program.rows.len(), more), counted(program.cells));
            let title = format!("{cells} of `{}` are written as {as_in}: {}", program.column, program.words);
            let help = format!("to keep it for other files, put it among the rules: `{}`", program.rule);
            Diagnostic::note("learned-from-labels", title).help(help)
        };
        self.programs.iter().map(program).chain(self.people_told()).collect()
    }

    /// How far several people agree, and how far each can be relied on.
    fn people_told(&self) -> Option<Diagnostic> {
        if self.people.len() < 2 {
            return None;
        }
        let person = |person: &PersonOutcome| {
            let who = person.who.as_deref().unwrap_or("(no name)");
            let reliability = (person.reliability * 100.0).round();
            if person.shared == 0 {
                return format!("{who} {} cells, of which nobody else said anything ({reliability} %)", person.labels);
            }
            format!("{who} with {} of {} shared cells ({reliability} %)", person.agreed, person.shared)
        };
        let people: Vec<String> = self.people.iter().map(person).collect();
        let title = format!(
            "{} people gave labels; each agrees with most others, and is probably right: {}",
            self.people.len(),
            people.join(", ")
        );
        Some(Diagnostic::note("people", title))
    }
}

fn counted(cells: u64) -> String {
    if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") }
}

fn shown_rows(named: &[String], count: usize, more: &str) -> String {
    match count {
        0 => "no labelled row was".to_owned(),
        1 => format!("in the labelled row {}", named[0]),
        _ => format!("in {count} labelled rows ({}{more})", named.join(", ")),
    }
}

/// Programs of one column that do the same are one.
fn programs(table: &Table, taught: &Taught, first: u32) -> Vec<ProgramOutcome> {
    let mut all = Vec::new();
    for column in taught.columns() {
        let name = table.schema().name(column.attribute);
        let mut of_column: BTreeMap<String, ProgramOutcome> = BTreeMap::new();
        for (rewrites, rows, cells) in column.programs(first).filter(|(_, _, cells)| *cells > 0) {
            let arms: Vec<String> = rewrites.iter().map(Rewrite::to_string).collect();
            let rule = format!("rewrite {} {}", column_name(name), arms.join(", "));
            let words: Vec<String> = rewrites.iter().take(MOST_SHOWN).map(Rewrite::words).collect();
            let more = if rewrites.len() > MOST_SHOWN { ", …" } else { "" };
            let program = of_column.entry(rule.clone()).or_insert_with(|| ProgramOutcome {
                column: name.to_owned(),
                words: words.join(", ") + more,
                rule,
                rows: Vec::new(),
                cells: 0,
            });
            program.cells += cells;
            program.rows.extend(rows.into_iter().map(RowId::number));
            program.rows.sort_unstable();
            program.rows.dedup();
        }
        let mut of_column: Vec<ProgramOutcome> = of_column.into_values().collect();
        of_column.sort_by(|a, b| b.cells.cmp(&a.cells).then_with(|| a.rule.cmp(&b.rule)));
        all.extend(of_column);
    }
    all
}

/// Labels that break a hard rule are told with the place of the rule and their own. `before` are the violations of a table in
/// which all labelled cells read what was said.
pub(crate) fn against_hard_rules(
    table: &Table,
    constraints: &Constraints,
    before: &Detection,
    labels: &Labels,
    agreed: &Agreed,
) -> Diagnostics {
    let mut told = Diagnostics::default();
    for (id, constraint) in constraints.iter().filter(|(_, constraint)| constraint.strength == Strength::Hard) {
        let blamed = before.of(id).blame.cells.iter().filter(|cell| agreed.cells.contains_key(cell));
        // Of one row the labels are told together.
        let mut rows: BTreeMap<RowId, Vec<CellId>> = BTreeMap::new();
        blamed.for_each(|&cell| rows.entry(cell.row).or_default().push(cell));
        for (row, cells) in rows {
            let label = |cell: &CellId| {
                let label = &agreed.cells[cell];
                let value = label.value.as_deref().map_or("no value".to_owned(), |value| format!("\"{value}\""));
                let who: Vec<String> = label.labels.iter().map(|&at| said(labels, at)).collect();
                format!("{} = {value} by {}", table.schema().name(cell.attribute), who.join(" and "))
            };
            let labelled: Vec<String> = cells.iter().map(label).collect();
            let title = format!(
                "row {}: the labels {} break the hard rule {} ({}:{})",
                row.number(),
                labelled.join(", "),
                constraint.name,
                constraint.origin.file,
                constraint.origin.line
            );
            let help = "the label is kept, and the row is set apart if nothing else in it can give way; mend the line of the label, or write `soft` behind the rule";
            told.push(Diagnostic::warning("label-breaks-rule", title).help(help));
        }
    }
    told
}
