//! Cells that are settled without being weighed: nothing but what is written comes into question.
//!
//! Nearly all cells of a table are right, and most of them plainly so: their group is of one mind, or no other value could
//! come near. A cell is settled if
//!
//! - what is written is believed and bears no mark of damage;
//! - of the dependencies that speak of it, from its key or to what it determines, one bears it out and none is of another
//!   mind, or [`MORE`] more bear it out than are of another mind; or
//! - the table is large, nothing of the row speaks of the column at all, and its text is nearly surely what was meant ([`WRONG`]); or
//! - none of them says anything, its text is no other value's with an error in it, and no value can come within [`SETTLED`] nats of it: a bound on the score of every other.
//!
//! The others are weighed in full. To what is learned of errors a settled cell adds nothing; what it says of the weights of
//! contexts is learned on a few that stand for all.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::column::{Membership, Role};
use crate::factors::Strength;
use crate::factors::context::Context;
use crate::factors::reverse::{OfWritten, Reverse};
use crate::lexicon::{code, slot};
use crate::scorer::{Scored, Scorer};
use crate::settings::Part;
use crate::tally::{Group, GroupTally};
use crate::text::edits::Workspace;
use crate::text::near::Near;

/// Of the other rows of a group this share holds a value that the group is agreed on: one in four may be wrong.
pub(crate) const AGREED: f64 = 0.75;
/// Of another mind is a group of which this share holds one other value.
pub(crate) const MAJORITY: f64 = 0.5;
/// Rows that bear a value out.
pub(crate) const BORNE_OUT: f64 = 1.7;
/// Where some are of another mind, because another cell of the row is wrong, so many more must bear a value out.
pub(crate) const MORE: u32 = 2;
/// Once so many more bear a value out, the others are not asked.
const ENOUGH: i64 = 4;
/// The chance that the key of a row is wrong, above which its group bears nothing out.
pub(crate) const DOUBTFUL_KEY: f64 = 0.25;
/// No other value comes within so many nats of one that is settled.
const SETTLED: f64 = 7.0;
/// Where nothing of the row speaks of a cell, it is settled if what is written is less probably wrong.
const WRONG: f64 = 0.05;
/// What a value that is not listed can gain by being near, in nats: one edit of the sixty characters that it could put in.
const NEAR: f64 = 4.0;

/// What a dependency says of what is written in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// No other row has the key.
    Nothing,
    /// It is of the same mind, by too few rows to bear the value out.
    Agrees,
    /// It bears the value out.
    BearsOut,
    /// It is of another mind.
    Doubts,
    /// Its rows are of no one mind.
    Divided,
}

/// Tells the settled cells of one column in one round.
pub(crate) struct Screen<'s, 'a> {
    scorer: &'s Scorer<'a>,
    /// By slot, the log odds of the strongest value against what is written that comes into question whatever the row is;
    /// not a number where nobody asked.
    rivals: Vec<AtomicU32>,
    /// For each context that is a mere association and each of its groups the greatest log odds that it gives a value.
    most: Vec<Vec<AtomicU32>>,
    most_prior: f64,
    /// Where nothing of the row speaks of the column of a large table, by slot how probable it is that what is written was not meant: the same
    /// for all cells that read alike. Not a number where nobody asked; empty where rows speak.
    wrong: Vec<AtomicU32>,
}

const UNKNOWN: u32 = f32::NAN.to_bits();

fn unknown(count: usize) -> Vec<AtomicU32> {
    (0..count).map(|_| AtomicU32::new(UNKNOWN)).collect()
}

/// What is known, or is found out; every thread would find the same.
fn known(cell: &AtomicU32, find: impl FnOnce() -> f64) -> f64 {
    let known = f32::from_bits(cell.load(Ordering::Relaxed));
    if !known.is_nan() {
        return f64::from(known);
    }
    let found = find() as f32;
    cell.store(found.to_bits(), Ordering::Relaxed);
    f64::from(found)
}

