//! The posterior of one cell: candidates, prior, factors, channel.
//!
//! ```text
//! score(v) = log pt(v) + Σ_f w_f phi_f(v) + log Ch(o | v)      q = softmax over the candidates and "not listed"
//! ```

use std::sync::{Arc, Mutex};

use crate::channel::{ByNoise, Facts, Likelihood, NOISES, Noise, TableNoise, likelihood, likelihood_of_missing};
use crate::column::{ColumnModel, Membership, Role, counted_weight};
use crate::factors::absence::Absence;
use crate::factors::context::Context;
use crate::factors::derived::{NONE, Spelling};
use crate::factors::reverse::Reverse;
use crate::factors::{Cell, Factor, Strength};
use crate::lexicon::{MISSING, code, slot};
use crate::map::HashMap;
use crate::screen::{AGREED, BORNE_OUT};
use crate::settings::{MOST_CANDIDATES, Part, Settings};
use crate::state::ColumnState;
use crate::tally::NO_GROUP;
use crate::text::edits::{Emission, Workspace};
use crate::values::Values;
use crate::weights::Bounds;

/// What pairs of texts have to do with each other, kept from round to round.
#[derive(Debug, Default)]
pub(crate) struct FactsCache {
    known: Mutex<HashMap<(u32, u32), Arc<Facts>>>,
    forgets: bool,
}

impl FactsCache {
    /// One that keeps nothing: of a large table most pairs are met once.
    pub(crate) fn forgetful() -> Self {
        FactsCache { forgets: true, ..FactsCache::default() }
    }
}

/// Likelihoods that are kept while the cells of a column are scored.
const MOST_KNOWN: usize = 20_000;

/// Scores the cells of one column in one round.
pub(crate) struct Scorer<'a> {
    pub(crate) column: &'a ColumnModel,
    pub(crate) rows: &'a ColumnState,
    pub(crate) values: &'a Values,
    pub(crate) contexts: Vec<Context<'a>>,
    pub(crate) spellings: Vec<Spelling<'a>>,
    pub(crate) reverses: Vec<Reverse<'a>>,
    pub(crate) absence: Option<Absence<'a>>,
    pub(crate) weights: Vec<f64>,
    pub(crate) table_noise: &'a TableNoise,
    pub(crate) facts: &'a FactsCache,
    pub(crate) membership: Membership,
    pub(crate) settings: &'a Settings,
}

/// The candidates of one cell and all that is said of them. Vectors over options have one entry for each candidate
/// and a last one for the values that are not listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scored {
    /// Slots; the observed value first, then the believed one where it is another.
    pub(crate) candidates: Vec<u32>,
    /// The share of each candidate in the column.
    pub(crate) share: Vec<f64>,
    log_share: Vec<f64>,
    /// The log type-level prior, over options.
    pub(crate) prior: Vec<f64>,
    /// The log odds of the factors, over options, factor by factor.
    pub(crate) factors: Vec<f64>,
    /// The log likelihood of what is written, over options.
    pub(crate) channel: Vec<f64>,
    /// How much of the likelihood each kind of noise explains, by candidate; zeros for the observed value.
    pub(crate) noise: Vec<ByNoise>,
    /// The posterior, over options.
    pub(crate) posterior: Vec<f64>,
    /// A candidate that is asked for whatever else speaks for it.
    pub(crate) extra: Option<u32>,
    /// Whether a dependency says what the cell was meant to be.
    told: bool,
    /// Likelihoods of this column in this round, by observed and candidate slot.
    known: HashMap<(u32, u32), Likelihood>,
    /// What edit scripts are written with.
    work: Workspace,
}

impl Scored {
    /// The number of options: candidates and "not listed".
    pub(crate) fn options(&self) -> usize {
        self.candidates.len() + 1
    }

    /// Forgets what holds of one column only.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    /// The place of the most probable candidate; the earlier of equals.
    pub(crate) fn best(&self) -> usize {
        let candidates = &self.posterior[..self.candidates.len()];
        (1..candidates.len()).fold(0, |best, k| if candidates[k] > candidates[best] { k } else { best })
    }

    /// Prior, factors at full weight and channel of an option.
    pub(crate) fn untempered(&self, option: usize) -> f64 {
        let options = self.options();
        let factors: f64 = self.factors.iter().skip(option).step_by(options).sum();
        self.prior[option] + factors + self.channel[option]
    }
}

