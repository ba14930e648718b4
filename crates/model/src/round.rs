//! One round over one column: count, calibrate, weigh, score every cell, and sum up the noise.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::map::HashMap;
use lustrate_discover::Derived;
use lustrate_rules::Dependency;
use lustrate_table::RowId;
use rayon::prelude::*;

use crate::calibrate::{Observation, calibrate};
use crate::channel::{NOISES, Noise, NoiseTally, TableNoise};
use crate::column::{ColumnModel, Membership, Role, Source, key_codes, key_groups, row_groups};
use crate::factors::Strength;
use crate::factors::context::{Calibration, Context, NoiseBound, Novelty};
use crate::factors::derived::Spelling;
use crate::factors::reverse::Reverse;
use crate::hold::{Hold, hold};
use crate::lexicon::{Lexicon, MISSING, code, slot};
use crate::scorer::{FactsCache, Scored, Scorer, first_weights, is_dependency};
use crate::settings::{CHANGE, FUNCTIONAL, HARD, LEAST_CONFIDENCE, Part, Settings};
use crate::state::{ColumnState, State, sample};
use crate::tally::GroupTally;
use crate::values::Values;
use crate::weights::{Sample, SampledCell};

/// What all columns of a round share.
pub(crate) struct Shared<'a> {
    pub(crate) state: &'a State,
    pub(crate) hashes: &'a [u64],
    pub(crate) lexicons: Vec<Arc<Lexicon>>,
    /// The share of each slot of each column among the believed values, each cell counted once.
    pub(crate) shares: Vec<Vec<f64>>,
    pub(crate) calibrations: HashMap<Dependency, Calibration>,
    pub(crate) derived: &'a [Derived],
    pub(crate) table_noise: &'a TableNoise,
    pub(crate) settings: &'a Settings,
    pub(crate) membership: Membership,
}

/// What a round says of one cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The slot of the most probable listed value.
    pub(crate) best: u32,
    /// Its posterior.
    pub(crate) probability: f64,
    /// The posterior of what is written.
    pub(crate) observed: f64,
    /// Whether the change is better left to a person.
    pub(crate) hold: Option<Hold>,
    /// Whether the change competes with others of the row: an unrelated value that other rows still hold.
    pub(crate) competes: bool,
    /// The untempered log odds of the change against what is believed.
    pub(crate) gain: f64,
}

impl Outcome {
    /// Whether the cell is to be changed away from what is written, at slot `observed`.
    pub(crate) fn changes(&self, observed: u32) -> bool {
        self.best != observed && self.probability >= CHANGE && self.hold.is_none()
    }
}

/// What is learned in a round beside counts.
pub(crate) struct Learning {
    /// Whether the contexts are calibrated anew.
    pub(crate) calibrate: bool,
    /// Whether the weights are learned.
    pub(crate) weights: bool,
}

/// Cells on which contexts are calibrated, and on which weights are learned.
const CALIBRATED: usize = 2000;
const WEIGHED: usize = 3000;
/// Rows that are scored together.
const BLOCK: usize = 512;

/// Scores every cell of a column whose counts are up to date, and learns from it.
pub(crate) fn learn(
    column: &mut ColumnModel,
    shared: &Shared<'_>,
    learning: &Learning,
    facts: &FactsCache,
) -> Vec<Outcome> {
    let values = values(column);
    if learning.calibrate {
        calibrate_contexts(column, &values, shared);
    }
    update_novelty(column, &values, shared);
    let mut weights = std::mem::take(&mut column.weights);
    let (outcomes, tally) = {
        let mut scorer = scorer(column, &values, shared, facts);
        let factors: Vec<_> = scorer.factors().map(|factor| (factor.id(), is_dependency(factor))).collect();
        let (first, bounds) = first_weights(scorer.factors());
        if weights.factors != factors {
            weights.factors = factors;
            weights.values = first.clone();
        }
        scorer.weights = weights.values.clone();
        if learning.weights && !first.is_empty() && shared.settings.has(Part::Weights) {
            weights.values = learn_weights(&scorer, shared).weights(&weights.values, &first, &bounds);
            scorer.weights = weights.values.clone();
        }
        score_all(&scorer, shared)
    };
    column.weights = weights;
    column.noise_tally = tally;
    outcomes
}

