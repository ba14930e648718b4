//! What labels did to a run, as plain data and as notes.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::Detection;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_labels::{Agreed, AgreedLabel, Labels};
use lustrate_rules::{Constraints, Strength, column_name};
use lustrate_table::{CellId, RowId, Table};
use lustrate_values::Rewrite;
use serde::Serialize;

use crate::labelled::{Taught, as_in, is_fixed, said};

/// Rewrites of a program that a note shows.
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
    /// The same as a line of a rule file, which keeps it for other runs; `None` where a rule would change values of which
    /// something else was learned.
    pub rule: Option<String>,
    /// The labelled rows that show it, in words: `as in 4 labelled rows (2, 17, 30, …)`.
    pub shown_by: String,
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
    /// For the rows of a table, which are those of the run from `first` on; cells are changed from a confidence of `least` on.
    pub(crate) fn new(
        table: &Table,
        (labels, agreed): (&Labels, &Agreed),
        taught: &Taught,
        (first, least): (u32, f64),
    ) -> Self {
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
            programs: programs(table, taught, first, least),
            people: agreed.people.iter().map(person).collect(),
        }
    }

    /// What was learned, and who is not to be relied on.
    pub(crate) fn notes(&self) -> Diagnostics {
        let program = |program: &ProgramOutcome| {
            let (cells, are) = (counted(program.cells), if program.cells == 1 { "is" } else { "are" });
            let title =
                format!("{cells} of `{}` {are} written {}: {}", program.column, program.shown_by, program.words);
            let note = Diagnostic::note("learned-from-labels", title);
            match &program.rule {
                Some(rule) => note.help(format!("to keep it for other files, put it among the rules: `{rule}`")),
                None => note,
            }
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
            "{} people gave labels (how often each says the same as most others, and how probably each is right): {}",
            self.people.len(),
            people.join(", ")
        );
        Some(Diagnostic::note("people", title))
    }
}

fn counted(cells: u64) -> String {
    if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") }
}

/// Programs of one column that do the same are one.
fn programs(table: &Table, taught: &Taught, first: u32, least: f64) -> Vec<ProgramOutcome> {
    let mut all = Vec::new();
    for column in taught.columns() {
        let name = table.schema().name(column.attribute);
        let mut of_column: BTreeMap<String, (&[Rewrite], Vec<RowId>, u64)> = BTreeMap::new();
        for (rewrites, rows, cells) in column.programs(first, least).filter(|(_, _, cells)| *cells > 0) {
            let arms: Vec<String> = rewrites.iter().map(Rewrite::to_string).collect();
            let known = of_column.entry(arms.join(", ")).or_insert_with(|| (rewrites, Vec::new(), 0));
            known.1.extend(rows);
            known.1.sort_unstable();
            known.1.dedup();
            known.2 += cells;
        }
        let mut of_column: Vec<_> = of_column.into_iter().collect();
        of_column.sort_by(|a, b| b.1.2.cmp(&a.1.2).then_with(|| a.0.cmp(&b.0)));
        all.extend(of_column.into_iter().map(|(arms, (rewrites, rows, cells))| {
            let words: Vec<String> = rewrites.iter().take(MOST_SHOWN).map(Rewrite::words).collect();
            let more = if rewrites.len() > MOST_SHOWN { ", …" } else { "" };
            let is_rule = column.is_rule(table, rewrites);
            ProgramOutcome {
                column: name.to_owned(),
                words: words.join(", ") + more,
                rule: is_rule.then(|| format!("rewrite {} {arms}", column_name(name))),
                shown_by: as_in(&rows, first),
                cells,
            }
        }));
    }
    all
}

/// Labels of cells that are never changed are told.
pub(crate) fn against_columns(
    table: &Table,
    constraints: &Constraints,
    labels: &Labels,
    agreed: &Agreed,
) -> Diagnostics {
    let is_other = |(cell, label): &(&CellId, &AgreedLabel)| {
        is_fixed(constraints, cell.attribute) && table.text(**cell) != label.value.as_deref()
    };
    let told = |(cell, label): (&CellId, &AgreedLabel)| {
        let name = table.schema().name(cell.attribute);
        let value = label.value.as_deref().map_or("no value".to_owned(), |value| format!("\"{value}\""));
        let who: Vec<String> = label.labels.iter().map(|&at| said(labels, at)).collect();
        let title = format!(
            "row {}: the label {name} = {value} by {} is left, as `{name}` is never repaired",
            cell.row.number(),
            who.join(" and ")
        );
        Diagnostic::warning("label-of-fixed-column", title)
            .help("take `id` or `never repair` from the column, or `--id` from the command, if it is to be made")
    };
    agreed.cells.iter().filter(is_other).map(told).collect()
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