impl<'a> Scorer<'a> {
    /// The factors in the order of their weights.
    pub(crate) fn factors(&self) -> impl Iterator<Item = &dyn Factor> {
        let contexts = self.contexts.iter().map(|factor| factor as &dyn Factor);
        let spellings = self.spellings.iter().map(|factor| factor as &dyn Factor);
        let reverses = self.reverses.iter().map(|factor| factor as &dyn Factor);
        let absence = self.absence.iter().map(|factor| factor as &dyn Factor);
        contexts.chain(spellings).chain(reverses).chain(absence)
    }

    /// The weight with which the cell of a row is counted in the model.
    pub(crate) fn own(&self, row: usize) -> f64 {
        counted_weight(self.column, self.rows, row, self.membership)
    }

    /// The slot of the value that the cell is counted with: what is believed, or what is written.
    pub(crate) fn current(&self, row: usize) -> usize {
        if self.membership == Membership::Written { self.observed(row) } else { self.believed(row) }
    }

    /// The slot of the believed value.
    pub(crate) fn believed(&self, row: usize) -> usize {
        slot(self.rows.current[row])
    }

    /// The slot of the written value.
    pub(crate) fn observed(&self, row: usize) -> usize {
        slot(self.rows.observed[row])
    }

    /// The weight with which the other rows of the column are believed to hold what is written in a row.
    pub(crate) fn elsewhere(&self, row: usize) -> f64 {
        let observed = self.observed(row);
        let own = if self.current(row) == observed { self.own(row) } else { 0.0 };
        self.values.weight[observed] - own
    }

    /// Scores the cell of a row; all but the weights' part.
    pub(crate) fn prepare(&self, row: usize, scored: &mut Scored) {
        self.list_candidates(row, scored);
        let own = self.own(row);
        let current = self.current(row);
        let left_out = if self.membership == Membership::New { 0.0 } else { 1.0 };
        scored.share.clear();
        scored.log_share.clear();
        scored.prior.clear();
        let log_rows = self.values.log_rows(left_out);
        let mut listed = 0.0;
        for &slot in &scored.candidates {
            let slot = slot as usize;
            let holds = slot == current;
            let share = self.values.share(slot, if holds { own } else { 0.0 }, left_out);
            scored.share.push(share);
            scored.log_share.push(if holds { share.ln() } else { self.values.log_share_of_others(slot, log_rows) });
            let prior = self.values.log_prior(slot);
            scored.prior.push(prior);
            listed += prior.min(0.0).exp();
        }
        let unlisted = if self.settings.has(Part::Residual) { (1.0 - listed).clamp(1e-3, 1.0).ln() } else { -1e4 };
        scored.prior.push(unlisted);
        self.ask_factors(row, own, current, scored);
        self.ask_channel(row, scored);
    }

    /// Weighs what [`Scorer::prepare`] found: the posterior.
    pub(crate) fn weigh(&self, scored: &mut Scored) {
        let options = scored.options();
        scored.posterior.clear();
        scored.posterior.extend(scored.prior.iter().zip(&scored.channel).map(|(prior, channel)| prior + channel));
        for (factor, &weight) in scored.factors.chunks_exact(options).zip(&self.weights) {
            scored.posterior.iter_mut().zip(factor).for_each(|(score, phi)| *score += weight * phi);
        }
        let most = scored.posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for score in &mut scored.posterior {
            *score = (*score - most).exp();
            total += *score;
        }
        scored.posterior.iter_mut().for_each(|score| *score /= total);
    }

