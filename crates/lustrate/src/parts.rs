//! The outcome of a run on several files as an outcome of each.

use lustrate_table::Table;

use crate::{Outcome, Repair, Totals};

/// What a run did in each of the files that its table was read from, in their order: as if it had been run on the file alone
/// with all that was learned from the others. Rows are counted in the file; what is said of rules, checks and rows that are
/// there twice is said of the whole. None for a table of one file.
///
/// ```
/// use lustrate::{Settings, TableFile, outcome_parts, read_rules, read_table_files, repair, write_table};
///
/// # let folder = tempfile::tempdir()?;
/// # std::env::set_current_dir(folder.path())?;
/// # let rows = |zip: &str, city: &str| format!("{zip},{city}\n").repeat(6);
/// std::fs::write("1.csv", format!("zip,city\n{}", rows("00184", "Rome")))?;
/// std::fs::write("2.csv", format!("zip,city\n10115,Berlin\n00184,Rom\n{}", rows("00184", "Rome")))?;
/// std::fs::write("cities.rules", "fd zip -> city")?;
/// let table = read_table_files(&[TableFile::new("1.csv"), TableFile::new("2.csv")])?.table;
/// let parts = outcome_parts(&repair(&table, &read_rules("cities.rules")?, &Settings::new())?);
/// assert!(parts[0].repairs.is_empty());
/// assert_eq!(parts[1].repairs[0].row, 2);
/// write_table(&parts[1].table, "2.clean.csv")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn outcome_parts(outcome: &Outcome) -> Vec<Outcome> {
    let mut first = 1;
    let tables = outcome.original.parts().into_iter().zip(outcome.table.parts());
    tables
        .map(|(original, table)| {
            let rows = first..first + original.rows() as u64;
            first = rows.end;
            part(outcome, original, table, rows.start)
        })
        .collect()
}

fn part(outcome: &Outcome, original: Table, table: Table, first: u64) -> Outcome {
    let rows = first..first + original.rows() as u64;
    let own = |row: u64| row - first + 1;
    let repairs = outcome.repairs.iter().filter(|repair| rows.contains(&repair.row));
    let repairs: Vec<Repair> = repairs.map(|repair| Repair { row: own(repair.row), ..repair.clone() }).collect();
    let quarantine = outcome.quarantine.iter().filter(|apart| rows.contains(&apart.row)).cloned();
    let quarantine = quarantine.map(|mut apart| {
        apart.row = own(apart.row);
        apart
    });
    let mut of_part = Outcome {
        totals: Totals { rows: table.rows() as u64, cells: table.cells() as u64, ..outcome.totals },
        quarantine: quarantine.collect(),
        repairs,
        original,
        table,
        rules: outcome.rules.clone(),
        dependencies: outcome.dependencies.clone(),
        checks: outcome.checks.clone(),
        duplicates: outcome.duplicates.clone(),
        unknown: outcome.unknown.clone(),
        failed: outcome.failed.clone(),
        labels: outcome.labels.clone(),
        shift: outcome.shift.clone(),
        notes: outcome.notes.clone(),
    };
    of_part.totals.applied = of_part.applied().count() as u64;
    of_part.totals.for_review = of_part.for_review().count() as u64;
    of_part
}
