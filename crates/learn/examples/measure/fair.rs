//! Labels of Adult are poisoned, more in the unprivileged group; then the table is sanitised and reweighed, by sex or by race.

use std::error::Error;

use lustrate_learn::{Class, Examples, ProtectedGroups, SanitiseSettings, Score, group_report, reweighed, sanitise};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Data, fit};

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    for column in ["sex", "race"] {
        for seed in 0..2 {
            let parts = data.parts(seed)?;
            let groups = ProtectedGroups::new(&data.table, &[column.to_owned()])?;
            let (of_work, of_judges) = (groups.of(&parts.work.rows), groups.of(&parts.judges.rows));
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut poisoned = parts.work.clone();
            for (row, &group) in of_work.iter().enumerate().skip(1000) {
                let is_privileged = ["sex = Male", "race = White"].contains(&groups.names()[group].as_str());
                if random.random_bool(0.1) || (!is_privileged && poisoned.y[row] == Class(1) && random.random_bool(0.5))
                {
                    poisoned.y[row] = Class(1 - poisoned.y[row].0);
                }
            }
            let report = |stage: &str, examples: &Examples, weights: Option<&[f64]>| {
                let p = fit(&examples.x, &examples.y, 2, weights).probabilities(&parts.judges.x);
                let predicted: Vec<Class> = (0..p.len()).map(|row| p.argmax(row)).collect();
                let judges = &parts.judges;
                let report = group_report(&groups, &of_judges, &judges.y, Some(&predicted), None, Class(1));
                println!(
                    "{column}, {stage}: accuracy {:.4}, parity difference {:.3}, equalised odds {:.3}",
                    Score::new(&p, &judges.y).accuracy,
                    report.selection.map_or(0.0, |selection| selection.difference),
                    report.equalised_odds.unwrap_or(0.0)
                );
            };
            report("clean", &parts.work, None);
            report("poisoned", &poisoned, None);
            let trusted: Vec<usize> = (0..1000).collect();
            for (stage, groups) in [("sanitised blindly", None), ("sanitised by group", Some(&of_work[..]))] {
                let found =
                    sanitise(&poisoned, Some(&trusted), &SanitiseSettings { groups, ..SanitiseSettings::default() });
                println!("removed {} of {}", found.removed.len(), poisoned.len());
                report(stage, &poisoned, Some(&found.weights));
                let weights = reweighed(&of_work, &poisoned.y, Some(&found.weights));
                report(&format!("{stage}, reweighed"), &poisoned, Some(&weights));
            }
        }
    }
    Ok(())
}