    fn list_candidates(&self, row: usize, scored: &mut Scored) {
        let ColumnModel { lexicon, placeholder, role, .. } = self.column;
        let missing = MISSING as u32;
        let (observed, current) = (self.observed(row) as u32, self.believed(row) as u32);
        scored.told = self.is_told(row);
        let told = scored.told;
        let candidates = &mut scored.candidates;
        candidates.clear();
        candidates.push(observed);
        let mut add = |slot: u32| {
            let usable = slot != NONE && slot != missing && !placeholder[slot as usize];
            if (usable || slot == current) && candidates.len() < MOST_CANDIDATES && !candidates.contains(&slot) {
                candidates.push(slot);
            }
        };
        add(current);
        scored.extra.into_iter().for_each(&mut add);
        let written = self.rows.observed[row];
        if !written.is_null() && self.settings.has(Part::Proposals) {
            lexicon.proposals(written).iter().for_each(|&meant| add(slot(meant) as u32));
        }
        if *role == Role::LongTailed {
            return;
        }
        self.spellings.iter().for_each(|spelling| add(spelling.wanted[row]));
        for context in &self.contexts {
            let group = context.groups.get(row);
            if group == NO_GROUP || told && context.strength == Strength::Pair {
                continue;
            }
            let leaders = context.counts.leaders(group);
            let leaders = leaders.iter().take(2).copied();
            match told {
                false => leaders.for_each(&mut add),
                // Beside what a group is agreed on, the errors of its other rows come into no question.
                true => leaders
                    .filter(|&leader| context.counts.weight(group, leader as usize) >= BORNE_OUT)
                    .for_each(&mut add),
            }
        }
        if told {
            return;
        }
        let (common, less_common) = self.values.commonest.split_at(self.values.commonest.len().min(4));
        common.iter().copied().for_each(&mut add);
        if !written.is_null() && self.settings.has(Part::NearStrings) {
            lexicon.near(written).iter().take(6).for_each(|&near| add(slot(near) as u32));
        }
        less_common.iter().copied().for_each(&mut add);
    }

    /// Whether the group of a dependency is agreed on what the cell was meant to be, in a large table: there what is common in the column, or near
    /// by its text, is not weighed beside it.
    fn is_told(&self, row: usize) -> bool {
        let tells = |context: &Context<'_>| {
            let Some((group, others)) = context.others(row, self.own(row)) else { return false };
            let Some(&leader) = context.counts.leaders(group).first() else { return false };
            let own = if leader as usize == self.current(row) { self.own(row) } else { 0.0 };
            let weight = context.counts.weight(group, leader as usize) - own;
            weight >= BORNE_OUT && weight >= AGREED * others
        };
        let mut dependencies = self.contexts.iter().filter(|context| context.strength != Strength::Pair);
        self.membership == Membership::Written && dependencies.any(tells)
    }

    fn ask_factors(&self, row: usize, own: f64, current: usize, scored: &mut Scored) {
        let Scored { candidates, share, log_share, factors, told, .. } = scored;
        let options = candidates.len() + 1;
        let unlisted = (1.0 - share.iter().sum::<f64>()).clamp(1e-4, 1.0);
        let cell = Cell { row, current, own, candidates, share, log_share, unlisted };
        factors.clear();
        factors.resize(self.weights.len() * options, 0.0);
        let mut out = factors.as_mut_slice();
        // Where a dependency says what was meant, mere associations are not heard in a large table.
        for context in &self.contexts {
            if *told && context.strength == Strength::Pair {
                (_, out) = std::mem::take(&mut out).split_at_mut(options);
            } else {
                let (here, rest) = std::mem::take(&mut out).split_at_mut(options);
                out = rest;
                here[options - 1] = context.log_odds(&cell, &mut here[..options - 1]);
            }
        }
        for spelling in &self.spellings {
            let (here, rest) = std::mem::take(&mut out).split_at_mut(options);
            out = rest;
            here[options - 1] = spelling.log_odds(&cell, &mut here[..options - 1]);
        }
        for reverse in self.reverses.chunks_exact(2) {
            let (here, rest) = std::mem::take(&mut out).split_at_mut(2 * options);
            out = rest;
            let (speaks_for, against) = here.split_at_mut(options);
            reverse[0].both_sides(&cell, &mut speaks_for[..options - 1], &mut against[..options - 1]);
        }
        if let Some(absence) = &self.absence {
            out[options - 1] = absence.log_odds(&cell, &mut out[..options - 1]);
        }
    }

    fn ask_channel(&self, row: usize, scored: &mut Scored) {
        let noise = &self.column.noise;
        let log_error = noise.error_rate.ln();
        let observed = self.observed(row) as u32;
        let missing = MISSING as u32;
        scored.channel.clear();
        scored.noise.clear();
        for place in 0..scored.candidates.len() {
            let slot = scored.candidates[place];
            if slot == observed {
                scored.channel.push((1.0 - noise.error_rate).ln());
                scored.noise.push([0.0; NOISES.len()]);
                continue;
            }
            let known = if self.facts.forgets { None } else { scored.known.get(&(observed, slot)) };
            let found = match known {
                Some(found) => *found,
                None if self.facts.forgets => self.likelihood(observed, slot, &mut scored.work),
                None => {
                    let found = self.likelihood(observed, slot, &mut scored.work);
                    if scored.known.len() < MOST_KNOWN {
                        scored.known.insert((observed, slot), found);
                    }
                    found
                }
            };
            scored.channel.push(log_error + found.log);
            scored.noise.push(found.shares);
        }
        let unlisted = if observed == missing {
            noise.log_share(Noise::Missing)
        } else {
            noise.log_share(Noise::Unrelated) + self.values.log_emission[observed as usize]
        };
        scored.channel.push(log_error + unlisted);
    }

    /// The likelihood of reading the slot `observed` where `meant` was meant; the two differ.
    pub(crate) fn likelihood(&self, observed: u32, meant: u32, work: &mut Workspace) -> Likelihood {
        if observed as usize == MISSING {
            return likelihood_of_missing(&self.column.noise);
        }
        if meant as usize == MISSING {
            // Something is written where nothing was meant: as unlikely as the channel can say.
            return Likelihood { log: -1e3, shares: [0.0; NOISES.len()] };
        }
        if self.facts.forgets {
            self.likelihood_by(&self.look(observed, meant, work), observed, meant)
        } else {
            self.likelihood_by(&self.facts(observed, meant, work), observed, meant)
        }
    }

    fn likelihood_by<E: AsRef<[Emission]>>(&self, facts: &Facts<E>, observed: u32, meant: u32) -> Likelihood {
        let strings = self.column.lexicon.strings(code(meant as usize));
        let emission = self.values.log_emission[observed as usize];
        let prior = self.values.log_prior_unmarked[meant as usize];
        likelihood(facts, &strings, &self.column.noise, self.table_noise, emission, prior)
    }

    /// What two values have to do with each other.
    pub(crate) fn facts(&self, observed: u32, meant: u32, work: &mut Workspace) -> Arc<Facts> {
        let lock = || {
            let known = (!self.facts.forgets).then_some(&self.facts.known);
            known.map(|known| known.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
        };
        if let Some(facts) = lock().and_then(|known| known.get(&(observed, meant)).cloned()) {
            return facts;
        }
        let facts = Arc::new(self.look(observed, meant, work).kept());
        if let Some(mut known) = lock() {
            known.insert((observed, meant), facts.clone());
        }
        facts
    }

    fn look<'w>(&self, observed: u32, meant: u32, work: &'w mut Workspace) -> Facts<&'w [Emission]> {
        let chars = |slot: u32| self.column.lexicon.strings(code(slot as usize)).chars;
        Facts::new(chars(meant), chars(observed), work)
    }
}