/// Scores every cell of a column with what is known.
pub(crate) fn score(column: &ColumnModel, shared: &Shared<'_>, facts: &FactsCache) -> Vec<Outcome> {
    let values = values(column);
    score_all(&scorer(column, &values, shared, facts), shared).0
}

/// The values of a column as this round sees them.
pub(crate) fn values(column: &ColumnModel) -> Values {
    let rows = column.believed.iter().sum();
    let mut odd = column.odd.clone();
    // The missing value has a mark of its own.
    odd[MISSING] = false;
    Values::new(
        &column.lexicon,
        column.weight.clone(),
        &column.believed,
        rows,
        &odd,
        &column.placeholder,
        &column.noise,
    )
}

/// A scorer with the factors of a column, weighted as they were learned.
pub(crate) fn scorer<'a>(
    column: &'a ColumnModel,
    values: &'a Values,
    shared: &'a Shared<'_>,
    facts: &'a FactsCache,
) -> Scorer<'a> {
    let bound = noise_bound(shared.settings);
    let long_tailed = column.role == Role::LongTailed;
    let lexicons: Vec<&Lexicon> = shared.lexicons.iter().map(Arc::as_ref).collect();
    let mut scorer = Scorer {
        column,
        rows: shared.state.column(column.attribute),
        values,
        contexts: contexts(column, values, shared),
        spellings: Vec::new(),
        reverses: Vec::new(),
        weights: column.weights.values.clone(),
        table_noise: shared.table_noise,
        facts,
        membership: shared.membership,
        settings: shared.settings,
    };
    if long_tailed {
        return scorer;
    }
    if shared.settings.has(Part::Derived) {
        let spelling = |derived: &Derived| Spelling::new(derived, column.attribute, &lexicons, shared.state, bound);
        let (whole, parts): (Vec<_>, Vec<_>) =
            shared.derived.iter().partition(|derived| derived.target == column.attribute);
        scorer.spellings = whole.into_iter().chain(parts).filter_map(spelling).collect();
    }
    for reverse in &column.reverses {
        let calibration = shared.calibrations.get(&reverse.dependency).copied();
        let calibration = calibration.unwrap_or(Calibration { alpha: 1.0, rho: 0.9 });
        scorer.reverses.push(Reverse::new(
            &reverse.others,
            reverse.dependency.rhs,
            &reverse.counts,
            calibration,
            &shared.shares[reverse.dependency.rhs.index()],
            column.lexicon.slots(),
            shared.state,
            bound,
        ));
    }
    scorer
}

fn noise_bound(settings: &Settings) -> NoiseBound {
    if settings.has(Part::NoiseBound) { NoiseBound::On } else { NoiseBound::Off }
}

fn contexts<'a>(column: &'a ColumnModel, values: &'a Values, shared: &'a Shared<'_>) -> Vec<Context<'a>> {
    let context = |model: &'a crate::column::ContextModel| {
        let dependency = model.source != Source::Pair || model.calibration.rho >= FUNCTIONAL;
        let mut context = Context::new(
            &model.key,
            &model.counts,
            row_groups(&model.counts, shared.state, &model.key, shared.membership),
            model.calibration,
            if dependency { Strength::Dependency } else { Strength::Pair },
            values,
            shared.state,
            noise_bound(shared.settings),
        );
        context.novelty = model.novelty.filter(|_| shared.settings.has(Part::Novelty));
        context
    };
    if column.role == Role::LongTailed { Vec::new() } else { column.contexts.iter().map(context).collect() }
}

