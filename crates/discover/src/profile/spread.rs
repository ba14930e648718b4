//! How the numbers of a column lie, and which lie far off.

/// The quantiles of the numbers or moments of a column; of a moment, in the number that its type compares by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    /// The least.
    pub least: f64,
    /// A quarter of the cells hold no more.
    pub lower: f64,
    /// Half of the cells hold no more.
    pub middle: f64,
    /// Three quarters of the cells hold no more.
    pub upper: f64,
    /// The greatest.
    pub greatest: f64,
}

/// A number lies far off if it is so many times the middle half away from it.
const FAR: f64 = 6.0;
/// If more of the cells lie far off, the column is simply spread so.
const MOST: f64 = 0.01;
/// Of fewer cells nobody can say how they are spread.
const FEWEST: u64 = 20;

impl Quantiles {
    /// The quantiles of numbers and the cells that hold each, which are put in order; `None` where there is none.
    pub(super) fn new(numbers: &mut [(f64, u64)]) -> Option<Quantiles> {
        numbers.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        let whole: u64 = numbers.iter().map(|(_, cells)| cells).sum();
        let at = |share: f64| {
            let least = (share * whole as f64).ceil().max(1.0) as u64;
            let mut below = 0;
            let reached = |(_, cells): &&(f64, u64)| {
                below += cells;
                below >= least
            };
            numbers.iter().find(reached).map(|(number, _)| *number)
        };
        Some(Quantiles {
            least: numbers.first()?.0,
            lower: at(0.25)?,
            middle: at(0.5)?,
            upper: at(0.75)?,
            greatest: numbers.last()?.0,
        })
    }
}

/// The bounds outside which numbers lie far off; `None` where none does, where many do or where there are few. Numbers
/// that are all above zero must be far off by their ratios too: incomes and sizes have long tails.
pub(super) fn bounds(numbers: &mut [(f64, u64)]) -> Option<(f64, f64)> {
    let quantiles = Quantiles::new(numbers)?;
    let whole: u64 = numbers.iter().map(|(_, cells)| cells).sum();
    let spread = quantiles.upper - quantiles.lower;
    if whole < FEWEST || spread <= 0.0 {
        return None;
    }
    let mut low = quantiles.lower - FAR * spread;
    let mut high = quantiles.upper + FAR * spread;
    if quantiles.lower > 0.0 {
        let ratio = (quantiles.upper / quantiles.lower).powf(FAR);
        high = high.max(quantiles.upper * ratio);
        low = if quantiles.least > 0.0 { low.min(quantiles.lower / ratio) } else { low };
    }
    let outside = numbers.iter().filter(|(number, _)| !(low..=high).contains(number));
    let outside: u64 = outside.map(|(_, cells)| cells).sum();
    (outside > 0 && outside as f64 <= MOST * whole as f64).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_cells() {
        let found = Quantiles::new(&mut [(9.0, 1), (1.0, 2), (2.0, 1)]).unwrap();
        assert_eq!(found, Quantiles { least: 1.0, lower: 1.0, middle: 1.0, upper: 2.0, greatest: 9.0 });
        assert_eq!(Quantiles::new(&mut []), None);
    }

    #[test]
    fn a_number_of_another_size_lies_far_off() {
        let mut ages: Vec<(f64, u64)> = (20..80).map(|age| (f64::from(age), 3)).chain([(4000.0, 1)]).collect();
        assert!(bounds(&mut ages).is_some_and(|(low, high)| low < 20.0 && (80.0..4000.0).contains(&high)));
    }

    #[test]
    fn a_long_tail_is_no_error() {
        let mut sizes: Vec<(f64, u64)> = (0..400).map(|place| (1.03_f64.powi(place), 1)).collect();
        assert_eq!(bounds(&mut sizes), None);
    }

    #[test]
    fn what_does_not_vary_has_no_outliers() {
        assert_eq!(bounds(&mut [(0.0, 90), (500.0, 1)]), None);
    }
}
