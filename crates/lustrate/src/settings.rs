//! The settings of a run.

use std::collections::BTreeSet;
use std::time::Duration;

use lustrate_audit::SettingsUsed;
use lustrate_diagnostic::nearest;
use lustrate_labels::Labels;
use lustrate_normalise::CONVENTIONS;
use lustrate_repair::Policy;
use serde::{Deserialize, Serialize};

use crate::{Error, Omission};

/// How a table is repaired. The defaults serve all tables; none needs to be set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    seed: u64,
    threads: Option<usize>,
    memory: Option<u64>,
    time: Option<Duration>,
    passes: Option<u32>,
    apply_at: Option<f64>,
    review_at: Option<f64>,
    ids: Vec<String>,
    without_formats: BTreeSet<String>,
    without: Vec<Omission>,
    labels: Labels,
}

/// The settings that what is learned depends on, as plain data.
#[derive(Serialize, Deserialize)]
pub(crate) struct Learning {
    seed: u64,
    ids: Vec<String>,
    without_formats: BTreeSet<String>,
    without: Vec<String>,
    #[serde(default)]
    memory: Option<u64>,
}

impl Learning {
    pub(crate) fn new(settings: &Settings) -> Self {
        let Settings { seed, ids, without_formats, without, memory, .. } = settings.clone();
        let without = without.into_iter().map(|omission| omission.name().to_owned()).collect();
        Learning { seed, ids, without_formats, without, memory }
    }

    /// The settings.
    ///
    /// # Errors
    /// A part of a run that this version does not know, in words.
    pub(crate) fn settings(self) -> Result<Settings, String> {
        let Learning { seed, ids, without_formats, without, memory } = self;
        let omission = |name: &String| {
            let known = Omission::all().find(|omission| omission.name() == name);
            known.ok_or_else(|| format!("no part of a run is called `{name}`"))
        };
        let without = without.iter().map(omission).collect::<Result<_, _>>()?;
        Ok(Settings { seed, ids, without_formats, without, memory, ..Settings::default() })
    }
}

impl Settings {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The seed of the samples that large tables are learned on; 0 by default. The same seed gives the same bytes.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of threads; as many as the machine has by default. The result does not depend on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The bytes of memory that a run may take, as far as it can tell beforehand; as many as it needs by default. Where that is
    /// not enough columns are left as they are, those that take the most first, and a warning names them: nothing else depends
    /// on it.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// The time that a run may take once the table is read, as far as it can be kept to; as much as it needs by default. Where
    /// that is not enough, rows are left as they are written, and a warning says which. The result then depends on how fast the
    /// machine is; where it is enough, nothing depends on it.
    pub fn time(mut self, time: Duration) -> Self {
        self.time = Some(time);
        self
    }

    /// How often the table is gone over at most. What one pass puts right may let the next see more; a run ends with a pass that
    /// changes nothing. By default that are 8 passes for a table of up to 250,000 cells, of which two to five are needed, and one
    /// for a larger table, as each takes as long as the first.
    pub fn passes(mut self, most: u32) -> Self {
        self.passes = Some(most);
        self
    }

    /// The confidence from which on a repair is made.
    pub fn apply_at(mut self, confidence: f64) -> Self {
        self.apply_at = Some(confidence);
        self
    }

    /// The confidence from which on a repair is shown for review, no greater than that from which on it is made. It has no
    /// say in what is applied.
    pub fn review_at(mut self, confidence: f64) -> Self {
        self.review_at = Some(confidence);
        self
    }

    /// A column that identifies rows: it is never repaired, says nothing of other columns, and its value is shown with
    /// each repair.
    pub fn id(mut self, column: impl Into<String>) -> Self {
        self.ids.push(column.into());
        self
    }

    /// Leaves out a convention of writing that would else be looked for in columns of which nothing is declared, by its name
    /// in [`CONVENTIONS`].
    pub fn without_format(mut self, convention: impl Into<String>) -> Self {
        self.without_formats.insert(convention.into());
        self
    }

    /// Leaves out all conventions of writing that no rule declares.
    pub fn without_formats(self) -> Self {
        CONVENTIONS.iter().fold(self, |settings, convention| settings.without_format(convention.name))
    }

