//! How well and how fast the model predicts the target.

use std::error::Error;
use std::time::Instant;

use lustrate_learn::{
    FeatureSettings, Featuriser, LogisticSettings, RareClasses, Score, Target, leaks, out_of_fold, stratified_folds,
};

use crate::data::Data;

pub fn measure(data: &Data) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let target = Target::fit(&data.table, &data.target, 5, RareClasses::Refuse)?;
    let space = Featuriser::fit(&data.table, &data.target, &FeatureSettings::default())?;
    let examples = space.examples(&data.table, &target)?;
    println!("{} rows, {} features, {:.2?}", examples.len(), space.width(), start.elapsed());
    let start = Instant::now();
    println!("leaks: {:?}, {:.2?}", leaks(&data.table, &target, &[])?, start.elapsed());
    let start = Instant::now();
    let folds = stratified_folds(&examples.y, 5, 1);
    let probabilities = out_of_fold(&examples, None, &folds, &LogisticSettings::default());
    println!("out of fold: {:?}, {:.2?}", Score::new(&probabilities, &examples.y), start.elapsed());
    Ok(())
}
