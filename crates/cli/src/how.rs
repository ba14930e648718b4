//! How a table is repaired, for the commands that do it and those that say what would be done.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use lustrate::Settings;

/// The settings of a run. The same give the same decisions, whichever command is run.
#[derive(Args, Clone, Debug)]
pub(crate) struct How {
    /// Change cells from this confidence on, from 0 to 1 [default: 0.7]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    apply_at: Option<f64>,
    /// List cells for review from this confidence on, from 0 to that of --apply-at; cells that a dependency of the rules contradicts
    /// are listed whatever their confidence [default: 0.3]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    review_at: Option<f64>,
    /// The time that the run may take once the table is read, such as `90s` or `15m`: where it is not enough, rows are left as
    /// written, and a warning says which [default: as much as is needed]
    #[arg(long, value_name = "TIME", value_parser = time)]
    time: Option<Duration>,
    /// Go over the table so often at most: what is put right may let more be seen. A run ends once nothing is found any more
    /// [default: 8; 1 for a table of more than 250,000 cells]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    passes: Option<u32>,
    #[command(flatten)]
    looking: Looking,
}

/// How a table is looked at, whatever is done with what is found.
#[derive(Args, Clone, Debug)]
pub(crate) struct Looking {
    /// A column that identifies rows: never changed, and shown with each repair; can be given several times
    #[arg(long, value_name = "COLUMN")]
    id: Vec<String>,
    /// Leave columns as they are written of which no rule declares the format: with names, only by those conventions
    /// (blanks, case, dates, decimals, disguised, durations, emails, escapes, moved, mojibake, nulls, numbers, padding, phones, suffix, times); they are found in the values, and each that is is told
    #[arg(long, value_name = "NAME", num_args = 0.., require_equals = true, value_delimiter = ',')]
    no_formats: Option<Vec<String>>,
    /// The seed of samples from large tables; the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The number of threads, on which the result does not depend [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// An amount of time, as a person writes it.
fn time(text: &str) -> Result<Duration, String> {
    let amount = text.parse::<SignedDuration>().ok().and_then(|amount| Duration::try_from(amount).ok());
    amount
        .filter(|amount| !amount.is_zero())
        .ok_or_else(|| "write a number with its unit, such as 90s, 15m or 2h".to_owned())
}

impl How {
    /// The settings as the library takes them.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = self.looking.settings();
        if let Some(confidence) = self.apply_at {
            settings = settings.apply_at(confidence);
        }
        if let Some(confidence) = self.review_at {
            settings = settings.review_at(confidence);
        }
        if let Some(time) = self.time {
            settings = settings.time(time);
        }
        if let Some(most) = self.passes {
            settings = settings.passes(most);
        }
        settings
    }
}

impl Looking {
    /// The settings as the library takes them.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = self.id.iter().fold(Settings::new().seed(self.seed), Settings::id);
        settings = match self.no_formats.as_deref() {
            None => settings,
            Some([]) => settings.without_formats(),
            Some(names) => names.iter().fold(settings, Settings::without_format),
        };
        if let Some(threads) = self.threads {
            settings = settings.threads(threads);
        }
        settings
    }
}