    /// What people said of cells of the table that is repaired. These cells read what was said, whatever else speaks for
    /// another value, and others are repaired by what they teach.
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels.items.extend(labels.items);
        self
    }

    /// Leaves out a part of the run, to measure what it buys.
    pub fn without(mut self, omission: Omission) -> Self {
        self.without.push(omission);
        self
    }

    /// Says whether the settings make sense, as far as that can be said without a table. A run does this by itself; a
    /// program that reads a large table first asks earlier.
    ///
    /// # Errors
    /// Thresholds that are no probabilities or in the wrong order; 0 threads; a format that is none.
    pub fn check(&self) -> Result<(), Error> {
        if self.threads == Some(0) {
            return Err(Error::settings("no-threads", "a run cannot have 0 threads", "take 1 or more"));
        }
        let names = || CONVENTIONS.iter().map(|convention| convention.name);
        if let Some(unknown) = self.without_formats.iter().find(|name| names().all(|known| known != name.as_str())) {
            let meant = nearest(unknown, names()).map_or(String::new(), |near| format!("write `{near}`; "));
            let help = format!("{meant}the formats are {}", names().collect::<Vec<_>>().join(", "));
            return Err(Error::settings(
                "unknown-format",
                format!("no format `{unknown}` that could be left out"),
                help,
            ));
        }
        self.policy().map(|_| ())
    }

    /// The settings as plain data, for the metadata of a run: the thresholds that were not set are those that hold. The
    /// number of threads is not among them, since nothing depends on it.
    ///
    /// # Errors
    /// Thresholds that make no sense.
    pub fn used(&self) -> Result<SettingsUsed, Error> {
        let policy = self.policy()?;
        Ok(SettingsUsed {
            apply_at: policy.apply_at(),
            review_at: policy.review_at(),
            seed: self.seed,
            ids: self.ids.clone(),
            without_formats: self.without_formats.iter().cloned().collect(),
            without: self.without.iter().map(|omission| omission.name().to_owned()).collect(),
            memory: self.memory,
            time: self.time.map(|time| time.as_secs_f64()),
            passes: self.passes,
        })
    }

    /// The settings that what is learned depends on; the others are the defaults.
    pub fn learning(&self) -> Settings {
        let Settings { seed, ids, without_formats, without, memory, .. } = self.clone();
        Settings { seed, ids, without_formats, without, memory, ..Settings::default() }
    }

    /// These settings for what is learned, and those of others for what is done with it: the thresholds, the threads, and
    /// the time, what people said of the table at hand.
    pub fn deciding_as(&self, others: &Settings) -> Settings {
        let Settings { threads, time, passes, apply_at, review_at, labels, .. } = others.clone();
        Settings { threads, time, passes, apply_at, review_at, labels, ..self.learning() }
    }

    /// The same with these labels and no others.
    pub(crate) fn only_labels(self, labels: Labels) -> Settings {
        Settings { labels, ..self }
    }

    /// What is learned depends on, in words.
    pub(crate) fn learning_words(&self) -> String {
        let listed =
            |what: &str, names: Vec<String>| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
        let without = self.without.iter().map(|omission| omission.name().to_owned()).collect();
        let parts = [
            Some(format!("seed {}", self.seed)),
            listed("id", self.ids.clone()),
            listed("no format", self.without_formats.iter().cloned().collect()),
            listed("without", without),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whether a convention is looked for.
    pub(crate) fn follows(&self, convention: &str) -> bool {
        !self.without_formats.contains(convention) && !self.omits(Omission::Formats)
    }

    /// Whether a part of the run is left out.
    pub(crate) fn omits(&self, omission: Omission) -> bool {
        self.without.contains(&omission)
    }

    pub(crate) fn given_labels(&self) -> &Labels {
        &self.labels
    }

    pub(crate) fn ids(&self) -> &[String] {
        &self.ids
    }

    pub(crate) fn model(&self) -> lustrate_model::Settings {
        let parts = self.without.iter().filter_map(|omission| omission.part());
        parts.fold(lustrate_model::Settings::new().seed(self.seed), |settings, part| settings.without(part))
    }

    /// The bytes of memory that a run may take, if that was said.
    pub fn most_memory(&self) -> Option<u64> {
        self.memory
    }

    pub(crate) fn most_passes(&self) -> Option<u32> {
        self.passes
    }

    pub(crate) fn most_time(&self) -> Option<Duration> {
        self.time
    }

    /// The seed of samples and splits.
    pub(crate) fn seed_of_samples(&self) -> u64 {
        self.seed
    }

    pub(crate) fn thread_count(&self) -> Option<usize> {
        self.threads
    }

    /// The thresholds. Where only that for repairs is given, that for review follows if it must; not the other way round, as
    /// what is shown has no say in what is applied.
    pub(crate) fn policy(&self) -> Result<Policy, Error> {
        let default = Policy::default();
        let apply_at = self.apply_at.unwrap_or(default.apply_at());
        let review_at = self.review_at.unwrap_or_else(|| default.review_at().min(apply_at));
        Policy::new(apply_at, review_at).map_err(|_| {
            let title = format!("repairs cannot be made from {apply_at} on and shown for review from {review_at} on");
            let help = if self.apply_at.is_none() && (0.0..=1.0).contains(&review_at) {
                format!(
                    "take {apply_at} at most for review, or say from which confidence of {review_at} or more on repairs are made"
                )
            } else {
                "take two probabilities from 0 to 1, that for review no greater than the other".to_owned()
            };
            Error::settings("bad-thresholds", title, help)
        })
    }
}
