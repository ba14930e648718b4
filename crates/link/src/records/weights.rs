//! What agreement and disagreement in each column weighs, and how that is learned.
//!
//! Fellegi & Sunter, "A theory for record linkage", JASA 64 (1969): of two records that are one thing a column shows level l
//! with probability m(l), of two that are not with u(l), and the weights ln m(l)/u(l) of the columns add up to the log odds.
//! u is counted on random pairs; m and the prior are learned by EM (Winkler, "Using the EM algorithm for weight computation
//! in the Fellegi–Sunter model of record linkage", 1988) on all pairs of the table, of which those that no key brings together are
//! not one thing.
//!
//! Agreement on a value weighs by how rare the value is: u(same) is its frequency (Winkler, "Frequency-based matching in
//! Fellegi–Sunter model of record linkage", 2000). Columns are not independent: who has the postcode has the town. u of a column is therefore that of pairs that agree
//! in the column before it that tells most of it (a dependence tree as of Chow & Liu, 1968, chosen for each pair of records),
//! counted on pairs that agree in that column, by the share that are not one thing.

use rayon::prelude::*;

use super::field::Field;
use super::sample::{Samples, sample};
use super::{Level, RecordSettings};
use crate::records::blocking::Pair;

/// The number of levels.
pub(super) const LEVELS: usize = 4;

/// What levels are before anything is learned, of records that are one thing.
const M: [f64; LEVELS] = [0.8, 0.1, 0.05, 0.05];

/// As many pairs that are one thing speak for [`M`].
const M_STRENGTH: f64 = 4.0;

/// Most of what is one thing agrees in a column: a difference always weighs something.
const MOST_DIFFERS: f64 = 0.5;

/// As many random pairs speak for the unconditional u, where pairs agree in another column.
const GIVEN_STRENGTH: f64 = 10.0;

/// u is taken as conditional where agreement is so many times more frequent.
const TELLING: f64 = 2.0;

/// The share of what columns tell in which records agree that are taken for one thing at first.
const STRICT: f64 = 0.8;

/// Rounds of learning u and m in turn.
const ROUNDS: usize = 4;

/// Steps of EM in a round, at most.
const STEPS: usize = 25;

/// Pairs whose sums are taken together: sums do not depend on the number of threads.
const CHUNK: usize = 4096;

/// The level of each field in a pair; `None` where a value is missing.
pub(super) type Levels = Vec<Option<Level>>;

/// Pairs of records with their levels.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    pub pairs: Vec<Pair>,
    levels: Vec<Option<Level>>,
    fields: usize,
}

impl Comparisons {
    pub fn new(fields: &[Field], pairs: Vec<Pair>) -> Self {
        let mut levels = vec![None; pairs.len() * fields.len()];
        levels.par_chunks_mut(fields.len().max(1)).zip(&pairs).for_each(|(levels, &pair)| fill(fields, pair, levels));
        Comparisons { pairs, levels, fields: fields.len() }
    }

    fn iter(&self) -> impl IndexedParallelIterator<Item = (Pair, &[Option<Level>])> {
        self.pairs.par_iter().copied().zip(self.levels.par_chunks(self.fields.max(1)))
    }
}

fn fill(fields: &[Field], (one, other): Pair, levels: &mut [Option<Level>]) {
    for (level, field) in levels.iter_mut().zip(fields) {
        *level = field.level(one as usize, other as usize);
    }
}

/// What is learned.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    /// ln λ/(1 − λ), with λ the share of all pairs that are one thing.
    prior: f64,
    m: Vec<[f64; LEVELS]>,
    u: Vec<[f64; LEVELS]>,
    /// Of the second field where the first is the same, if that tells something of it.
    given: Vec<Vec<Option<[f64; LEVELS]>>>,
    /// The fields from the one in which two records agree the most seldom.
    order: Vec<usize>,
}

