//! Labels are flipped, and the flips are looked for.

use std::error::Error;

use lustrate_learn::{
    Class, Examples, LabelRanking, LabelSettings, LogisticSettings, label_issues, out_of_fold, stratified_folds,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, average_precision, score};

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for (noise, one_sided) in [(0.1, false), (0.2, false), (0.3, true)] {
        for seed in 0..2 {
            let parts = data.parts(seed)?;
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let classes = parts.work.classes as u32;
            let given: Vec<Class> = (parts.work.y.iter())
                .map(|class| {
                    let flip = (!one_sided || class.0 == 1) && random.random_bool(noise);
                    let other = if one_sided { 0 } else { (class.0 + random.random_range(1..classes)) % classes };
                    if flip { Class(other) } else { *class }
                })
                .collect();
            let wrong: Vec<bool> = given.iter().zip(&parts.work.y).map(|(given, truth)| given != truth).collect();
            let examples = Examples { y: given, ..parts.work.clone() };
            let folds = stratified_folds(&examples.y, 5, seed);
            let p = out_of_fold(&examples, None, &folds, &LogisticSettings::default());
            let found = [LabelRanking::Given, LabelRanking::Corrected]
                .map(|ranking| label_issues(&p, &examples.y, &LabelSettings { ranking, groups: None }));
            let [given, corrected] = [0, 1].map(|place| average_precision(&found[place].scores, &wrong));
            let right = found[0].issues.iter().filter(|issue| wrong[issue.row]).count();
            let all = wrong.iter().filter(|wrong| **wrong).count();
            let mut keep = vec![true; examples.len()];
            found[0].issues.iter().for_each(|issue| keep[issue.row] = false);
            let kept: Vec<usize> = (0..examples.len()).filter(|&row| keep[row]).collect();
            let pruned = examples.select(&kept);
            let accuracy = |examples: &Examples| score(&examples.x, &examples.y, None, &parts.judges).accuracy;
            println!(
                "noise {noise} {}: average precision {given:.3} by p, {corrected:.3} by r; flagged {} of {}, {right} of \
                 {all} wrong ones; estimated noise {:.3}; accuracy {:.4} dirty, {:.4} without the flagged, {:.4} clean",
                if one_sided { "one-sided" } else { "symmetric" },
                found[0].issues.len(),
                examples.len(),
                found[0].noise(),
                accuracy(&examples),
                accuracy(&pruned),
                accuracy(&parts.work),
            );
        }
    }
    Ok(())
}