impl<'s, 'a> Screen<'s, 'a> {
    /// A screen for the cells that a scorer scores.
    pub(crate) fn new(scorer: &'s Scorer<'a>) -> Self {
        let groups = |context: &Context<'_>| match context.strength {
            Strength::Pair => unknown(context.counts.groups()),
            _ => Vec::new(),
        };
        let most = scorer.contexts.iter().map(groups).collect();
        let most_prior = scorer.values.most_log_prior();
        let slots = scorer.column.lexicon.slots();
        let alone = scorer.membership == Membership::Written && scorer.factors().next().is_none();
        let wrong = if alone { unknown(slots) } else { Vec::new() };
        Screen { scorer, rivals: unknown(slots), most, most_prior, wrong }
    }

    /// Whether nothing but what is written in the cell of a row comes into question.
    pub(crate) fn is_settled(&self, row: usize) -> bool {
        let scorer = self.scorer;
        let observed = scorer.observed(row);
        if scorer.column.odd[observed] || scorer.believed(row) != observed {
            return false;
        }
        let proposed = !scorer.column.lexicon.proposals(code(observed)).is_empty();
        if scorer.column.role == Role::LongTailed {
            return !proposed;
        }
        if let Some(wrong) = self.wrong.get(observed) {
            return known(wrong, || self.wrong(row)) < WRONG;
        }
        if !scorer.spellings.iter().all(|spelling| spelling.wants_nothing_but(row, observed)) {
            return false;
        }
        let own = scorer.own(row);
        let (mut bear_out, mut doubt, mut divided) = (0u32, 0u32, false);
        // How many more bear it out than are of another mind, so far.
        let mut hear = |says: Says| {
            match says {
                Says::Doubts => doubt += 1,
                Says::BearsOut => bear_out += 1,
                Says::Divided => divided = true,
                Says::Nothing | Says::Agrees => {}
            }
            i64::from(bear_out) - i64::from(doubt)
        };
        for context in scorer.contexts.iter().filter(|context| context.strength != Strength::Pair) {
            if hear(of_context(context, row, observed, own)) >= ENOUGH {
                return true;
            }
        }
        for reverse in scorer.reverses.iter().step_by(2) {
            if hear(of_reverse(reverse, row, observed, own)) >= ENOUGH {
                return true;
            }
        }
        if doubt > 0 {
            return bear_out >= doubt + MORE;
        }
        bear_out > 0
            || !proposed && scorer.reverses.is_empty() && !divided && self.nothing_comes_near(row, observed, own)
    }

    /// How probable it is that something else was meant than what is written in a row.
    fn wrong(&self, row: usize) -> f64 {
        let mut scored = Scored::default();
        self.scorer.prepare(row, &mut scored);
        self.scorer.weigh(&mut scored);
        1.0 - scored.posterior[0]
    }

    /// Whether no value can come near what is written, by the texts and by what mere associations say.
    fn nothing_comes_near(&self, row: usize, observed: usize, own: f64) -> bool {
        let scorer = self.scorer;
        let mut gain = 0.0;
        for ((context, &weight), most) in scorer.contexts.iter().zip(&scorer.weights).zip(&self.most) {
            let Some((group, _)) = context.others(row, own) else {
                if context.novelty.is_some() && context.is_new_key(row, own) {
                    return false;
                }
                continue;
            };
            if context.strength != Strength::Pair {
                // It agrees, so it speaks for no other value.
                continue;
            }
            let most = known(&most[group as usize], || context.most_log_odds(group));
            gain += weight * (most - context.log_odds_of_written(row, observed, own)).max(0.0);
        }
        known(&self.rivals[observed], || self.rival(observed)) + gain < -SETTLED
    }

    /// The log odds of the strongest value against a written one, whatever the row is.
    fn rival(&self, observed: usize) -> f64 {
        let scorer = self.scorer;
        let (values, noise) = (scorer.values, &scorer.column.noise);
        let lexicon = &scorer.column.lexicon;
        let written = values.log_prior(observed) + (1.0 - noise.error_rate).ln();
        let log_error = noise.error_rate.ln();
        let unrelated = noise.log_share(crate::channel::Noise::Unrelated) + values.log_emission[observed];
        let near = if scorer.settings.has(Part::NearStrings) { lexicon.near(code(observed)) } else { Near::default() };
        let listed = near.iter().map(|&near| slot(near) as u32).chain(values.commonest.iter().copied());
        let mut work = Workspace::default();
        let score =
            |meant: u32| values.log_prior(meant as usize) + scorer.likelihood(observed as u32, meant, &mut work).log;
        let listed = listed.filter(|&meant| meant as usize != observed).map(score).fold(f64::NEG_INFINITY, f64::max);
        // Of values that only the row brings up: an unrelated one, or one that is rarer and near.
        let most_unrelated =
            self.most_prior.min(0.0) + unrelated - (1.0 - self.most_prior.min(0.0).exp()).max(0.02).ln();
        let rarer = values.log_prior(observed) + noise.log_share(crate::channel::Noise::Typo) - NEAR;
        log_error + listed.max(most_unrelated).max(unrelated).max(rarer) - written
    }
}

/// The weight of the heaviest value of a group other than one.
pub(crate) fn most_of_others(counts: &GroupTally, group: Group, slot: usize) -> f64 {
    let leaders = counts.leaders(group);
    let other = leaders.iter().find(|&&leader| leader as usize != slot);
    other.map_or(0.0, |&leader| counts.weight(group, leader as usize))
}

fn of_context(context: &Context<'_>, row: usize, observed: usize, own: f64) -> Says {
    let Some((group, others)) = context.others(row, own) else { return Says::Nothing };
    let same = context.weight(group, observed, observed, own);
    if same < AGREED * others {
        let most = most_of_others(context.counts, group, observed);
        if most >= same && most >= MAJORITY * others { Says::Doubts } else { Says::Divided }
    } else if same >= BORNE_OUT && context.key_noise(row) <= DOUBTFUL_KEY {
        Says::BearsOut
    } else {
        Says::Agrees
    }
}

fn of_reverse(reverse: &Reverse<'_>, row: usize, observed: usize, own: f64) -> Says {
    let Some(OfWritten { same, others, most, noise }) = reverse.of_written(row, observed as u32, own) else {
        return Says::Nothing;
    };
    if others <= 0.0 {
        Says::Nothing
    } else if same < AGREED * others {
        if most >= same && most >= MAJORITY * others { Says::Doubts } else { Says::Divided }
    } else if same >= BORNE_OUT && noise <= DOUBTFUL_KEY {
        Says::BearsOut
    } else {
        Says::Agrees
    }
}