/// The share that each field has in the log odds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub field: usize,
    pub level: Level,
    /// The field that is the same in both records and tells something of this one.
    pub given: Option<usize>,
    /// ln m/u.
    pub log_weight: f64,
}

impl Weights {
    /// Learns from the records, of which there are copies: so many rows each.
    pub fn fit(fields: &[Field], candidates: Vec<Pair>, copies: &[u32], settings: &RecordSettings) -> (Self, Vec<Pair>) {
        let rows: f64 = copies.iter().map(|&count| f64::from(count)).sum();
        let all_pairs = (rows * (rows - 1.0) / 2.0).max(1.0);
        let samples = sample(fields, copies.len(), settings.seed);
        let candidates = plausible(fields, candidates, rows);
        let compared = Comparisons::new(fields, candidates);
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by(|&a, &b| fields[a].chance().total_cmp(&fields[b].chance()).then(a.cmp(&b)));
        let mut weights = Weights {
            prior: (0.1 * rows / all_pairs).min(0.5).ln(),
            m: vec![M; fields.len()],
            u: vec![[0.25; LEVELS]; fields.len()],
            given: vec![vec![None; fields.len()]; fields.len()],
            order,
        };
        for round in 0..ROUNDS {
            let belief = |pair: Pair, levels: &[Option<Level>]| match round {
                0 => strict(fields, pair, levels),
                _ => weights.probability(fields, pair, levels),
            };
            let (u, given) = unrelated(fields, &samples, &belief);
            (weights.u, weights.given) = (u, given);
            weights.learn(fields, &compared, copies, all_pairs);
        }
        (weights, compared.pairs)
    }

    /// The probability that two records are one thing.
    pub fn probability(&self, fields: &[Field], pair: Pair, levels: &[Option<Level>]) -> f64 {
        let mut log_odds = self.prior;
        self.shares(fields, pair, levels, &mut |share| log_odds += share.log_weight);
        1.0 / (1.0 + (-log_odds).exp())
    }

    /// The same of records whose levels are not known yet.
    pub fn of_pair(&self, fields: &[Field], pair: Pair) -> f64 {
        self.probability(fields, pair, &levels_of(fields, pair))
    }

    /// The log odds before anything is known of two records.
    pub fn prior(&self) -> f64 {
        self.prior
    }

    /// What each field adds to the log odds, in the order in which they are asked. Missing values add nothing.
    pub fn shares(&self, fields: &[Field], pair: Pair, levels: &[Option<Level>], each: &mut impl FnMut(Share)) {
        let mut same = 0u128;
        for (place, &field) in self.order.iter().enumerate() {
            let Some(level) = levels[field] else { continue };
            let before = self.order[..place].iter().enumerate().filter(|&(bit, _)| bit < 128 && same >> bit & 1 == 1);
            let told = before.filter_map(|(_, &earlier)| Some((earlier, self.given[earlier][field]?)));
            let given = told.max_by(|a, b| a.1[0].total_cmp(&b.1[0]));
            let mut u = given.map_or(self.u[field], |(_, u)| u);
            let m = self.m[field];
            if level == Level::Same {
                if place < 128 {
                    same |= 1 << place;
                }
                u[0] = u[0].max(fields[field].chance_of(pair.0 as usize));
                if given.is_none() {
                    u[0] = fields[field].chance_of(pair.0 as usize);
                }
            }
            let log_weight = log_weight(m, u, level);
            each(Share { field, level, given: given.map(|(earlier, _)| earlier), log_weight });
        }
    }

