//! What is found depends on no order of rows and on no number of threads.

use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::tables::Texts;

/// Cities, their states, and a few errors, besides columns of chance.
fn cells(random: &mut ChaCha8Rng, rows: usize) -> Vec<Vec<Option<String>>> {
    let mut table = Vec::new();
    for _ in 0..rows {
        let city = random.random_range(0..rows / 8);
        let state = if random.random_range(0..40) == 0 { 99 } else { city % 7 };
        let size = random.random_range(0..4);
        let row = [city, state, size, (size * 5 + state) % 11, random.random_range(0..1000)];
        table.push(row.map(|cell| (random.random_range(0..60) > 0).then(|| cell.to_string())));
    }
    table.sort();
    table.into_iter().map(Vec::from).collect()
}

fn of_rows(rows: &[Vec<Option<String>>]) -> Texts {
    Texts::of(
        &(0..rows[0].len()).map(|column| rows.iter().map(|row| row[column].clone()).collect()).collect::<Vec<_>>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn permuted_rows_show_the_same(seed in any::<u64>()) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut rows = cells(&mut random, 800);
        let found = of_rows(&rows).proposed();
        prop_assert!(!found.is_empty());
        rows.shuffle(&mut random);
        prop_assert_eq!(of_rows(&rows).proposed(), found);
    }
}

#[test]
fn a_sampled_table_shows_the_same_in_any_order_and_on_any_number_of_threads() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut rows = cells(&mut random, 60_000);
    let found = of_rows(&rows).proposed();
    let lines: Vec<String> = found.iter().map(|line| of_rows(&rows).line(line)).collect();
    assert!(lines.contains(&"c0 -> c1".to_owned()), "{lines:?}");
    rows.shuffle(&mut random);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
    assert_eq!(one.install(|| of_rows(&rows).proposed()), found);
}
