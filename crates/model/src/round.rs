//! One round over one column: count, calibrate, weigh, score every cell, and sum up the noise.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::map::HashMap;
use lustrate_discover::Derived;
use lustrate_rules::Dependency;
use lustrate_table::RowId;
use rayon::prelude::*;

use crate::absences::Absences;
use crate::calibrate::{calibrate_contexts, update_novelty};
use crate::channel::{Noise, NoiseTally, TableNoise};
use crate::column::{ColumnModel, ContextModel, FactorWeight, Membership, ReverseModel, Role, Source, key_codes};
use crate::factors::absence::Absence;
use crate::factors::context::{Calibration, Context, Masses, NoiseBound};
use crate::factors::derived::Spelling;
use crate::factors::reverse::{Reverse, ReverseTable};
use crate::factors::{Factor, Strength};
use crate::glance::{Glance, Glanced};
use crate::hold::{Hold, LONELY, hold, supporters};
use crate::lexicon::{Lexicon, code};
use crate::noise_sums::sum_noise;
use crate::outcomes::Outcomes;
use crate::scorer::{FactsCache, Scored, Scorer, first_weights, is_dependency};
use crate::screen::Screen;
use crate::settings::{CHANGE, FUNCTIONAL, Part, Settings};
use crate::state::{State, draw_order};
use crate::values::Values;
use crate::weights::{Sample, SampledCell};

/// What all columns of a round share.
pub(crate) struct Shared<'a> {
    pub(crate) state: &'a State,
    pub(crate) hashes: &'a [u64],
    /// The rows in the order in which samples are drawn, once one was.
    pub(crate) drawn: OnceLock<Vec<RowId>>,
    pub(crate) lexicons: Vec<Arc<Lexicon>>,
    /// The share of wrong cells of each column.
    pub(crate) error_rates: Vec<f64>,
    pub(crate) calibrations: HashMap<Dependency, Calibration>,
    pub(crate) derived: &'a [Derived],
    pub(crate) absences: &'a Absences,
    pub(crate) table_noise: &'a TableNoise,
    pub(crate) settings: &'a Settings,
    pub(crate) membership: Membership,
    /// The values of each column; little of one that is not scored.
    pub(crate) values: &'a [Values],
}

impl Shared<'_> {
    /// The rows in the order in which samples of them are drawn.
    pub(crate) fn drawn(&self) -> &[RowId] {
        self.drawn.get_or_init(|| draw_order(self.hashes))
    }
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
    /// Whether hardly any other row supports the change.
    pub(crate) lonely: bool,
    /// The untempered log odds of the change against what is believed.
    pub(crate) gain: f64,
}