    /// EM: m and the prior.
    fn learn(&mut self, fields: &[Field], compared: &Comparisons, copies: &[u32], all_pairs: f64) {
        for _ in 0..STEPS {
            let before = self.prior;
            let mut sums = self.expected(fields, compared);
            for (record, &count) in copies.iter().enumerate().filter(|(_, count)| **count > 1) {
                // Of n copies n − 1 are one too many: their pairs would outweigh all others.
                let pair = (record as u32, record as u32);
                let levels = levels_of(fields, pair);
                let p = self.probability(fields, pair, &levels) * f64::from(count - 1);
                sums.add(p, &levels);
            }
            let share = (sums.matches + 0.5) / (all_pairs + 1.0);
            self.prior = (share / (1.0 - share).max(0.5)).ln();
            for ((m, counts), field) in self.m.iter_mut().zip(&sums.levels).zip(fields) {
                *m = most_agree(counts, field.is_unique());
            }
            if (self.prior - before).abs() < 1e-4 {
                break;
            }
        }
    }

    fn expected(&self, fields: &[Field], compared: &Comparisons) -> Sums {
        let chunk = |(pairs, levels): (&[Pair], &[Option<Level>])| {
            let mut sums = Sums::new(fields.len());
            for (&pair, levels) in pairs.iter().zip(levels.chunks(fields.len())) {
                sums.add(self.probability(fields, pair, levels), levels);
            }
            sums
        };
        let width = fields.len().max(1);
        let chunks: Vec<Sums> =
            compared.pairs.par_chunks(CHUNK).zip(compared.levels.par_chunks(CHUNK * width)).map(chunk).collect();
        chunks.into_iter().fold(Sums::new(fields.len()), Sums::plus)
    }
}

/// The level of each field in a pair.
pub(super) fn levels_of(fields: &[Field], pair: Pair) -> Levels {
    let mut levels = vec![None; fields.len()];
    fill(fields, pair, &mut levels);
    levels
}

/// ln m/u of a level. What is less alike never weighs more than what is more alike, a difference never speaks for, and
/// agreement never against.
fn log_weight(m: [f64; LEVELS], u: [f64; LEVELS], level: Level) -> f64 {
    let mut weight = (m[0] / u[0]).ln().max(0.0);
    for place in 1..=level as usize {
        weight = weight.min((m[place] / u[place]).ln());
    }
    if level == Level::Differs { weight.min(0.0) } else { weight }
}

/// Sums over pairs of the probability that they are one thing.
#[derive(Clone, Debug)]
struct Sums {
    matches: f64,
    levels: Vec<[f64; LEVELS]>,
}

impl Sums {
    fn new(fields: usize) -> Self {
        Sums { matches: 0.0, levels: vec![[0.0; LEVELS]; fields] }
    }

    fn add(&mut self, p: f64, levels: &[Option<Level>]) {
        self.matches += p;
        for (sums, level) in self.levels.iter_mut().zip(levels) {
            if let Some(level) = level {
                sums[*level as usize] += p;
            }
        }
    }

