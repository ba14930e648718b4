//! Findings one by one, each with its cause, as the forms for programs list them.

use lustrate::{BlamedCell, Findings, Meant};

use crate::values::quoted;

/// Characters of a value in a message.
const LONGEST_VALUE: usize = 80;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Cells of one row, of which a rule says that one is wrong.
    Cells,
    /// A row that is in no reference.
    Unknown,
    /// Rows that are one thing.
    Duplicate,
    /// The table as a whole.
    Table,
}

/// One thing that is wrong, by one rule.
pub(crate) struct Finding<'a> {
    pub(crate) kind: Kind,
    pub(crate) rule: &'a str,
    pub(crate) file: &'a str,
    pub(crate) line: u32,
    pub(crate) meant: Meant,
    /// The data rows, from 1; none for the table as a whole.
    pub(crate) rows: Vec<u64>,
    /// The cells to blame, all of the one row; none but for [`Kind::Cells`].
    pub(crate) cells: &'a [BlamedCell],
    pub(crate) message: String,
}

/// All findings, rule by rule in the order in which they were written, and by row.
pub(crate) fn one_by_one(findings: &Findings) -> Vec<Finding<'_>> {
    let cells = findings.rules.iter().flat_map(|rule| {
        rule.cells.chunk_by(|left, right| left.row == right.row).map(|cells| {
            let named: Vec<String> = cells.iter().map(named).collect();
            let breaks = if named.len() == 1 { "breaks" } else { "break" };
            let because = rule.because.as_ref().map_or(String::new(), |because| format!(" ({because})"));
            Finding {
                kind: Kind::Cells,
                rule: &rule.name,
                file: &rule.file,
                line: rule.line,
                meant: rule.meant,
                rows: vec![cells[0].row],
                cells,
                message: format!("{} {breaks} the rule {}{because}", named.join(" and "), rule.name),
            }
        })
    });
    let unknown = findings.unknown.iter().flat_map(|unknown| {
        unknown.rows.iter().map(|&row| Finding {
            kind: Kind::Unknown,
            rule: &unknown.name,
            file: &unknown.file,
            line: unknown.line,
            meant: unknown.meant,
            rows: vec![row],
            cells: &[],
            message: format!("row {row} is not in {}, where the rule {} looks it up", unknown.reference, unknown.name),
        })
    });
    let duplicates = findings.duplicates.iter().flat_map(|duplicates| {
        duplicates.things.iter().map(|thing| {
            let rows: Vec<String> = thing.rows.iter().map(u64::to_string).collect();
            let why: Vec<String> =
                thing.why.iter().map(|why| format!("; {} and {}: {}", why.row, why.with, why.words)).collect();
            Finding {
                kind: Kind::Duplicate,
                rule: &duplicates.name,
                file: &duplicates.file,
                line: duplicates.line,
                meant: duplicates.meant,
                rows: thing.rows.clone(),
                cells: &[],
                message: format!(
                    "rows {} are one thing by the rule {}{}",
                    rows.join(", "),
                    duplicates.name,
                    why.concat()
                ),
            }
        })
    });
    let checks = findings.checks.iter().filter(|check| !check.holds).map(|check| Finding {
        kind: Kind::Table,
        rule: &check.name,
        file: &check.file,
        line: check.line,
        meant: check.meant,
        rows: Vec::new(),
        cells: &[],
        message: format!("`{}` does not hold: {}", check.text, check.words()),
    });
    cells.chain(unknown).chain(duplicates).chain(checks).collect()
}

fn named(cell: &BlamedCell) -> String {
    format!("{} {}", cell.column, quoted(cell.value.as_deref(), LONGEST_VALUE))
}

/// How strongly a rule is meant, as rule files say it.
pub(crate) fn word(meant: Meant) -> &'static str {
    match meant {
        Meant::Hard => "hard",
        Meant::Soft => "soft",
        Meant::Warn => "warn",
        Meant::Fail => "fail",
    }
}
