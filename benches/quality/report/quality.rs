//! The main table: how well each dirty table was repaired, and by whom.

use lustrate_benches::{Column, Grid, NONE, Section, megabytes, rate, rate_or_none};
use lustrate_report::grouped;

use super::Row;
use crate::measured::{Measured, OwnRun};

pub(super) fn section(rows: &[Row]) -> Section {
    let mut columns = vec![Column::words("table"), Column::words("system")];
    columns.extend(NUMBERS.map(Column::numbers));
    if rows.iter().any(|row| row.result.is_err()) {
        columns.push(Column::words("note"));
    }
    let mut grid = Grid::new(columns);
    for row in rows {
        let (numbers, note) = match &row.result {
            Ok(measured) => (numbers(measured), None),
            Err(message) => (NUMBERS.map(|_| NONE.to_owned()), Some(format!("failed: {message}"))),
        };
        let names = [row.table.clone(), row.system.clone()];
        grid.push(names.into_iter().chain(numbers).chain(note).collect());
    }
    let notes = [
        "P, R, F1: precision, recall and their harmonic mean, of cells; raw is to the letter, norm folds case, space, \
         spellings of missing and of numbers.",
        "broken: good cells made wrong. EDR: error drop rate. ECE: expected calibration error of the changed cells; \
         sure: changed cells with a confidence of .9 or more, and the share of them that is right.",
        "s, MB: seconds and peak memory of reading and repairing, a process for each table.",
    ];
    Section { title: "Quality".into(), notes: notes.map(str::to_owned).into(), grid }
}

const NUMBERS: [&str; 14] = [
    "errors", "P raw", "R raw", "F1 raw", "P norm", "R norm", "F1 norm", "broken", "EDR", "ECE", "sure", "right", "s",
    "MB",
];

fn numbers(measured: &Measured) -> [String; NUMBERS.len()] {
    let (raw, norm) = (&measured.raw, &measured.normalised);
    let [error, sure, right, seconds, memory] = measured.run.as_ref().map_or([NONE; 5].map(str::to_owned), of_run);
    [
        grouped(raw.errors),
        rate(raw.precision),
        rate(raw.recall),
        rate(raw.f1),
        rate(norm.precision),
        rate(norm.recall),
        rate(norm.f1),
        grouped(raw.broken),
        rate(raw.edr),
        error,
        sure,
        right,
        seconds,
        memory,
    ]
}

/// What only a run of our own has.
fn of_run(run: &OwnRun) -> [String; 5] {
    let sure = &run.calibration.sure;
    [
        rate_or_none(run.calibration.error()),
        grouped(sure.cells),
        rate_or_none(sure.share()),
        format!("{:.1}", run.seconds / f64::from(run.runs)),
        run.peak_bytes.map_or_else(|| NONE.to_owned(), megabytes),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::plan::Source;

    fn cells(row: Row) -> Vec<String> {
        let markdown = section(&[row]).grid.markdown();
        let line = markdown.lines().last().unwrap().trim_matches('|').to_owned();
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    }

    #[test]
    fn our_rows_have_all_numbers() {
        let shown = cells(sample::ours("beers", Source::Dataset, 80, 76));
        let expected = [
            "beers", "lustrate", "100", ".950", ".760", ".844", ".950", ".760", ".844", "1", ".760", ".000", "80",
            ".950", "1.5", "39",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn rows_of_other_systems_lack_what_only_a_run_has() {
        let mut row = sample::ours("beers", Source::Dataset, 80, 76);
        row.result.as_mut().unwrap().run = None;
        assert_eq!(cells(row)[11..], [NONE; 5]);
    }

    #[test]
    fn a_job_that_failed_is_a_row_with_its_message() {
        let shown = cells(sample::row("beers", Source::Dataset, "peer", Err("rows differ".into())));
        assert_eq!((shown[4].as_str(), shown.last().unwrap().as_str()), (NONE, "failed: rows differ"));
    }
}
