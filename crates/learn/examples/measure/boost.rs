//! A table as it is, and with a share of its cells damaged.

use std::error::Error;
use std::time::Instant;

use lustrate_learn::{BoostSettings, Picking, RareClasses, Target, boost};
use lustrate_table::{CellId, Kind, RowId, Table};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, Mean};

const SEEDS: u64 = 3;

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for share in [0.0, 0.05, 0.2] {
        for picking in [Picking::default(), Picking::AdaBoost { picks: 10 }] {
            let [mut nothing, mut picked, mut gain, mut error, mut worst]: [Mean; 5] = Default::default();
            let start = Instant::now();
            for seed in 0..SEEDS {
                let table = damaged(&data.table, &data.target, share, seed);
                let target = Target::fit(&table, &data.target, 5, RareClasses::Refuse)?;
                let settings = BoostSettings { picking, seed, ..BoostSettings::default() };
                let boosted = boost(&table, &target, &[], &settings)?;
                let arms = boosted.arms.iter();
                worst.push(arms.clone().map(|arm| arm.score.accuracy).fold(1.0, f64::min));
                if let Some(judged) = &boosted.judged {
                    nothing.push(judged.nothing.accuracy);
                    picked.push(judged.picked.accuracy);
                    gain.push(judged.gain);
                    error.push(judged.standard_error);
                }
                for arm in arms.take(3).filter(|_| seed == 0 && std::env::var_os("ARMS").is_some()) {
                    println!(
                        "  {:.2} {:?}: {} cells, accuracy {:.4}, loss less by {:.4} ± {:.4}",
                        arm.weight, arm.arm, arm.cells, arm.score.accuracy, arm.gain, arm.standard_error
                    );
                }
            }
            println!(
                "damage {share}, {picking:?}: accuracy {nothing} → {picked}, gain {gain} (of one run ± {error}), worst arm \
                 {worst}, {:.1} s a run",
                start.elapsed().as_secs_f64() / SEEDS as f64
            );
        }
    }
    Ok(())
}

/// A share of the cells: numbers become a sentinel, or ten times too large; levels lose a letter or become missing.
fn damaged(table: &Table, target: &str, share: f64, seed: u64) -> Table {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut made = table.clone();
    for attribute in table.schema().ids().filter(|&id| table.schema().name(id) != target) {
        for row in 0..table.rows() as u32 {
            if !random.random_bool(share) {
                continue;
            }
            let cell = CellId { row: RowId(row), attribute };
            let Some(text) = table.text(cell) else { continue };
            let other = match (table.schema().kind(attribute), random.random_bool(0.5)) {
                (Kind::Number, true) => Some("99999".to_owned()),
                (Kind::Number, false) => Some(format!("{text}0")),
                (Kind::Text, true) => Some(text.chars().skip(1).collect()),
                (Kind::Text, false) => None,
            };
            made.set(cell, other.as_deref());
        }
    }
    made
}
