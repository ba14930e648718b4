//! Which model learns: a logistic regression, a random forest or gradient boosting.

use serde::{Deserialize, Serialize};

use crate::trees::{Boosting, Forest};
use crate::{Class, Examples, Logistic, LogisticSettings, Probabilities, Rows};

/// A kind of model. All take weights and any number of classes, and come out the same on any number of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Learner {
    /// Logistic regression: fast, hard to mislead by single rows, and blind to what columns say only together. The default.
    #[default]
    Logistic,
    /// A hundred trees on rows drawn with replacement. It follows single rows, wrong ones too.
    RandomForest,
    /// A hundred rounds of small trees: mostly the most accurate on tables, and slower.
    GradientBoosting,
}

/// A fitted model of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted(Kind);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Logistic(Logistic),
    Forest(Forest),
    Boosting(Boosting),
}

impl Learner {
    /// All kinds.
    pub const ALL: [Learner; 3] = [Learner::Logistic, Learner::RandomForest, Learner::GradientBoosting];

    /// Fits the labels `y` of the rows `x`, each with its weight (1 where none are given). The settings are those of logistic
    /// regression, the seed is what a forest draws by.
    ///
    /// # Panics
    /// When there are not as many labels and weights as rows, or a label is not below the number of classes.
    pub fn fit(
        self,
        x: &Rows,
        y: &[Class],
        classes: usize,
        weights: Option<&[f64]>,
        settings: &LogisticSettings,
        seed: u64,
    ) -> Fitted {
        assert!(x.len() == y.len() && y.iter().all(|class| class.index() < classes), "a row has one of the labels");
        assert!(weights.is_none_or(|weights| weights.len() == y.len()), "a row has a weight");
        Fitted(match self {
            Learner::Logistic => {
                Kind::Logistic(Logistic::fit(Logistic::new(x.width(), classes), x, y, weights, settings))
            }
            Learner::RandomForest => Kind::Forest(Forest::fit(x, y, classes, weights, seed)),
            Learner::GradientBoosting => Kind::Boosting(Boosting::fit(x, y, classes, weights)),
        })
    }
}

impl Learner {
    /// The same, from a model of much the same rows where the kind of model gains by it: it ends in the same place sooner.
    pub(crate) fn refit(
        self,
        start: Option<Fitted>,
        examples: &Examples,
        weights: &[f64],
        settings: &LogisticSettings,
        seed: u64,
    ) -> Fitted {
        match start {
            Some(Fitted(Kind::Logistic(start))) => {
                Fitted(Kind::Logistic(Logistic::fit(start, &examples.x, &examples.y, Some(weights), settings)))
            }
            _ => self.fit(&examples.x, &examples.y, examples.classes, Some(weights), settings, seed),
        }
    }
}

impl Fitted {
    /// The probability of each class for each row.
    ///
    /// # Panics
    /// When the rows are not of the width of those that it was fitted on.
    pub fn probabilities(&self, x: &Rows) -> Probabilities {
        match &self.0 {
            Kind::Logistic(model) => model.probabilities(x),
            Kind::Forest(model) => model.probabilities(x),
            Kind::Boosting(model) => model.probabilities(x),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::Score;
    use crate::random::stream;

    /// Rows whose class is in which of three rings they are, with a feature that says nothing and is mostly zero.
    fn rings(rows: usize, seed: u64) -> (Rows, Vec<Class>) {
        let mut random = stream(seed, 0);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let (a, b): (f64, f64) = (random.random_range(-1.0..1.0), random.random_range(-1.0..1.0));
            let radius = (a * a + b * b).sqrt();
            x.push([a, b, f64::from(u8::from(random.random_bool(0.1)))]);
            y.push(Class(if radius < 0.5 { 0 } else { u32::from(radius > 0.9) + 1 }));
        }
        (Rows::dense(3, x), y)
    }

    fn fit(learner: Learner, x: &Rows, y: &[Class], weights: Option<&[f64]>) -> Fitted {
        learner.fit(x, y, 3, weights, &LogisticSettings::default(), 1)
    }

    #[test]
    fn trees_see_what_columns_say_together() {
        let ((x, y), (judges, truth)) = (rings(1500, 1), rings(1500, 2));
        let [logistic, forest, boosting] = Learner::ALL.map(|learner| {
            let p = fit(learner, &x, &y, None).probabilities(&judges);
            assert!((0..p.len()).all(|row| (p.row(row).iter().sum::<f64>() - 1.0).abs() < 1e-9));
            Score::new(&p, &truth)
        });
        assert!(logistic.accuracy < 0.6 && forest.accuracy > 0.9 && boosting.accuracy > 0.9);
        assert!(forest.log_loss < 0.3 && boosting.log_loss < 0.3, "{forest:?} {boosting:?}");
    }

    #[test]
    fn rows_without_weight_are_not_there() {
        let (x, y) = rings(400, 3);
        let kept: Vec<usize> = (0..400).filter(|row| row % 3 != 0).collect();
        let weights: Vec<f64> = (0..400).map(|row| if row % 3 == 0 { 0.0 } else { 1.0 }).collect();
        // What has no weight may be labelled as it likes.
        let other: Vec<Class> = (0..400).map(|row| if row % 3 == 0 { Class(0) } else { y[row] }).collect();
        for learner in Learner::ALL {
            let weighted = fit(learner, &x, &other, Some(&weights)).probabilities(&x);
            let right = kept.iter().filter(|&&row| weighted.argmax(row) == y[row]).count();
            let again = fit(learner, &x, &y, Some(&weights)).probabilities(&x);
            assert_eq!(weighted, again, "{learner:?}: {right}");
        }
    }

    #[test]
    fn any_number_of_threads_fits_the_same_model() {
        let (x, y) = rings(700, 4);
        for learner in Learner::ALL {
            let fit_on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let fitted = fit(learner, &x, &y, None);
                    (fitted.probabilities(&x), fitted)
                })
            };
            assert_eq!(fit_on(1), fit_on(3), "{learner:?}");
        }
    }

    #[test]
    fn no_row_and_one_class_are_models_too() {
        let x = Rows::dense(2, [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]);
        for learner in Learner::ALL {
            let none = fit(learner, &Rows::new(2), &[], None).probabilities(&x);
            assert!(none.row(0).iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-9), "{learner:?}: {none:?}");
            let one = fit(learner, &x, &[Class(2); 3], None).probabilities(&x);
            assert_eq!(one.argmax(1), Class(2), "{learner:?}: {one:?}");
            let weightless = fit(learner, &x, &[Class(2); 3], Some(&[0.0; 3])).probabilities(&x);
            assert!(weightless.row(1).iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-9), "{learner:?}");
        }
    }
}