impl Outcome {
    /// Of a cell of which nothing but what is written, at slot `observed`, comes into question.
    pub(crate) fn settled(observed: u32) -> Self {
        let (hold, competes, lonely, gain) = (None, false, false, 0.0);
        Outcome { best: observed, probability: 1.0, observed: 1.0, hold, competes, lonely, gain }
    }

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

/// Cells on which weights are learned.
const WEIGHED: usize = 3000;
/// Rows that are scored together.
const BLOCK: usize = 512;

/// Scores every cell of a column whose counts are up to date, and learns from it.
pub(crate) fn learn(
    column: &mut ColumnModel,
    shared: &Shared<'_>,
    learning: &Learning,
    facts: &FactsCache,
) -> Outcomes {
    let values = &shared.values[column.attribute.index()];
    if learning.calibrate {
        calibrate_contexts(column, values, shared);
    }
    update_novelty(column, values, shared);
    let (outcomes, tally, weights) = {
        let mut scorer = scorer(column, values, shared, facts);
        let (first, bounds) = first_weights(scorer.factors());
        if !are_weights_of(&column.weights, &scorer) {
            scorer.weights = first.clone();
        }
        if learning.weights && !first.is_empty() && shared.settings.has(Part::Weights) {
            scorer.weights =
                learn_weights(&scorer, &Screen::new(&scorer), shared).weights(&scorer.weights, &first, &bounds);
        }
        let rows = shared.state.rows() as f64;
        let weight = |(factor, &weight): (&dyn Factor, &f64)| FactorWeight {
            factor: factor.id(),
            dependency: is_dependency(factor),
            weight,
            rows,
        };
        let weights: Vec<FactorWeight> = scorer.factors().zip(&scorer.weights).map(weight).collect();
        let (outcomes, tally) = score_all(&scorer, shared);
        (outcomes, tally, weights)
    };
    column.weights = weights;
    column.noise_tally = tally;
    outcomes
}

/// Whether the weights were learned for the factors of a scorer, each in the same role.
fn are_weights_of(weights: &[FactorWeight], scorer: &Scorer<'_>) -> bool {
    let known = |(factor, weight): (&dyn Factor, &FactorWeight)| {
        factor.id() == weight.factor && is_dependency(factor) == weight.dependency
    };
    scorer.factors().count() == weights.len() && scorer.factors().zip(weights).all(known)
}

/// Scores every cell of a column with what is known, or only the cells that were weighed before: the others stay settled.
pub(crate) fn score(
    column: &ColumnModel,
    shared: &Shared<'_>,
    facts: &FactsCache,
    cells: Option<&Outcomes>,
) -> Outcomes {
    let scorer = scorer(column, &shared.values[column.attribute.index()], shared, facts);
    match cells {
        None => score_all(&scorer, shared).0,
        Some(cells) => score_listed(&scorer, cells),
    }
}

/// A scorer with the factors of a column, weighted as they were learned.
pub(crate) fn scorer<'a>(
    column: &'a ColumnModel,
    values: &'a Values,
    shared: &'a Shared<'_>,
    facts: &'a FactsCache,
) -> Scorer<'a> {
    let mut scorer = Scorer {
        column,
        rows: shared.state.column(column.attribute),
        values,
        contexts: contexts(column, values, shared),
        spellings: spellings(column, shared),
        reverses: reverses(column, shared),
        absence: absence(column, shared),
        weights: Vec::new(),
        table_noise: shared.table_noise,
        facts,
        membership: shared.membership,
        settings: shared.settings,
    };
    let (first, _) = first_weights(scorer.factors());
    let learned = |factor: &dyn Factor| column.weights.iter().find(|known| known.factor == factor.id());
    let weights =
        scorer.factors().zip(first).map(|(factor, first)| learned(factor).map_or(first, |known| known.weight));
    scorer.weights = weights.collect();
    scorer
}

/// Scorers of all columns in which everything is looked at.
pub(crate) fn scorers<'a>(
    columns: &'a [ColumnModel],
    shared: &'a Shared<'_>,
    facts: &'a [FactsCache],
) -> Vec<Option<Scorer<'a>>> {
    let scorer = |(column, facts): (&'a ColumnModel, &'a FactsCache)| {
        let active = column.role == Role::Active;
        active.then(|| scorer(column, &shared.values[column.attribute.index()], shared, facts))
    };
    columns.par_iter().zip(facts).map(scorer).collect()
}

/// The column whose absences tell of those of this one.
fn absence<'a>(column: &ColumnModel, shared: &'a Shared<'_>) -> Option<Absence<'a>> {
    let partner = shared.absences.partner(column.attribute).filter(|_| column.role == Role::Active);
    partner.map(|partner| Absence { of: column.attribute, partner, state: shared.state })
}

/// The rules of spelling that a column is the whole or a part of, the whole first.
fn spellings<'a>(column: &ColumnModel, shared: &'a Shared<'_>) -> Vec<Spelling<'a>> {
    if column.role == Role::LongTailed || !shared.settings.has(Part::Derived) {
        return Vec::new();
    }
    let lexicons: Vec<&Lexicon> = shared.lexicons.iter().map(Arc::as_ref).collect();
    let bound = noise_bound(shared.settings);
    let spelling = |derived: &Derived| Spelling::new(derived, column.attribute, &lexicons, shared.state, bound);
    let (whole, parts): (Vec<_>, Vec<_>) = shared.derived.iter().partition(|d| d.target == column.attribute);
    whole.into_iter().chain(parts).filter_map(spelling).collect()
}

