//! What each part of the method buys: F1 with one part left out at a time.

use lustrate_benches::{Column, Grid, NONE, Section, change, rate, rate_or_none};
use lustrate_report::grouped;

use super::{Ablated, Row};
use crate::calibration::Calibration;
use crate::measured::Measured;

/// The table: a row for the whole, which is our repair of every table, and one for each part.
pub(super) fn section(whole: &[&Row], ablation: &[Ablated]) -> Section {
    let groups = groups(whole);
    let mut columns = vec![Column::words("without")];
    columns.extend(groups.iter().map(|group| Column::numbers(*group)));
    columns.extend(["mean", "change", "broken", "ECE"].map(Column::numbers));
    let mut grid = Grid::new(columns);
    let with_all = Line::of(whole, &groups);
    if !ablation.is_empty() {
        grid.push(with_all.shown("(nothing)", &with_all));
    }
    for Ablated { without, rows } in ablation {
        let rows: Vec<&Row> = rows.iter().collect();
        grid.push(Line::of(&rows, &groups).shown(without, &with_all));
    }
    let notes = vec![
        "Raw F1; of a shape of generated tables the mean over its mixtures of errors.".to_owned(),
        "mean: of the columns before it; change: against the first line. broken: good cells made wrong, of all tables; \
         ECE: expected calibration error of all changed cells."
            .to_owned(),
    ];
    Section { title: "Ablation".into(), notes, grid }
}

/// The data sets and shapes, each once, in the order of the rows.
fn groups<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    let mut groups = Vec::new();
    for row in rows {
        if !groups.contains(&row.group.as_str()) {
            groups.push(row.group.as_str());
        }
    }
    groups
}

/// What one line of the table shows; nothing where a job failed.
struct Line {
    of_groups: Vec<Option<f64>>,
    mean: Option<f64>,
    broken: Option<u64>,
    error: Option<f64>,
}

impl Line {
    fn of(rows: &[&Row], groups: &[&str]) -> Self {
        let of_group = |group: &&str| {
            let f1 = rows.iter().filter(|row| row.group == **group).map(|row| Some(row.result.as_ref().ok()?.raw.f1));
            mean(f1)
        };
        let of_groups: Vec<Option<f64>> = groups.iter().map(of_group).collect();
        let measured: Option<Vec<&Measured>> = rows.iter().map(|row| row.result.as_ref().ok()).collect();
        let mut calibration = Calibration::default();
        for run in measured.iter().flatten().filter_map(|measured| measured.run.as_ref()) {
            calibration.add(&run.calibration);
        }
        Line {
            mean: mean(of_groups.iter().copied()),
            of_groups,
            broken: measured.map(|measured| measured.iter().map(|measured| measured.raw.broken).sum()),
            error: calibration.error(),
        }
    }

    fn shown(&self, name: &str, whole: &Line) -> Vec<String> {
        let failed = || "failed".to_owned();
        let mut row = vec![name.to_owned()];
        row.extend(self.of_groups.iter().map(|f1| f1.map_or_else(failed, rate)));
        row.push(self.mean.map_or_else(failed, rate));
        let difference = self.mean.zip(whole.mean).map(|(mean, whole)| mean - whole);
        row.push(difference.map_or_else(|| NONE.to_owned(), change));
        row.push(self.broken.map_or_else(failed, grouped));
        row.push(rate_or_none(self.error));
        row
    }
}

/// The mean of some numbers; `None` where one of them or all are missing.
fn mean(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::plan::Source;

    fn rows(correct: u64) -> Vec<Row> {
        vec![
            sample::ours("beers", Source::Dataset, 100, 80),
            sample::ours("orders, mixed", Source::Generated, 100, correct),
            sample::ours("orders, swaps", Source::Generated, 100, 60),
        ]
    }

    #[test]
    fn tables_of_one_shape_share_a_column() {
        let (whole, ablation) = (rows(40), vec![Ablated { without: "pairs", rows: rows(20) }]);
        let markdown = section(&whole.iter().collect::<Vec<_>>(), &ablation).grid.markdown();
        let lines: Vec<&str> = markdown.lines().collect();
        assert_eq!(lines[0], "| without | beers | orders | mean | change | broken | ECE |");
        assert_eq!(lines[2], "| (nothing) | .800 | .500 | .650 | .000 | 3 | .350 |");
        assert_eq!(lines[3], "| pairs | .800 | .400 | .600 | -.050 | 3 | .417 |");
    }

    #[test]
    fn what_a_failure_takes_part_in_is_not_shown() {
        let whole = rows(40);
        let mut failed = rows(20);
        failed[1].result = Err("out of luck".into());
        let ablation = vec![Ablated { without: "pairs", rows: failed }];
        let markdown = section(&whole.iter().collect::<Vec<_>>(), &ablation).grid.markdown();
        assert!(markdown.ends_with("| pairs | .800 | failed | failed | – | failed | – |\n"), "{markdown}");
    }

    #[test]
    fn there_is_no_table_unless_parts_were_left_out() {
        assert!(section(&rows(40).iter().collect::<Vec<_>>(), &[]).is_empty());
    }
}
