//! Values of Adult are damaged systematically, or labels flipped, and cleaned batch by batch.

use std::error::Error;

use lustrate_learn::{
    Active, ActiveSettings, Class, CurvePoint, Estimator, Examples, Featuriser, Pool, Sampling, Target,
};
use lustrate_table::{CellId, RowId, Table, parse_number};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, Mean, score};

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    let estimators = [
        ("auto", None, Sampling::Uniform),
        ("learned repair", Some(Estimator::LearnedRepair), Sampling::Uniform),
        ("reweighted", Some(Estimator::Reweighted), Sampling::Uniform),
        ("drop", Some(Estimator::Drop), Sampling::Uniform),
        ("mixture", Some(Estimator::Mixture), Sampling::Uniform),
        ("paper, 1", Some(Estimator::Paper { step: 1.0 }), Sampling::Importance),
        ("paper, 5", Some(Estimator::Paper { step: 5.0 }), Sampling::Importance),
        ("paper, 10", Some(Estimator::Paper { step: 10.0 }), Sampling::Importance),
    ];
    for damage in ["values", "labels"] {
        for (name, estimator, sampling) in estimators {
            let mut needed = Vec::new();
            let [mut start, mut end, mut ideal]: [Mean; 3] = Default::default();
            for seed in 0..5 {
                let parts = data.parts(seed)?;
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                let is_dirty =
                    |row: &Class, random: &mut ChaCha8Rng| random.random_bool(if row.0 == 1 { 0.8 } else { 0.2 });
                let dirty_rows: Vec<bool> = parts.work.y.iter().map(|class| is_dirty(class, &mut random)).collect();
                let dirty = damaged(data, &parts.space, &parts.target, &parts.work, &dirty_rows, damage)?;
                let doubt: Vec<f64> = dirty_rows.iter().map(|&dirty| f64::from(u8::from(dirty))).collect();
                let pool = Pool {
                    dirty: &dirty,
                    current: &dirty,
                    doubt: &doubt,
                    columns: parts.space.columns(),
                    repaired: None,
                    judges: &parts.judges,
                };
                let settings = ActiveSettings {
                    budget: 1500,
                    batch: 50,
                    sampling,
                    estimator,
                    patience: None,
                    seed,
                    ..ActiveSettings::default()
                };
                let mut active = Active::start(&pool, settings);
                active.run(&pool, |rows| {
                    (parts.work.x.select(rows), rows.iter().map(|&row| parts.work.y[row]).collect())
                });
                let clean = score(&parts.work.x, &parts.work.y, None, &parts.judges).accuracy;
                let curve = active.curve();
                let wanted = curve[0].accuracy + 0.95 * (clean - curve[0].accuracy);
                let reached = |point: &&CurvePoint| point.accuracy >= wanted;
                needed.push(curve.iter().find(reached).map_or("never".to_owned(), |point| point.records.to_string()));
                start.push(curve[0].accuracy);
                end.push(curve[curve.len() - 1].accuracy);
                ideal.push(clean);
            }
            println!(
                "{damage}, {name}: 95 % of the gap after {}; accuracy {start} at first, {end} at last, {ideal} clean",
                needed.join(", ")
            );
        }
    }
    Ok(())
}

/// The rows with the damage that a wrong conversion does to every dirty row, in the space of the clean ones.
fn damaged(
    data: &Data,
    space: &Featuriser,
    target: &Target,
    work: &Examples,
    dirty: &[bool],
    damage: &str,
) -> Result<Examples, Box<dyn Error>> {
    if damage == "labels" {
        let flip = |(class, dirty): (&Class, &bool)| if *dirty { Class(1 - class.0) } else { *class };
        return Ok(Examples { y: work.y.iter().zip(dirty).map(flip).collect(), ..work.clone() });
    }
    let mut table: Table = data.table.clone();
    for (&row, _) in work.rows.iter().zip(dirty).filter(|(_, dirty)| **dirty) {
        for (name, convert) in [
            ("education-num", (|number| 20.0 - number) as fn(f64) -> f64),
            ("hours-per-week", |number| number * 7.0),
            ("age", |number| 2017.0 - number),
        ] {
            let attribute = table.schema().find(name).ok_or("the table is Adult")?;
            let cell = CellId { row: RowId(row as u32), attribute };
            let number = table.text(cell).and_then(parse_number).unwrap_or(0.0);
            table.set(cell, Some(&convert(number).to_string()));
        }
    }
    let all = space.examples(&table, target)?;
    let mut place = vec![0; table.rows()];
    all.rows.iter().enumerate().for_each(|(at, &row)| place[row] = at);
    Ok(all.select(&work.rows.iter().map(|&row| place[row]).collect::<Vec<_>>()))
}