fn reverses<'a>(column: &'a ColumnModel, shared: &'a Shared<'_>) -> Vec<Reverse<'a>> {
    let reverse = |model: &'a ReverseModel| {
        let calibration = shared.calibrations.get(&model.dependency).copied();
        Reverse::both(ReverseTable::new(
            &model.others,
            model.dependency.rhs,
            &model.counts,
            calibration.unwrap_or(Calibration { alpha: 1.0, rho: 0.9 }),
            &shared.values[model.dependency.rhs.index()],
            shared.error_rates[model.dependency.rhs.index()],
            shared.state,
            noise_bound(shared.settings),
            shared.membership,
        ))
    };
    if column.role == Role::LongTailed { Vec::new() } else { column.reverses.iter().flat_map(reverse).collect() }
}

fn noise_bound(settings: &Settings) -> NoiseBound {
    if settings.has(Part::NoiseBound) { NoiseBound::On } else { NoiseBound::Off }
}

/// The contexts of a column.
pub(crate) fn contexts<'a>(column: &'a ColumnModel, values: &'a Values, shared: &'a Shared<'_>) -> Vec<Context<'a>> {
    let context = |(model, masses): (&'a ContextModel, &'a Masses)| {
        let dependency = model.source != Source::Pair || model.calibration.rho >= FUNCTIONAL;
        let mut context = Context::new(
            &model.key,
            &model.counts,
            model.counts.of_rows(&key_codes(shared.state, &model.key), shared.state.rows()),
            model.calibration,
            if dependency { Strength::Dependency } else { Strength::Pair },
            (values, masses),
            shared.state,
            noise_bound(shared.settings),
        );
        context.as_written = shared.membership == Membership::Written;
        context.novelty = model.novelty.filter(|_| shared.settings.has(Part::Novelty));
        context
    };
    if column.role == Role::LongTailed {
        Vec::new()
    } else {
        column.contexts.iter().zip(&values.masses).map(context).collect()
    }
}

/// Settled cells on which weights are learned. They are many and alike, and each of these stands for its share of them:
/// without them nothing would say that a context is right nearly always.
const SETTLED_WEIGHED: usize = 150;

/// The sample that weights are learned on.
fn learn_weights(scorer: &Scorer<'_>, screen: &Screen<'_, '_>, shared: &Shared<'_>) -> Sample {
    let mut rows: Vec<RowId> = shared.drawn().iter().copied().take(WEIGHED).collect();
    rows.sort_unstable();
    let (mut settled, doubtful): (Vec<RowId>, Vec<RowId>) =
        rows.into_par_iter().partition(|row| screen.is_settled(row.index()));
    let all = settled.len();
    if all > SETTLED_WEIGHED {
        settled.select_nth_unstable_by_key(SETTLED_WEIGHED, |row| (shared.hashes[row.index()], row.0));
        settled.truncate(SETTLED_WEIGHED);
        settled.sort_unstable();
    }
    let each = all as f64 / settled.len().max(1) as f64;
    let cell = |scored: &mut Scored, (row, weight): (RowId, f64)| {
        scorer.prepare(row.index(), scored);
        scorer.weigh(scored);
        SampledCell {
            weight,
            prior: scored.prior.clone(),
            posterior: scored.posterior.clone(),
            factors: scored.factors.clone(),
        }
    };
    let cells = doubtful.into_iter().map(|row| (row, 1.0)).chain(settled.into_iter().map(|row| (row, each)));
    Sample::new(cells.collect::<Vec<_>>().into_par_iter().map_init(Scored::default, cell).collect())
}

