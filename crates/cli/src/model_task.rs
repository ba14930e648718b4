//! What a model is to predict, for the commands that clean for one.

use clap::Args;
use lustrate::ModelTask;

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

impl TaskOptions {
    /// The task as the library takes it.
    pub(crate) fn task(&self) -> ModelTask {
        ModelTask {
            target: self.target.clone(),
            exclude: self.exclude.clone(),
            protected: self.protected.clone(),
            favourable: self.favourable.clone(),
        }
    }
}