    fn plus(mut self, other: Sums) -> Sums {
        self.matches += other.matches;
        for (sums, others) in self.levels.iter_mut().zip(&other.levels) {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
        self
    }
}

/// m by what was counted and what is known before.
fn most_agree(counts: &[f64; LEVELS], is_unique: bool) -> [f64; LEVELS] {
    let whole: f64 = counts.iter().sum::<f64>() + M_STRENGTH;
    let mut m: [f64; LEVELS] = std::array::from_fn(|level| (counts[level] + M_STRENGTH * M[level]) / whole);
    let differs = Level::Differs as usize;
    if m[differs] > MOST_DIFFERS && !is_unique {
        let rest = 1.0 - m[differs];
        m.iter_mut().take(differs).for_each(|share| *share *= (1.0 - MOST_DIFFERS) / rest);
        m[differs] = MOST_DIFFERS;
    }
    m
}

/// u of each field, and of each given another in which records agree, by the share of sampled pairs that are not one thing.
#[expect(clippy::type_complexity, reason = "two tables of the same entries")]
fn unrelated(
    fields: &[Field],
    samples: &Samples,
    belief: &(impl Fn(Pair, &[Option<Level>]) -> f64 + Sync),
) -> (Vec<[f64; LEVELS]>, Vec<Vec<Option<[f64; LEVELS]>>>) {
    let (_, random) = others(fields.len(), &samples.random, belief);
    let u: Vec<[f64; LEVELS]> = fields.iter().zip(&random).map(|(field, counts)| marginal(field, counts)).collect();
    let given = samples.agreeing.iter().enumerate().map(|(earlier, compared)| {
        let (matches, counts) = others(fields.len(), compared, belief);
        let strength = matches + GIVEN_STRENGTH;
        let of_field = |(later, (counts, u)): (usize, (&[f64; LEVELS], &[f64; LEVELS]))| {
            let whole: f64 = counts.iter().sum::<f64>() + strength;
            let given: [f64; LEVELS] = std::array::from_fn(|level| (counts[level] + strength * u[level]) / whole);
            (later != earlier && given[0] > TELLING * u[0].max(fields[later].chance())).then_some(given)
        };
        counts.iter().zip(&u).enumerate().map(of_field).collect()
    });
    let given = given.collect();
    (u, given)
}

/// How many of the pairs are one thing, and the levels of those that are not.
fn others(
    fields: usize,
    compared: &Comparisons,
    belief: &(impl Fn(Pair, &[Option<Level>]) -> f64 + Sync),
) -> (f64, Vec<[f64; LEVELS]>) {
    let beliefs: Vec<f64> = compared.iter().map(|(pair, levels)| belief(pair, levels)).collect();
    let mut sums = Sums::new(fields);
    for (p, levels) in beliefs.iter().zip(compared.levels.chunks(fields.max(1))) {
        sums.add(1.0 - p, levels);
    }
    (beliefs.iter().sum(), sums.levels)
}

fn marginal(field: &Field, counts: &[f64; LEVELS]) -> [f64; LEVELS] {
    // Half a pair for each level, so that nothing is impossible.
    let whole: f64 = counts.iter().sum::<f64>() + 0.5 * LEVELS as f64;
    let mut u: [f64; LEVELS] = std::array::from_fn(|level| (counts[level] + 0.5) / whole);
    u[0] = u[0].max(1.0 / field.present.max(2) as f64);
    u
}

/// Whether records agree in most of what columns tell, and in most columns: 1 or 0.
fn strict(fields: &[Field], pair: Pair, levels: &[Option<Level>]) -> f64 {
    let (mut agree, mut all, mut columns, mut told) = (0.0, 0.0, 0.0, 0.0);
    for (field, level) in fields.iter().zip(levels).filter(|(field, _)| !field.is_unique()) {
        let Some(level) = *level else { continue };
        let bits = -field.chance().max(1.0 / field.present as f64).ln();
        let share = [1.0, 1.0, 0.5, 0.0][level as usize];
        agree += share * bits;
        all += bits;
        columns += share;
        told += 1.0;
    }
    let copies = pair.0 == pair.1;
    f64::from(u8::from(copies || (all > 0.0 && agree >= STRICT * all && columns >= STRICT * told)))
}

/// The pairs that could be one thing if differences weighed nothing.
fn plausible(fields: &[Field], candidates: Vec<Pair>, rows: f64) -> Vec<Pair> {
    /// Of what the prior alone asks for.
    const SLACK: f64 = 5.0;
    let needed = rows.max(1.0).ln() - SLACK;
    let could = |&(one, other): &Pair| {
        let mut evidence = 0.0;
        for field in fields {
            evidence += match field.level(one as usize, other as usize) {
                Some(Level::Same) => -field.chance_of(one as usize).ln(),
                Some(Level::Slip) => -0.9 * field.chance().max(1.0 / field.present as f64).ln(),
                Some(Level::Alike) => -0.5 * field.chance().max(1.0 / field.present as f64).ln(),
                Some(Level::Differs) | None => 0.0,
            };
            if evidence >= needed {
                return true;
            }
        }
        false
    };
    candidates.into_par_iter().filter(could).collect()
}