fn score_all(scorer: &Scorer<'_>, shared: &Shared<'_>) -> (Outcomes, NoiseTally) {
    let screen = Screen::new(scorer);
    let all = shared.state.rows();
    let score = |scored: &mut Scored, block: usize| {
        let mut tally = NoiseTally::default();
        let mut unrelated: BTreeMap<u32, f64> = BTreeMap::new();
        let mut outcomes: Vec<(u32, Outcome)> = Vec::new();
        for row in block * BLOCK..all.min((block + 1) * BLOCK) {
            if screen.is_settled(row) {
                tally.cells += 1.0;
                continue;
            }
            scorer.prepare(row, scored);
            scorer.weigh(scored);
            let outcome = outcome(scorer, row, scored);
            sum_noise(scorer, row, scored, &outcome, &mut tally, &mut unrelated);
            outcomes.push((row as u32, outcome));
        }
        let text = |slot: u32| scorer.column.lexicon.domain.text(code(slot as usize)).unwrap_or_default().to_owned();
        tally.unrelated = unrelated.into_iter().map(|(slot, sum)| (text(slot), sum)).collect();
        (outcomes, tally)
    };
    let blocks: Vec<(Vec<(u32, Outcome)>, NoiseTally)> =
        (0..all.div_ceil(BLOCK)).into_par_iter().map_init(Scored::default, score).collect();
    let mut tally = NoiseTally::default();
    let mut outcomes = Vec::with_capacity(blocks.len());
    for (block, sums) in blocks {
        outcomes.push(block);
        tally.merge(sums);
    }
    (outcomes.into_iter().flatten().collect(), tally)
}

/// The rows of a table that is believed as it is written of which the cell is not settled.
pub(crate) fn unsettled(column: &ColumnModel, shared: &Shared<'_>, facts: &FactsCache) -> Vec<u32> {
    let scorer = scorer(column, &shared.values[column.attribute.index()], shared, facts);
    let screen = Screen::new(&scorer);
    let glance = Glance::new(&scorer);
    let all = shared.state.rows();
    let of_block = |block: usize| {
        let first = block * BLOCK;
        let mut glanced = [Glanced::default(); BLOCK];
        let glanced = &mut glanced[..BLOCK.min(all - first)];
        glance.look(first, glanced);
        let unsettled = |&(row, glanced): &(usize, &Glanced)| !glance.shows(row, *glanced) && !screen.is_settled(row);
        (first..).zip(&*glanced).filter(unsettled).map(|(row, _)| row as u32).collect::<Vec<_>>()
    };
    let blocks: Vec<Vec<u32>> = (0..all.div_ceil(BLOCK)).into_par_iter().map(of_block).collect();
    blocks.concat()
}

fn score_listed(scorer: &Scorer<'_>, cells: &Outcomes) -> Outcomes {
    let rows: Vec<usize> = cells.iter().map(|(row, _)| row).collect();
    let score = |scored: &mut Scored, &row: &usize| {
        scorer.prepare(row, scored);
        scorer.weigh(scored);
        (row as u32, outcome(scorer, row, scored))
    };
    let outcomes: Vec<(u32, Outcome)> = rows.par_iter().map_init(Scored::default, score).collect();
    outcomes.into_iter().collect()
}

/// Reads the outcome of a cell off its posterior.
pub(crate) fn outcome(scorer: &Scorer<'_>, row: usize, scored: &Scored) -> Outcome {
    let best = scored.best();
    let believed = scorer.believed(row);
    let probability = scored.posterior[best];
    let changes = best != 0 && probability >= CHANGE;
    let hold = if best != 0 { hold(scorer, row, scored, best) } else { None };
    let place = |slot: usize| scored.candidates.iter().position(|&candidate| candidate as usize == slot).unwrap_or(0);
    let elsewhere = scorer.elsewhere(row) >= 1.0;
    Outcome {
        best: scored.candidates[best],
        probability,
        observed: scored.posterior[0],
        hold,
        competes: changes && scored.noise[best][Noise::Unrelated.index()] > 0.5 && elsewhere,
        lonely: changes && supporters(scorer, row, scored.candidates[best] as usize, 0.0) < LONELY,
        gain: if changes { scored.untempered(best) - scored.untempered(place(believed)) } else { 0.0 },
    }
}
