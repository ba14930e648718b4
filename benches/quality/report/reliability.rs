//! Reliability diagrams: of the cells changed with a confidence, the share that is right.

use lustrate_benches::{Column, Grid, Section, rate_or_none};
use lustrate_report::grouped;

use super::Row;
use crate::calibration::{Calibration, bounds};

/// The characters of a bar for a share of 1.
const WIDTH: usize = 40;

/// The diagram of all changed cells of some of our repairs.
pub(super) fn section<'a>(of: &str, rows: impl Iterator<Item = &'a Row>) -> Section {
    let mut pooled = Calibration::default();
    for run in rows.filter_map(|row| row.result.as_ref().ok()?.run.as_ref()) {
        pooled.add(&run.calibration);
    }
    let columns = ["cells", "confidence", "right"].map(Column::numbers);
    let mut grid = Grid::new([Column::words("bin")].into_iter().chain(columns).chain([Column::words("")]).collect());
    for (place, bin) in pooled.bins.iter().enumerate() {
        let (from, to) = bounds(place);
        let name = format!("{from:.2} to {to:.2}");
        let numbers = [grouped(bin.cells), rate_or_none(bin.mean()), rate_or_none(bin.share())];
        let bar = bin.share().zip(bin.mean()).map(|(right, confidence)| bar(right, confidence));
        grid.push([name].into_iter().chain(numbers).chain(bar).collect());
    }
    if pooled.cells() == 0 {
        grid = Grid::new(Vec::new());
    }
    let [sure, error] = [pooled.sure.share(), pooled.error()].map(rate_or_none);
    let notes = vec![
        "Bars: `#` for the share of changed cells that is right, `|` where it would be if confidence were exact."
            .to_owned(),
        format!(
            "{} changed cells, expected calibration error {error}; of {} with a confidence of .9 or more {sure} right.",
            grouped(pooled.cells()),
            grouped(pooled.sure.cells)
        ),
    ];
    Section { title: format!("Reliability on {of}"), notes, grid }
}

/// A bar as long as the share of right cells, with a mark at the mean confidence.
fn bar(right: f64, confidence: f64) -> String {
    let place = |share: f64| (share * WIDTH as f64).round() as usize;
    let (end, mark) = (place(right), place(confidence).saturating_sub(1));
    let sign = |at: usize| match at {
        _ if at == mark => '|',
        _ if at < end => '#',
        _ => '.',
    };
    // As code: the signs would else mean something in Markdown.
    format!("`{}`", (0..WIDTH).map(sign).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::plan::Source;

    #[test]
    fn a_bar_is_as_long_as_the_share_and_marked_at_the_confidence() {
        assert_eq!(bar(1.0, 1.0), format!("`{}|`", "#".repeat(39)));
        assert_eq!(bar(0.5, 0.75), format!("`{}{}|{}`", "#".repeat(20), ".".repeat(9), ".".repeat(10)));
        assert_eq!(bar(0.0, 0.0), format!("`|{}`", ".".repeat(39)));
    }

    #[test]
    fn cells_of_all_tables_are_in_one_diagram() {
        let rows = [sample::ours("a", Source::Dataset, 10, 9), sample::ours("b", Source::Dataset, 10, 10)];
        let section = section("the data sets", rows.iter());
        assert!(section.notes[1].starts_with("20 changed cells, expected calibration error .000; of 20 with"));
        let text = section.grid.text();
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("0.95 to 1.00     20        .950   .950  `"), "{text}");
        assert_eq!(text.lines().count(), 2 + 10);
    }

    #[test]
    fn without_a_changed_cell_there_is_no_diagram() {
        assert!(section("nothing", [sample::ours("a", Source::Dataset, 0, 0)].iter()).is_empty());
    }
}
