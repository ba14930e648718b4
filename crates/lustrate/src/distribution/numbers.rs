//! The numbers of a column before and after.

use lustrate_table::parse_number;
use serde::Serialize;

use super::Counts;

/// The numbers of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumberChange {
    /// Where they lay; `None` where no value was a number.
    pub before: Option<Quantiles>,
    /// Where they lie now.
    pub after: Quantiles,
    /// Values that were no numbers, in cells.
    pub no_numbers_before: u64,
    /// Values that are none now, in cells.
    pub no_numbers_after: u64,
    /// The numbers in bins of one width, which span what lies between the first and the last hundredth of them now; what
    /// lies outside is in the first and the last.
    pub histogram: Vec<HistogramBin>,
}

/// Where numbers lie. A quantile is the least number that at least this share of the numbers does not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// The least.
    pub least: f64,
    /// A twentieth of them is at most this.
    pub q05: f64,
    /// A quarter.
    pub q25: f64,
    /// A half.
    pub median: f64,
    /// Three quarters.
    pub q75: f64,
    /// All but a twentieth.
    pub q95: f64,
    /// The greatest.
    pub greatest: f64,
    /// Their mean.
    pub mean: f64,
}

/// Numbers from `from` on, below `to`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HistogramBin {
    /// The lower bound; `None` for what lies below all bins too.
    pub from: Option<f64>,
    /// The upper bound; `None` for what lies above all bins too.
    pub to: Option<f64>,
    /// Cells before.
    pub before: u64,
    /// Cells now.
    pub after: u64,
}

/// The share of values that are numbers from which on a column is one of numbers, as in [`lustrate_table::Kind`].
const MOSTLY: f64 = 0.9;
/// Bins at most.
const MOST_BINS: f64 = 24.0;

/// A number with the cells that hold it.
type Held = (f64, u64);

/// The numbers of a column, if it is one of numbers now.
pub(super) fn change(counts: &Counts<'_>) -> Option<NumberChange> {
    let mut numbers: Vec<(f64, u64, u64)> = Vec::new();
    let (mut no_numbers_before, mut no_numbers_after) = (0, 0);
    for value in &counts.values {
        match parse_number(value.text) {
            Some(number) => numbers.push((number, value.before, value.after)),
            None => {
                no_numbers_before += value.before;
                no_numbers_after += value.after;
            }
        }
    }
    let read: u64 = numbers.iter().map(|number| number.2).sum();
    if read == 0 || (read as f64) < MOSTLY * (read + no_numbers_after) as f64 {
        return None;
    }
    numbers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let held = |cells: fn(&(f64, u64, u64)) -> u64| -> Vec<Held> {
        numbers.iter().map(|number| (number.0, cells(number))).filter(|held| held.1 > 0).collect()
    };
    let (before, after) = (held(|number| number.1), held(|number| number.2));
    Some(NumberChange {
        before: quantiles(&before),
        after: quantiles(&after)?,
        no_numbers_before,
        no_numbers_after,
        histogram: histogram(&before, &after),
    })
}

/// The quantiles of numbers in order; `None` of none.
fn quantiles(held: &[Held]) -> Option<Quantiles> {
    let (first, last) = (held.first()?, held.last()?);
    let total: u64 = held.iter().map(|held| held.1).sum();
    let sum: f64 = held.iter().map(|&(number, cells)| number * cells as f64).sum();
    let at = |share: f64| quantile(held, share);
    Some(Quantiles {
        least: first.0,
        q05: at(0.05),
        q25: at(0.25),
        median: at(0.5),
        q75: at(0.75),
        q95: at(0.95),
        greatest: last.0,
        mean: sum / total as f64,
    })
}

fn quantile(held: &[Held], share: f64) -> f64 {
    let total: u64 = held.iter().map(|held| held.1).sum();
    let wanted = (share * total as f64).ceil().max(1.0) as u64;
    let mut passed = 0;
    for &(number, cells) in held {
        passed += cells;
        if passed >= wanted {
            return number;
        }
    }
    held.last().map_or(0.0, |last| last.0)
}

