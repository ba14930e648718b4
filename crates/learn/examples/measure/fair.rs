//! Adult is poisoned against the unprivileged group, or at random and against it; then it is sanitised and reweighed, by sex or
//! by race.

use std::error::Error;

use lustrate_learn::{Class, Examples, ProtectedGroups, SanitiseSettings, Score, group_report, reweighed, sanitise};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, Mean, fit};

const SEEDS: u64 = 5;
const TRUSTED: usize = 1000;

#[derive(Clone, Copy, Debug)]
enum Poison {
    /// A tenth of all labels are flipped, and half of the unprivileged positives.
    Noise,
    /// Half of the unprivileged positives are flipped, and a quarter of the privileged negatives.
    Bias,
}

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for poison in [Poison::Bias, Poison::Noise] {
        for column in ["sex", "race"] {
            let mut stages: Vec<(String, [Mean; 3])> = Vec::new();
            let mut removed = Mean::default();
            for seed in 0..SEEDS {
                let parts = data.parts(seed)?;
                let groups = ProtectedGroups::new(&data.table, &[column.to_owned()])?;
                let (of_work, of_judges) = (groups.of(&parts.work.rows), groups.of(&parts.judges.rows));
                let is_privileged =
                    |group: usize| ["sex = Male", "race = White"].contains(&groups.names()[group].as_str());
                let privileged: Vec<bool> = of_work.iter().map(|&group| is_privileged(group)).collect();
                let poisoned = poisoned(&parts.work, &privileged, poison, &mut ChaCha8Rng::seed_from_u64(seed));
                let mut report = |stage: &str, examples: &Examples, weights: Option<&[f64]>| {
                    let p = fit(&examples.x, &examples.y, 2, weights).probabilities(&parts.judges.x);
                    let predicted: Vec<Class> = (0..p.len()).map(|row| p.argmax(row)).collect();
                    let judges = &parts.judges;
                    let report = group_report(&groups, &of_judges, &judges.y, Some(&predicted), None, Class(1));
                    let place = stages.iter().position(|(name, _)| name == stage).unwrap_or_else(|| {
                        stages.push((stage.to_owned(), Default::default()));
                        stages.len() - 1
                    });
                    let means = &mut stages[place].1;
                    means[0].push(Score::new(&p, &judges.y).accuracy);
                    means[1].push(report.selection.map_or(0.0, |selection| selection.difference));
                    means[2].push(report.equalised_odds.unwrap_or(0.0));
                };
                report("clean", &parts.work, None);
                report("poisoned", &poisoned, None);
                let trusted: Vec<usize> = (0..TRUSTED.min(poisoned.len() / 4)).collect();
                for (stage, groups) in [("sanitised blindly", None), ("sanitised by group", Some(&of_work[..]))] {
                    let settings = SanitiseSettings { groups, seed, ..SanitiseSettings::default() };
                    let found = sanitise(&poisoned, Some(&trusted), &settings);
                    removed.push(found.removed.len() as f64 / poisoned.len() as f64);
                    report(stage, &poisoned, Some(&found.weights));
                    let weights = reweighed(&of_work, &poisoned.y, Some(&found.weights));
                    report(&format!("{stage}, reweighed"), &poisoned, Some(&weights));
                }
            }
            println!("{poison:?}, {column}: removed {removed} of the rows");
            for (stage, [accuracy, parity, odds]) in &stages {
                println!("  {stage}: accuracy {accuracy}, parity difference {parity}, equalised odds {odds}");
            }
        }
    }
    Ok(())
}

/// The first rows are trusted, and are not poisoned.
fn poisoned(work: &Examples, privileged: &[bool], poison: Poison, random: &mut ChaCha8Rng) -> Examples {
    let mut poisoned = work.clone();
    for row in TRUSTED.min(work.len() / 4)..work.len() {
        let (positive, privileged) = (work.y[row] == Class(1), privileged[row]);
        let mut chance = |share: f64| random.random_bool(share);
        let flip = match poison {
            Poison::Noise => chance(0.1) || (!privileged && positive && chance(0.5)),
            Poison::Bias if privileged => !positive && chance(0.25),
            Poison::Bias => positive && chance(0.5),
        };
        if flip {
            poisoned.y[row] = Class(1 - work.y[row].0);
        }
    }
    poisoned
}
