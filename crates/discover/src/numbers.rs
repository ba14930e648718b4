//! Columns of numbers and dates, for orders and equations.

use lustrate_table::AttributeId;

/// What the numbers of a column are. Orders hold between columns of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// A date or a time on the calendar, as a number of days or seconds; all such columns in the same unit.
    Date,
    /// A number.
    Number,
}

/// A column as numbers.
#[derive(Clone, Copy, Debug)]
pub struct NumberColumn<'a> {
    /// The attribute.
    pub attribute: AttributeId,
    /// What its numbers are.
    pub quantity: Quantity,
    /// One value a row; `None` where the cell is missing or reads as no number.
    pub values: &'a [Option<f64>],
}

impl NumberColumn<'_> {
    /// The finite value of a row.
    pub(crate) fn value(&self, row: usize) -> Option<f64> {
        self.values[row].filter(|value| value.is_finite())
    }
}

/// At most `most` rows with different hashes, by their hashes.
pub(crate) fn sample(hashes: &[u64], most: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..hashes.len()).collect();
    rows.sort_unstable_by_key(|&row| (hashes[row], row));
    rows.dedup_by_key(|row| hashes[*row]);
    rows.truncate(most);
    rows
}

/// What Chernoff's bound says of `seen` of `tries` where each has the chance `chance`, in nats: the divergence of the
/// share from the chance, times the number of tries. The probability to see as much by accident is at most `e` to the
/// minus of it. Zero where less is seen than expected.
pub(crate) fn surprise(seen: f64, tries: f64, chance: f64) -> f64 {
    if tries <= 0.0 || seen <= chance * tries {
        return 0.0;
    }
    let (share, chance) = (seen / tries, chance.clamp(1e-12, 1.0 - 1e-12));
    let part = |share: f64, chance: f64| if share > 0.0 { share * (share / chance).ln() } else { 0.0 };
    tries * (part(share, chance) + part(1.0 - share, 1.0 - chance))
}

/// The evidence beyond the log of the number of tries, in nats: one table in a thousand shows such a thing by accident.
pub(crate) const SURE: f64 = 7.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprise_bounds_the_chance_of_an_accident() {
        assert!((surprise(10.0, 10.0, 0.5) - 10.0 * 2.0_f64.ln()).abs() < 1e-9);
        assert_eq!(surprise(5.0, 10.0, 0.5), 0.0);
        assert_eq!(surprise(0.0, 0.0, 0.5), 0.0);
    }

    #[test]
    fn rows_that_are_the_same_are_drawn_once() {
        assert_eq!(sample(&[7, 3, 7, 5], 10), [1, 3, 0]);
        assert_eq!(sample(&[7, 3, 7, 5], 2), [1, 3]);
    }
}