fn histogram(before: &[Held], after: &[Held]) -> Vec<HistogramBin> {
    let (least, greatest) = (quantile(after, 0.01), quantile(after, 0.99));
    let whole = after.iter().all(|held| held.0.fract() == 0.0);
    let step = width(greatest - least, whole);
    let first = (least / step).floor();
    // Numbers whose difference is no number any more share one bin.
    let bins = (((greatest / step).floor() - first).max(0.0) as usize).min(MOST_BINS as usize) + 1;
    let bin = |number: f64| ((number / step).floor() - first).clamp(0.0, (bins - 1) as f64) as usize;
    let bound = |bin: usize| (first + bin as f64) * step;
    let mut histogram: Vec<HistogramBin> = (0..bins)
        .map(|bin| HistogramBin {
            from: (bin > 0).then(|| bound(bin)),
            to: (bin + 1 < bins).then(|| bound(bin + 1)),
            before: 0,
            after: 0,
        })
        .collect();
    before.iter().for_each(|&(number, cells)| histogram[bin(number)].before += cells);
    after.iter().for_each(|&(number, cells)| histogram[bin(number)].after += cells);
    histogram
}

/// A round width (1, 2 or 5 times a power of ten) that cuts a range into at most as many bins as there may be.
fn width(range: f64, whole: bool) -> f64 {
    let least = range / (MOST_BINS - 1.0);
    if !(least > 0.0 && least.is_finite()) {
        return if least.is_finite() { 1.0 } else { f64::MAX };
    }
    let power = 10_f64.powf(least.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|&width| width >= least);
    let width = round.unwrap_or(10.0 * power);
    if whole { width.max(1.0) } else { width }
}

#[cfg(test)]
mod tests {
    use super::super::Counted;
    use super::*;

    fn counts<'a>(values: &[(&'a str, u64, u64)]) -> Counts<'a> {
        let counted = |&(text, before, after): &(&'a str, u64, u64)| Counted { text, before, after };
        Counts { values: values.iter().map(counted).collect(), missing: (0, 0) }
    }

    #[test]
    fn quantiles_are_numbers_that_are_there() {
        let change = change(&counts(&[("3", 1, 1), ("1", 1, 1), ("2", 1, 1), ("10", 1, 1)])).unwrap();
        let after = change.after;
        assert_eq!((after.least, after.q25, after.median, after.q75, after.greatest), (1.0, 1.0, 2.0, 3.0, 10.0));
        assert_eq!((after.mean, change.before), (4.0, Some(after)));
    }

    #[test]
    fn every_number_is_in_a_bin_and_what_is_far_off_in_the_last() {
        let texts: Vec<String> = (0..1000).map(|number| number.to_string()).chain(["900000".to_owned()]).collect();
        let values: Vec<(&str, u64, u64)> = texts.iter().map(|text| (text.as_str(), 1, 1)).collect();
        let change = change(&counts(&values)).unwrap();
        assert!((10..=24).contains(&change.histogram.len()), "{}", change.histogram.len());
        assert_eq!(change.histogram.iter().map(|bin| bin.after).sum::<u64>(), 1001);
        assert_eq!((change.histogram[0].from, change.histogram.last().unwrap().to), (None, None));
        assert_eq!(change.histogram[0].to, Some(50.0));
    }

    #[test]
    fn one_number_makes_one_bin_and_extremes_do_no_harm() {
        assert_eq!(change(&counts(&[("5", 3, 3)])).unwrap().histogram.len(), 1);
        let wide = change(&counts(&[("-1e308", 1, 1), ("1e308", 1, 1)])).unwrap();
        assert_eq!(wide.histogram.iter().map(|bin| bin.after).sum::<u64>(), 2);
        let tiny = change(&counts(&[("1e300", 1, 1), ("1", 1, 1), ("1.0000000000000002", 1, 1)])).unwrap();
        assert_eq!(tiny.histogram.iter().map(|bin| bin.after).sum::<u64>(), 3);
    }

    #[test]
    fn a_column_of_words_has_no_numbers_and_words_among_numbers_are_counted() {
        assert_eq!(change(&counts(&[("a", 5, 5), ("1", 5, 5)])), None);
        assert_eq!(change(&counts(&[])), None);
        let mostly = change(&counts(&[("n/a", 1, 0), ("x", 1, 1), ("1", 98, 99)])).unwrap();
        assert_eq!((mostly.no_numbers_before, mostly.no_numbers_after), (2, 1));
    }
}