/// Whether a factor is weighted as a dependency.
pub(crate) fn is_dependency(factor: &dyn Factor) -> bool {
    factor.strength() != Strength::Pair
}

/// The first weights of the factors and their bounds: dependencies share 1.5/√n each, pairs 0.75/n; a rule of
/// spelling starts at two.
pub(crate) fn first_weights<'f>(factors: impl Iterator<Item = &'f dyn Factor>) -> (Vec<f64>, Vec<Bounds>) {
    let strengths: Vec<Strength> = factors.map(Factor::strength).collect();
    let count = |wanted: &[Strength]| strengths.iter().filter(|strength| wanted.contains(strength)).count();
    let pairs = count(&[Strength::Pair]);
    let dependencies = count(&[Strength::Dependency, Strength::Spelling]).max(1) as f64;
    let first = |strength: &Strength| match strength {
        Strength::Dependency => (1.5 / dependencies.sqrt()).min(1.0),
        Strength::Pair => (0.75 / pairs.max(1) as f64).min(1.0),
        Strength::Contradiction => 1.0,
        Strength::Spelling => 2.0,
    };
    // That a contradiction counts in full is no matter of learning: a wrong belief would unlearn what speaks against it.
    let bound = |strength: &Strength| match strength {
        Strength::Dependency | Strength::Pair => Bounds { least: 0.0, most: 1.0 },
        Strength::Contradiction => Bounds { least: 1.0, most: 1.0 },
        Strength::Spelling => Bounds { least: 0.0, most: 2.0 },
    };
    (strengths.iter().map(first).collect(), strengths.iter().map(bound).collect())
}