/// Learns how each context predicts, and notes what is written in the groups of those that are functional.
fn calibrate_contexts(column: &mut ColumnModel, values: &Values, shared: &Shared<'_>) {
    let state = shared.state;
    let rows = state.column(column.attribute);
    let current = |row: usize| slot(rows.current[row]);
    let own = |row: usize| f64::from(rows.confidence[row]);
    let found: Vec<(Calibration, bool)> = contexts(column, values, shared)
        .par_iter()
        .zip(&column.contexts)
        .map(|(context, model)| {
            let usable = |row: RowId| {
                !rows.current[row.index()].is_null() && context.others(row.index(), own(row.index())).is_some()
            };
            let sampled = sample(shared.hashes, CALIBRATED, usable);
            let observe = |row: &RowId| {
                let (row, current) = (row.index(), current(row.index()));
                Observation::new(context, row, current, own(row), values.share(current, own(row), 1.0))
            };
            let observations: Vec<Observation> = sampled.iter().filter_map(observe).collect();
            let mut calibration = calibrate(&observations);
            if model.holds >= HARD {
                calibration.rho = model.holds;
            } else if matches!(model.source, Source::Given(_)) {
                calibration.rho = calibration.rho.max(FUNCTIONAL);
            }
            (calibration, calibration.rho >= FUNCTIONAL || agreement(context, state.rows(), current, own) >= 0.8)
        })
        .collect();
    for (model, (calibration, functional)) in column.contexts.iter_mut().zip(found) {
        model.calibration = calibration;
        let key = key_codes(state, &model.key);
        let observed = |row: usize| slot(rows.observed[row]);
        model.written = functional.then(|| GroupTally::new(&key_groups(state, &model.key), &key, observed, |_| 1.0));
    }
}

/// The share of rows whose believed value has half of the weight of the other rows of the group.
fn agreement(context: &Context<'_>, rows: usize, slot: impl Fn(usize) -> usize, own: impl Fn(usize) -> f64) -> f64 {
    let (mut agree, mut all) = (0.0, 0.0);
    for row in 0..rows {
        if let Some((group, others)) = context.others(row, own(row)) {
            all += 1.0;
            let same = context.weight(group, slot(row), slot(row), own(row));
            agree += if same >= 0.5 * others { 1.0 } else { 0.0 };
        }
    }
    if all > 0.0 { agree / all } else { 0.0 }
}

/// Learns what a key that was never seen says of the value: in some tables new keys come with new values.
fn update_novelty(column: &mut ColumnModel, values: &Values, shared: &Shared<'_>) {
    if shared.membership == Membership::New {
        return;
    }
    let rows = shared.state.column(column.attribute);
    let found: Vec<Option<Novelty>> = contexts(column, values, shared)
        .par_iter()
        .map(|context| {
            if context.calibration.rho < 0.5 {
                return None;
            }
            let (mut new, mut all, mut new_with_new_key, mut new_key) = (0.0, 0.0, 0.0, 0.0);
            for row in 0..shared.state.rows() {
                let own = f64::from(rows.confidence[row]);
                let current = slot(rows.current[row]);
                let is_new = if values.weight[current] - own <= 0.5 { own } else { 0.0 };
                new += is_new;
                all += own;
                if !rows.current[row].is_null() && context.is_new_key(row, own) {
                    new_with_new_key += is_new;
                    new_key += own;
                }
            }
            let base = (new / f64::max(all, 1e-9)).clamp(1e-4, 0.9);
            let here = ((new_with_new_key + 2.0 * base) / (new_key + 2.0)).clamp(1e-4, 0.999);
            Some(Novelty { new: (here / base).ln(), known: ((1.0 - here) / (1.0 - base)).ln() })
        })
        .collect();
    column.contexts.iter_mut().zip(found).for_each(|(model, novelty)| model.novelty = novelty);
}

fn learn_weights(scorer: &Scorer<'_>, shared: &Shared<'_>) -> Sample {
    let rows = sample(shared.hashes, WEIGHED, |_| true);
    let cell = |scored: &mut Scored, row: &RowId| {
        scorer.prepare(row.index(), scored);
        scorer.weigh(scored);
        SampledCell {
            prior: scored.prior.clone(),
            posterior: scored.posterior.clone(),
            factors: scored.factors.clone(),
        }
    };
    Sample::new(rows.par_iter().map_init(Scored::default, cell).collect())
}

