//! Units are inferred on many made-up columns whose units are known: the probabilities must be honest.

use lustrate_normalise::{Amount, UnitScale, infer_units};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How true durations spread.
#[derive(Clone, Copy, Debug)]
enum Spread {
    LogNormal(f64),
    Weibull(f64),
    HeavyTailed(f64),
}

const SPREADS: [Spread; 8] = [
    Spread::LogNormal(0.2),
    Spread::LogNormal(0.5),
    Spread::LogNormal(0.8),
    Spread::LogNormal(1.5),
    Spread::Weibull(1.0),
    Spread::Weibull(2.0),
    Spread::HeavyTailed(0.3),
    Spread::HeavyTailed(0.6),
];

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (random.random_range(1e-12..1.0), random.random());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

impl Spread {
    fn draw(self, random: &mut ChaCha8Rng) -> f64 {
        match self {
            Spread::LogNormal(scale) => (scale * normal(random)).exp(),
            Spread::Weibull(shape) => (-random.random_range(1e-12..1.0f64).ln()).powf(1.0 / shape),
            Spread::HeavyTailed(scale) => {
                let freedom: f64 = (0..4).map(|_| normal(random).powi(2)).sum::<f64>() / 4.0;
                (scale * normal(random) / freedom.sqrt()).exp()
            }
        }
    }
}

/// What came of some columns.
#[derive(Debug, Default)]
struct Tally {
    bare: usize,
    in_hours: usize,
    confident: usize,
    confident_and_right: usize,
    likelier: usize,
}

/// One column: groups of a size, a share of groups with hours in them, a share of hours in those.
fn column(tally: &mut Tally, spread: Spread, groups: usize, size: usize, rates: &[f64], seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut amounts, mut of_group, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    for group in 0..groups {
        let centre = 120.0 * (0.3 * normal(&mut random)).exp();
        let rate = rates[group % rates.len()];
        for _ in 0..size {
            let minutes = centre * spread.draw(&mut random);
            let hours = random.random_bool(rate);
            let written = if hours { (minutes / 60.0 * 100.0).round() / 100.0 } else { minutes.round() };
            amounts.push(Some(Amount::Bare(written)));
            of_group.push(group as u32);
            truth.push(hours);
        }
    }
    let inference = infer_units(&amounts, &of_group, &UnitScale::of_factors(&[60.0]));
    for (guess, truth) in inference.guesses.iter().zip(truth) {
        let p = guess.map_or(0.0, |guess| guess.probability);
        tally.bare += 1;
        tally.in_hours += usize::from(truth);
        tally.confident += usize::from(p >= 0.9);
        tally.confident_and_right += usize::from(p >= 0.9 && truth);
        tally.likelier += usize::from(p >= 0.5);
    }
}

fn precision(tally: &Tally) -> f64 {
    tally.confident_and_right as f64 / (tally.confident as f64).max(1.0)
}

/// Groups and their size.
const SIZES: [(usize, usize); 7] = [(1, 40), (1, 400), (1, 1500), (3, 30), (12, 6), (12, 40), (12, 120)];

#[test]
fn clean_columns_stay_as_they_are() {
    for spread in SPREADS {
        let mut tally = Tally::default();
        for (groups, size) in SIZES {
            for seed in 0..2 {
                column(&mut tally, spread, groups, size, &[0.0], seed);
            }
        }
        assert!(tally.likelier * 1000 <= tally.bare, "{spread:?}: {} of {}", tally.likelier, tally.bare);
    }
}

#[test]
fn what_is_said_confidently_is_right() {
    let rates: [&[f64]; 6] = [&[0.02], &[0.1], &[0.3], &[0.6], &[0.0, 0.5, 0.05], &[0.0, 0.0, 0.0, 1.0]];
    let (mut said, mut hours) = (0, 0);
    for spread in SPREADS {
        let mut all = Tally::default();
        for rates in rates {
            for (groups, size) in SIZES.into_iter().filter(|size| size.0 > 3 || !rates.contains(&1.0)) {
                column(&mut all, spread, groups, size, rates, 100);
            }
        }
        assert!(precision(&all) >= 0.95, "{spread:?}: {all:?}");
        (said, hours) = (said + all.confident_and_right, hours + all.in_hours);
    }
    assert!(said * 2 > hours, "{said} of {hours} are found");
}
