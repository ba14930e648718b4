//! The error channel: how probable is it that a cell reads `o` when `v` was meant?
//!
//! ```text
//! o = v        1 - eps
//! o missing    eps · k_missing
//! otherwise    eps · Σ over the other kinds of noise of k · P_kind(o | v)
//! ```
//!
//! `eps` and the shares `k` are learned for each column, with the table's as a prior (repair-model, "Channel").

mod facts;
mod missing;
mod rates;
mod reversal;
mod scramble;
mod stray;
mod typo;
mod unrelated;

pub(crate) use facts::{Facts, Strings};
pub(crate) use rates::{ColumnNoise, NoiseTally, TableNoise};

use serde::{Deserialize, Serialize};

use crate::text::edits::Emission;

/// A kind of noise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Noise {
    /// A few characters replaced, added or dropped.
    Typo,
    /// Many characters replaced in place, the length kept.
    Scramble,
    /// The text written backwards.
    Reversal,
    /// One character added that has no business there.
    Stray,
    /// Another value altogether.
    Unrelated,
    /// Nothing written.
    Missing,
    /// A number that is ten, a hundred or a thousand times off. This kind and those that follow are told apart only where
    /// the rest of a row gives a number; they are none of [`NOISES`].
    Shift,
    /// A number with the other sign.
    Sign,
    /// A number in another unit.
    Unit,
    /// A number with a digit replaced, added, dropped or exchanged.
    Digits,
}

/// One number for each kind of noise, in the order of [`NOISES`].
pub(crate) type ByNoise = [f64; NOISES.len()];

/// The kinds of noise of a text; in the order in which their shares are kept.
pub const NOISES: [Noise; 6] =
    [Noise::Typo, Noise::Scramble, Noise::Reversal, Noise::Stray, Noise::Unrelated, Noise::Missing];

impl Noise {
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// The share of a kind among errors before anything is seen.
    fn prior_share(self) -> f64 {
        match self {
            Noise::Typo => typo::PRIOR_SHARE,
            Noise::Scramble => scramble::PRIOR_SHARE,
            Noise::Reversal => reversal::PRIOR_SHARE,
            Noise::Stray => stray::PRIOR_SHARE,
            Noise::Unrelated => unrelated::PRIOR_SHARE,
            Noise::Missing => missing::PRIOR_SHARE,
            Noise::Shift | Noise::Sign | Noise::Unit | Noise::Digits => 0.0,
        }
    }

    /// What a person calls it.
    pub fn words(self) -> &'static str {
        match self {
            Noise::Typo => "typing error",
            Noise::Scramble => "scrambled characters",
            Noise::Reversal => "written backwards",
            Noise::Stray => "stray character",
            Noise::Unrelated => "value that does not belong here",
            Noise::Missing => "missing value",
            Noise::Shift => "decimal point in the wrong place",
            Noise::Sign => "sign lost or added",
            Noise::Unit => "number in another unit",
            Noise::Digits => "wrong digit",
        }
    }
}

/// The likelihood of one pair of texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likelihood {
    /// `log Σ k P_kind(o | v)`: without the error rate.
    pub(crate) log: f64,
    /// How much of it each kind explains; sums to one.
    pub(crate) shares: ByNoise,
}

/// The likelihood of reading a text other than the one that was meant; both present.
///
/// `log_unrelated` is the log probability that an unrelated error reads this text ([`ColumnNoise::log_emission`]),
/// `log_prior_meant` the type-level prior of what was meant.
pub(crate) fn likelihood<E: AsRef<[Emission]>>(
    facts: &Facts<E>,
    meant: &Strings<'_>,
    noise: &ColumnNoise,
    table: &TableNoise,
    log_unrelated: f64,
    log_prior_meant: f64,
) -> Likelihood {
    let mut logs = [f64::NEG_INFINITY; NOISES.len()];
    let mut set = |kind: Noise, log: Option<f64>| {
        if let Some(log) = log {
            logs[kind.index()] = noise.log_share(kind) + log;
        }
    };
    set(Noise::Typo, facts.edits.as_ref().map(|edits| typo::log_likelihood(edits.as_ref(), meant, table)));
    set(Noise::Scramble, facts.scramble);
    set(Noise::Reversal, facts.reversed.then_some(0.0));
    set(Noise::Stray, facts.stray.map(|stray| stray::log_likelihood(stray, meant, noise)));
    set(Noise::Unrelated, Some(unrelated::log_likelihood(log_unrelated, log_prior_meant)));
    normalised(logs)
}

/// The likelihood of reading nothing where something was meant.
pub(crate) fn likelihood_of_missing(noise: &ColumnNoise) -> Likelihood {
    let mut logs = [f64::NEG_INFINITY; NOISES.len()];
    logs[Noise::Missing.index()] = noise.log_share(Noise::Missing);
    normalised(logs)
}

fn normalised(logs: ByNoise) -> Likelihood {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Most kinds are impossible, and one is always the most.
    let weights = logs.map(|log| match log - most {
        0.0 => 1.0,
        f64::NEG_INFINITY => 0.0,
        less => less.exp(),
    });
    let total: f64 = weights.iter().sum();
    Likelihood { log: most + total.ln(), shares: weights.map(|weight| weight / total) }
}