fn score_all(scorer: &Scorer<'_>, shared: &Shared<'_>) -> (Vec<Outcome>, NoiseTally) {
    let rows: Vec<usize> = (0..shared.state.rows()).collect();
    let blocks: Vec<(Vec<Outcome>, NoiseTally)> = rows
        .par_chunks(BLOCK)
        .map_init(Scored::default, |scored, rows| {
            let mut tally = NoiseTally::default();
            let mut unrelated: BTreeMap<u32, f64> = BTreeMap::new();
            let outcomes = rows.iter().map(|&row| {
                scorer.prepare(row, scored);
                scorer.weigh(scored);
                let outcome = outcome(scorer, row, scored);
                sum_noise(scorer, row, scored, &outcome, &mut tally, &mut unrelated);
                outcome
            });
            let outcomes = outcomes.collect();
            let text =
                |slot: u32| scorer.column.lexicon.domain.text(code(slot as usize)).unwrap_or_default().to_owned();
            tally.unrelated = unrelated.into_iter().map(|(slot, sum)| (text(slot), sum)).collect();
            (outcomes, tally)
        })
        .collect();
    let mut outcomes = Vec::with_capacity(rows.len());
    let mut tally = NoiseTally::default();
    for (block, sums) in blocks {
        outcomes.extend(block);
        tally.merge(sums);
    }
    (outcomes, tally)
}

/// Reads the outcome of a cell off its posterior.
pub(crate) fn outcome(scorer: &Scorer<'_>, row: usize, scored: &Scored) -> Outcome {
    let best = scored.best();
    let (observed, current) = (scorer.observed(row), scorer.current(row));
    let probability = scored.posterior[best];
    let changes = best != 0 && probability >= CHANGE;
    let hold = if changes && scorer.column.role == Role::Active { hold(scorer, row, scored, best) } else { None };
    let place = |slot: usize| scored.candidates.iter().position(|&candidate| candidate as usize == slot).unwrap_or(0);
    let own = if current == observed { scorer.own(row) } else { 0.0 };
    let elsewhere = scorer.values.weight[observed] - own >= 1.0;
    Outcome {
        best: scored.candidates[best],
        probability,
        observed: scored.posterior[0],
        hold,
        competes: changes && scored.noise[best][Noise::Unrelated.index()] > 0.5 && elsewhere,
        gain: if changes { scored.untempered(best) - scored.untempered(place(current)) } else { 0.0 },
    }
}

fn sum_noise(
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
    let facts = scorer.facts(observed as u32, outcome.best);
    let shares = &scored.noise[best];
    if let Some(character) = facts.stray.filter(|_| shares[Noise::Stray.index()] > 0.3) {
        *tally.stray.entry(character).or_default() += shares[Noise::Stray.index()];
    }
    let typo = outcome.probability > 0.8 && shares[Noise::Typo.index()] > 0.3;
    if let Some(edits) = facts.edits.as_ref().filter(|edits| typo && edits.len() <= 2) {
        edits.iter().for_each(|&emission| tally.add_emission(emission, 1.0));
    }
}

/// Whether changes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Only confidences.
    WarmUp,
    /// The changes too.
    Repair,
}

/// What the round makes of the rows: in a warm-up round only confidences; later the changes too, of which those that
/// compete are made one a row, the one of greatest gain.
pub(crate) fn settle(state: &mut State, outcomes: &[Option<Vec<Outcome>>], stage: Stage) {
    let rows = state.rows();
    let mut best_gain = vec![f64::NEG_INFINITY; if stage == Stage::WarmUp { 0 } else { rows }];
    let competes = |column: &ColumnState, outcome: &Outcome, row: usize| {
        let observed = slot(column.observed[row]) as u32;
        outcome.competes && outcome.changes(observed) && outcome.best as usize != slot(column.current[row])
    };
    if stage == Stage::Repair {
        for (column, outcomes) in state.columns().iter().zip(outcomes) {
            for (row, outcome) in outcomes.iter().flatten().enumerate() {
                if competes(column, outcome, row) {
                    best_gain[row] = best_gain[row].max(outcome.gain);
                }
            }
        }
    }
    for (column, outcomes) in state.columns_mut().iter_mut().zip(outcomes) {
        for (row, outcome) in outcomes.iter().flatten().enumerate() {
            if stage == Stage::WarmUp {
                column.confidence[row] = (outcome.observed as f32).clamp(LEAST_CONFIDENCE, 1.0);
                continue;
            }
            if competes(column, outcome, row) && outcome.gain < best_gain[row] {
                continue;
            }
            let changes = outcome.changes(slot(column.observed[row]) as u32);
            let confidence = if changes { outcome.probability } else { outcome.observed };
            column.confidence[row] = (confidence as f32).clamp(LEAST_CONFIDENCE, 1.0);
            column.current[row] = if changes { code(outcome.best as usize) } else { column.observed[row] };
        }
    }
}
