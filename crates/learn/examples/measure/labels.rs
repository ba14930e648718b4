//! Labels are flipped, and the flips are looked for.

use std::error::Error;
use std::time::Instant;

use lustrate_learn::{
    Class, Examples, LabelRanking, LabelSettings, Learner, LogisticSettings, Score, label_issues, out_of_fold_by,
    stratified_folds,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, Mean, average_precision};

const SEEDS: u64 = 3;

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for learner in Learner::ALL {
        for (noise, one_sided) in [(0.1, false), (0.2, false), (0.2, true), (0.3, true)] {
            let mut means: [Mean; 9] = Default::default();
            for seed in 0..SEEDS {
                let parts = data.parts(seed)?;
                let (examples, wrong) = noisy(&parts.work, noise, one_sided, seed);
                let folds = stratified_folds(&examples.y, 5, seed);
                let start = Instant::now();
                let p = out_of_fold_by(learner, &examples, None, &folds, &LogisticSettings::default(), seed);
                let found = [LabelRanking::Given, LabelRanking::Corrected]
                    .map(|ranking| label_issues(&p, &examples.y, &LabelSettings { ranking, groups: None }));
                let seconds = start.elapsed().as_secs_f64();
                let flagged: Vec<usize> = found[0].issues.iter().map(|issue| issue.row).collect();
                let right = flagged.iter().filter(|&&row| wrong[row]).count() as f64;
                let all = wrong.iter().filter(|wrong| **wrong).count() as f64;
                let mut keep = vec![true; examples.len()];
                flagged.iter().for_each(|&row| keep[row] = false);
                let kept: Vec<usize> = (0..examples.len()).filter(|&row| keep[row]).collect();
                let accuracy = |examples: &Examples| {
                    let model = learner.fit(
                        &examples.x,
                        &examples.y,
                        examples.classes,
                        None,
                        &LogisticSettings::default(),
                        seed,
                    );
                    Score::new(&model.probabilities(&parts.judges.x), &parts.judges.y).accuracy
                };
                let figures = [
                    average_precision(&found[0].scores, &wrong),
                    average_precision(&found[1].scores, &wrong),
                    right / flagged.len().max(1) as f64,
                    right / all,
                    found[0].noise(),
                    accuracy(&examples),
                    accuracy(&examples.select(&kept)),
                    accuracy(&parts.work),
                    seconds,
                ];
                means.iter_mut().zip(figures).for_each(|(mean, figure)| mean.push(figure));
            }
            let [by_p, by_r, precision, recall, estimated, dirty, pruned, clean, seconds] = means;
            println!(
                "{learner:?}, noise {noise} {}: average precision {by_p} by p, {by_r} by r; of the flags {precision} right, of \
                 the wrong {recall} flagged; noise {estimated}; accuracy {dirty} dirty, {pruned} without the flagged, {clean} \
                 clean; {seconds} s",
                if one_sided { "one-sided" } else { "symmetric" },
            );
        }
    }
    Ok(())
}

/// The examples with some labels flipped, of the second class alone or of all, and which were.
fn noisy(work: &Examples, noise: f64, one_sided: bool, seed: u64) -> (Examples, Vec<bool>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let classes = work.classes as u32;
    let given = work.y.iter().map(|class| {
        let flip = (!one_sided || class.0 == 1) && random.random_bool(noise);
        let other = if one_sided { 0 } else { (class.0 + random.random_range(1..classes)) % classes };
        if flip { Class(other) } else { *class }
    });
    let given: Vec<Class> = given.collect();
    let wrong = given.iter().zip(&work.y).map(|(given, truth)| given != truth).collect();
    (Examples { y: given, ..work.clone() }, wrong)
}
