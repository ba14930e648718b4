//! In tables whose columns are independent nothing depends on anything.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::tables::Texts;

/// A column of one of the shapes that real ones have: a few values or many, even or skewed, with missing cells.
fn column(random: &mut ChaCha8Rng, rows: usize) -> Vec<Option<String>> {
    let distinct = [2, 3, 5, 12, 40, 150, rows / 2 + 1, rows * 4][random.random_range(0..8)];
    let skew = [1.0, 1.0, 2.0, 4.0][random.random_range(0..4)];
    let missing = [0.0, 0.0, 0.1, 0.6][random.random_range(0..4)];
    let cell = |random: &mut ChaCha8Rng| {
        let value = (random.random::<f64>().powf(skew) * distinct as f64) as usize;
        (random.random::<f64>() >= missing).then(|| value.to_string())
    };
    (0..rows).map(|_| cell(random)).collect()
}

#[test]
fn independent_columns_determine_nothing() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for table in 0..200 {
        let (columns, rows) = (random.random_range(5..=20), random.random_range(50..=2000));
        let columns: Vec<_> = (0..columns).map(|_| column(&mut random, rows)).collect();
        let texts = Texts::of(&columns);
        let found: Vec<String> = texts.proposed().iter().map(|line| texts.line(line)).collect();
        assert!(found.is_empty(), "table {table} of {rows} rows: {found:?}");
    }
}
