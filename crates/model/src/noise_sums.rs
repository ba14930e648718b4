//! What the posterior of a cell adds to the expected counts of noise.

use std::collections::BTreeMap;

use crate::channel::{NOISES, Noise, NoiseTally};
use crate::hold::{MAJORITY, supporters};
use crate::lexicon::MISSING;
use crate::round::Outcome;
use crate::scorer::{Scored, Scorer};
use crate::text::edits::Workspace;

/// Adds one cell; `unrelated` are expected unrelated errors by the slot that they read.
pub(crate) fn sum_noise(
    scorer: &Scorer<'_>,
    row: usize,
    scored: &Scored,
    outcome: &Outcome,
    tally: &mut NoiseTally,
    unrelated: &mut BTreeMap<u32, f64>,
) {
    tally.cells += 1.0;
    let wrong = 1.0 - outcome.observed;
    let observed = scorer.observed(row);
    let missing = observed == MISSING;
    let mut read_unrelated = 0.0;
    for (probability, shares) in scored.posterior.iter().zip(&scored.noise).skip(1) {
        for kind in NOISES {
            tally.kinds[kind.index()] += probability * shares[kind.index()];
        }
        read_unrelated += probability * shares[Noise::Unrelated.index()];
    }
    if wrong > 0.5 {
        tally.errors += wrong;
        let unlisted = scored.posterior[scored.candidates.len()];
        tally.kinds[if missing { Noise::Missing } else { Noise::Unrelated }.index()] += unlisted;
        if !missing {
            *unrelated.entry(observed as u32).or_default() += read_unrelated + unlisted;
        }
    }
    let best = scored.best();
    if best == 0 || missing || outcome.probability <= 0.6 || outcome.best as usize == MISSING {
        return;
    }
    let facts = scorer.facts(observed as u32, outcome.best, &mut Workspace::default());
    let shares = &scored.noise[best];
    let borne_out = || supporters(scorer, row, outcome.best as usize, MAJORITY) >= 1.0;
    if let Some(kind) = NOISES.into_iter().find(|kind| shares[kind.index()] > 0.5).filter(|_| borne_out()) {
        tally.borne_out[kind.index()] += 1.0;
    }
    if let Some(character) = facts.stray.filter(|_| shares[Noise::Stray.index()] > 0.3) {
        *tally.stray.entry(character).or_default() += shares[Noise::Stray.index()];
    }
    let typo = outcome.probability > 0.8 && shares[Noise::Typo.index()] > 0.3;
    if let Some(edits) = facts.edits.as_ref().filter(|edits| typo && edits.len() <= 2) {
        edits.iter().for_each(|&emission| tally.add_emission(emission, 1.0));
    }
}
