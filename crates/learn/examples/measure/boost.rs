//! A table as it is, and with a share of its cells damaged.

use std::error::Error;

use lustrate_learn::{BoostSettings, Picking, RareClasses, Target, boost};
use lustrate_table::{CellId, Kind, RowId, Table};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::Data;

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for share in [0.0, 0.05, 0.2] {
        let table = damaged(&data.table, &data.target, share);
        let target = Target::fit(&table, &data.target, 5, RareClasses::Refuse)?;
        for picking in [Picking::default(), Picking::AdaBoost { picks: 10 }] {
            let boosted = boost(&table, &target, &[], &BoostSettings { picking, ..BoostSettings::default() })?;
            if let Some(judged) = &boosted.judged {
                println!(
                    "damage {share}, {picking:?}: accuracy {:.4} → {:.4}, gain {:.4} ± {:.4}, log loss {:.4} → {:.4}",
                    judged.nothing.accuracy,
                    judged.picked.accuracy,
                    judged.gain,
                    judged.standard_error,
                    judged.nothing.log_loss,
                    judged.picked.log_loss
                );
            }
            let worst = boosted.arms.iter().map(|arm| arm.score.accuracy).fold(1.0, f64::min);
            println!("  {} arms, worst accuracy {worst:.4}", boosted.arms.len());
            for arm in boosted.arms.iter().take(4) {
                println!(
                    "  {:.2} {:?}: {} cells, accuracy {:.4}, loss less by {:.4} ± {:.4}",
                    arm.weight, arm.arm, arm.cells, arm.score.accuracy, arm.gain, arm.standard_error
                );
            }
        }
    }
    Ok(())
}

/// A share of the cells: numbers become a sentinel, or ten times too large; levels lose a letter or become missing.
fn damaged(table: &Table, target: &str, share: f64) -> Table {
    let mut random = ChaCha8Rng::seed_from_u64(9);
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
