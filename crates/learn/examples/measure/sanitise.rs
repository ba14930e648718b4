//! Rows are poisoned in six ways, and looked for with a trusted slice of 500 rows.

use std::error::Error;
use std::time::Instant;

use lustrate_learn::{Class, Examples, Rows, SanitiseSettings, sanitise};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, Mean, area_under_curve, score};

const SEEDS: u64 = 5;
const TRUSTED: usize = 500;

#[derive(Clone, Copy, Debug)]
enum Attack {
    Flips(f64),
    OneSided(f64),
    JitteredCopies(f64),
    Cluster(f64),
}

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    let attacks = [
        Attack::Flips(0.0),
        Attack::Flips(0.1),
        Attack::Flips(0.2),
        Attack::Flips(0.3),
        Attack::OneSided(0.3),
        Attack::JitteredCopies(0.2),
        Attack::Cluster(0.2),
    ];
    for attack in attacks {
        let mut means: [[Mean; 7]; 2] = Default::default();
        for seed in 0..SEEDS {
            let parts = data.parts(seed)?;
            let (examples, wrong) = poisoned(&parts.work, attack, &mut ChaCha8Rng::seed_from_u64(seed));
            let trusted: Vec<usize> = (0..TRUSTED.min(examples.len() / 4)).collect();
            let poisoned = score(&examples.x, &examples.y, None, &parts.judges).accuracy;
            let clean = score(&parts.work.x, &parts.work.y, None, &parts.judges).accuracy;
            for (known, means) in [Some(&trusted[..]), None].into_iter().zip(&mut means) {
                let start = Instant::now();
                let found = sanitise(&examples, known, &SanitiseSettings { seed, ..SanitiseSettings::default() });
                let seconds = start.elapsed().as_secs_f64();
                let right = found.removed.iter().filter(|&&row| wrong[row]).count() as f64;
                let rest = trusted.len();
                let figures = [
                    area_under_curve(&found.losses[rest..], &wrong[rest..]),
                    right / found.removed.len().max(1) as f64,
                    right / wrong.iter().filter(|wrong| **wrong).count() as f64,
                    poisoned,
                    score(&examples.x, &examples.y, Some(&found.weights), &parts.judges).accuracy,
                    clean,
                    seconds,
                ];
                means.iter_mut().zip(figures).for_each(|(mean, figure)| mean.push(figure));
            }
        }
        for (how, [area, precision, recall, poisoned, sanitised, clean, seconds]) in
            ["trusted", "out of fold"].into_iter().zip(means)
        {
            println!(
                "{attack:?}, {how}: AUROC {area}; of the removed {precision} wrong, of the wrong {recall} removed; accuracy \
                 {poisoned} poisoned, {sanitised} sanitised, {clean} clean; {seconds} s"
            );
        }
    }
    Ok(())
}

/// The trusted rows come first, and are not poisoned.
fn poisoned(work: &Examples, attack: Attack, random: &mut ChaCha8Rng) -> (Examples, Vec<bool>) {
    let mut examples = work.clone();
    let mut wrong = vec![false; work.len()];
    let first = TRUSTED.min(work.len() / 4);
    let flip = |class: Class| Class((class.0 + 1) % work.classes as u32);
    match attack {
        Attack::Flips(share) | Attack::OneSided(share) => {
            let any = matches!(attack, Attack::Flips(_));
            for (row, wrong) in wrong.iter_mut().enumerate().skip(first) {
                if (any || work.y[row].0 == 1) && random.random_bool(share) {
                    examples.y[row] = flip(work.y[row]);
                    *wrong = true;
                }
            }
        }
        Attack::JitteredCopies(share) | Attack::Cluster(share) => {
            let positive: Vec<usize> = (first..work.len()).filter(|&row| work.y[row].0 == 1).collect();
            let centre = positive[random.random_range(0..positive.len())];
            for _ in 0..(share * work.len() as f64) as usize {
                let copied = match attack {
                    Attack::Cluster(_) => centre,
                    _ => positive[random.random_range(0..positive.len())],
                };
                examples.x.push(jittered(&work.x, copied, random));
                examples.y.push(flip(work.y[copied]));
                examples.rows.push(examples.rows.len());
                wrong.push(true);
            }
        }
    }
    (examples, wrong)
}

fn jittered(x: &Rows, row: usize, random: &mut ChaCha8Rng) -> Vec<(u32, f64)> {
    let entries: Vec<(usize, f64)> = x.row(row).collect();
    let jitter = |(place, value): (usize, f64)| {
        let number = value != 1.0;
        (place as u32, if number { value + random.random_range(-0.1..0.1) } else { value })
    };
    entries.into_iter().map(jitter).collect()
}
