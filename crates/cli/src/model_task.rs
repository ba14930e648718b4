//! What a model is to predict, for the commands that clean for one.

use clap::{Args, ValueEnum};
use lustrate::{Learner, ModelTask};

/// What a model is to predict, and from what.
#[derive(Args, Clone, Debug)]
pub(crate) struct TaskOptions {
    /// The column that a model is to predict, of a few values [default: the column of role `label` in the rules]
    #[arg(short, long, value_name = "COLUMN")]
    target: Option<String>,
    /// A column that is no feature, such as one that is not known yet when the class is to be predicted; can be given several
    /// times. Columns of role `id`, `label` and `weight` are none anyway
    #[arg(long, value_name = "COLUMN")]
    exclude: Vec<String>,
    /// A column whose groups are to be treated alike; can be given several times, then all their combinations are groups
    /// [default: the columns of role `protected` in the rules]
    #[arg(long, value_name = "COLUMN")]
    protected: Vec<String>,
    /// The class that is good to have [default: the last in order, such as 1 or yes]
    #[arg(long, value_name = "CLASS")]
    favourable: Option<String>,
}

/// The kind of the model.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ModelOption {
    /// The kind of the model
    #[arg(long = "model-kind", value_name = "KIND", value_enum, default_value_t = LearnerName::Logistic)]
    kind: LearnerName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LearnerName {
    /// Logistic regression: fast, and hard to mislead by single rows
    Logistic,
    /// A random forest: sees what columns say only together, and follows single rows, wrong ones too
    Forest,
    /// Gradient boosting: mostly the most accurate on tables, and slower
    Boosting,
}

impl ModelOption {
    /// As the library takes it.
    pub(crate) fn learner(self) -> Learner {
        match self.kind {
            LearnerName::Logistic => Learner::Logistic,
            LearnerName::Forest => Learner::RandomForest,
            LearnerName::Boosting => Learner::GradientBoosting,
        }
    }
}

impl TaskOptions {
    /// The task as the library takes it.
    pub(crate) fn task(&self) -> ModelTask {
        ModelTask {
            target: self.target.clone(),
            exclude: self.exclude.clone(),
            protected: self.protected.clone(),
            favourable: self.favourable.clone(),
            learner: Learner::default(),
        }
    }
}
