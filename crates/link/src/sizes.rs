//! How many rows values have, and how often two of them would come together by chance.

use std::collections::BTreeMap;

use lustrate_table::{Column, count_codes};

/// How many values have how many rows. Sizes that differ by an eighth or less are put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sizes {
    /// The mean number of rows, and how many values have about so many.
    sizes: Vec<(f64, f64)>,
    values: usize,
}

impl Sizes {
    /// From the rows of each value; a value without any is left out.
    pub(crate) fn new(rows: impl IntoIterator<Item = u32>) -> Self {
        let mut near: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
        for rows in rows.into_iter().filter(|&rows| rows > 0).map(f64::from) {
            // The exponent and the first three binary places.
            let (sum, values) = near.entry(rows.to_bits() >> 49).or_default();
            *sum += rows;
            *values += 1.0;
        }
        let values = near.values().map(|(_, values)| *values as usize).sum();
        Sizes { sizes: near.into_values().map(|(sum, values)| (sum / values, values)).collect(), values }
    }

    /// Those of the values of a column.
    pub(crate) fn of(column: &Column) -> Self {
        Sizes::new(count_codes(column.codes(), column.dictionary().len()))
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.values
    }

    /// The share of rows that would repeat what another row pairs, if each row drew its values in two columns apart from each
    /// other (a Poisson number of rows for each pair).
    pub(crate) fn repeated_by_chance(&self, other: &Sizes, rows: usize) -> f64 {
        let rows = rows.max(1) as f64;
        let mut pairs = 0.0;
        for (one, ones) in &self.sizes {
            for (another, others) in &other.sizes {
                pairs -= ones * others * (-one * another / rows).exp_m1();
            }
        }
        let all = |sizes: &Sizes| sizes.sizes.iter().map(|(size, values)| size * values).sum::<f64>() / rows;
        all(self) * all(other) - pairs / rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_full_grid_a_third_would_come_twice_and_in_an_empty_one_none() {
        // The mean of a Poisson number is one: of the rows a share of 1/e would be one too many.
        let full = Sizes::new([40; 100]).repeated_by_chance(&Sizes::new([100; 40]), 4_000);
        assert!((full - (-1.0f64).exp()).abs() < 1e-9, "{full}");
        let empty = Sizes::new([10; 2_000]).repeated_by_chance(&Sizes::new([10; 2_000]), 20_000);
        assert!(empty < 0.003, "{empty}");
    }

    #[test]
    fn near_sizes_are_put_together_and_all_are_counted() {
        let sizes = Sizes::new(0..=1_000);
        assert_eq!(sizes.len(), 1_000);
        assert!(sizes.sizes.len() < 80, "{}", sizes.sizes.len());
        let all: f64 = sizes.sizes.iter().map(|(size, values)| size * values).sum();
        assert!((all - 500_500.0).abs() < 1e-6);
    }
}
