//! What a run does with less time than it needs: it learns in fewer rounds, looks for no sources, and judges not all rows; a
//! warning says so. What it decided is as right as it would have been, and the rest stays as written.
//!
//! Reading is over when a run begins, and what comes after judging must be done whatever the time: so judging ends before the time is
//! up.

use std::time::{Duration, Instant};

use lustrate_diagnostic::Diagnostic;

/// Learning takes this share of the time at most.
const LEARNING: f64 = 0.45;
/// Sources are looked for if no more of it is over.
const SOURCES: f64 = 0.5;
/// No part of the rows is begun later than this.
const JUDGING: f64 = 0.75;
/// The table is gone over once more if no more of it is over: that takes as long as it did before.
const ONCE_MORE: f64 = 0.2;

/// The time that a run may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    begun: Instant,
    most: Option<Duration>,
}

impl Clock {
    /// Begins now.
    pub(crate) fn start(most: Option<Duration>) -> Self {
        Clock { begun: Instant::now(), most }
    }

    pub(crate) fn lets_learn(self) -> bool {
        self.is_before(LEARNING)
    }

    pub(crate) fn lets_look_for_sources(self) -> bool {
        self.is_before(SOURCES)
    }

    pub(crate) fn lets_judge(self) -> bool {
        self.is_before(JUDGING)
    }

    pub(crate) fn lets_go_over_it_again(self) -> bool {
        self.is_before(ONCE_MORE)
    }

    fn is_before(self, share: f64) -> bool {
        self.most.is_none_or(|most| self.begun.elapsed() < most.mul_f64(share))
    }
}

/// What was left out because the time was up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CutShort {
    /// Rounds of learning that were made, and how many there would have been.
    pub(crate) rounds: Option<(u32, u32)>,
    /// Whether sources were not looked for.
    pub(crate) sources: bool,
    /// The first data row that was not judged, from 1, and the last.
    pub(crate) rows: Option<(u64, u64)>,
}

impl CutShort {
    /// Whether there was time for everything.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == CutShort::default()
    }

    /// The warning that says it; `None` where nothing was left out.
    pub(crate) fn warning(&self, most: Option<Duration>) -> Option<Diagnostic> {
        let CutShort { rounds, sources, rows } = self;
        let parts = [
            rows.map(|(first, last)| format!("rows {first} to {last} were not judged")),
            rounds.map(|(made, of)| format!("{made} of {of} rounds of learning were made")),
            sources.then(|| "sources were not looked for".to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            return None;
        }
        let seconds = most.unwrap_or_default().as_secs_f64();
        let title = format!("the {seconds} s that the run may take were not enough: {}", parts.join("; "));
        let help = "in what was not judged only ways of writing and what rules say by themselves were put right; allow more time";
        Some(Diagnostic::warning("left-out-for-time", title).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_limit_there_is_time_for_everything() {
        let clock = Clock::start(None);
        assert!(clock.lets_learn() && clock.lets_look_for_sources() && clock.lets_judge());
    }

    #[test]
    fn without_time_there_is_time_for_nothing() {
        let clock = Clock::start(Some(Duration::ZERO));
        assert!(!clock.lets_learn() && !clock.lets_look_for_sources() && !clock.lets_judge());
    }
}
