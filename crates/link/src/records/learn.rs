//! How the weights are learned from a table of which nothing is labelled.
//!
//! u is counted on random pairs. m and the prior are learned by EM (Winkler, "Using the EM algorithm for weight computation in
//! the Fellegi–Sunter model of record linkage", 1988) over all pairs of the table, of which those that no key brings together are
//! not one thing.
//!
//! Left to itself EM finds whatever pairs share much: the families, the rows of one town. What is one thing agrees in most of
//! what its columns tell, whichever column is asked; m of a column is therefore learned from pairs that agree in most of the
//! others. Pairs that share much and are not one thing show in u given another column: of the pairs that agree in that
//! column, those that do not agree in most, less those that errors explain.

use std::cmp::Ordering;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::blocking::Pair;
use super::comparisons::{Agreement, Comparisons};
use super::field::Field;
use super::sample::{Samples, sample};
use super::weights::{LEVELS, Probabilities, Weights, levels_of};
use super::{Level, RecordSettings};

/// What levels are before anything is learned, of records that are one thing.
const M: Probabilities = [0.8, 0.1, 0.05, 0.05];

/// As many pairs that are one thing speak for [`M`].
const M_STRENGTH: f64 = 4.0;

/// Most of what is one thing agrees in a column: a difference always weighs something.
const MOST_DIFFERS: f64 = 0.2;

/// As many random pairs speak for the unconditional u, where pairs agree in another column.
const GIVEN_STRENGTH: f64 = 10.0;

/// u is taken as conditional where agreement is so many times more frequent.
const TELLING: f64 = 2.0;

/// Errors come together: so many more pairs that are one thing disagree in much than independent errors would make.
const CLUMPED: f64 = 2.0;

/// Rounds of learning u and m in turn.
const ROUNDS: usize = 2;

/// Steps of EM in a round, at most.
const STEPS: usize = 25;

/// Pairs that are less probable than this at the beginning of a round add nothing to its sums.
const HOPELESS: f64 = 1e-6;

/// Pairs whose sums are taken together, so that sums do not depend on the number of threads.
const CHUNK: usize = 4096;

/// Draws of what errors make of pairs that are one thing.
const DRAWS: usize = 4_000;

/// Learns from the records, of which there are so many rows each, and gives back the pairs that may be one thing.
pub(super) fn learn(
    fields: &[Field],
    candidates: Vec<Pair>,
    copies: &[u32],
    settings: &RecordSettings,
) -> (Weights, Vec<Pair>) {
    let rows: f64 = copies.iter().map(|&count| f64::from(count)).sum();
    let all_pairs = (rows * (rows - 1.0) / 2.0).max(1.0);
    let samples = sample(fields, copies.len(), settings.seed);
    let compared = Comparisons::new(fields, plausible(fields, candidates, rows));
    let mut order: Vec<usize> = (0..fields.len()).collect();
    // Where no value is there twice records never agree: that tells nothing of other columns, but others may tell of it.
    let rank = |field: usize| (fields[field].is_unique(), fields[field].chance());
    order.sort_by(|&a, &b| rank(a).partial_cmp(&rank(b)).unwrap_or(Ordering::Equal).then(a.cmp(&b)));
    let mut weights = Weights {
        prior: (0.1 * rows / all_pairs).min(0.5).ln(),
        m: vec![M; fields.len()],
        u: unrelated(fields, &samples),
        given: vec![Vec::new(); fields.len()],
        order,
    };
    for _ in 0..ROUNDS {
        expect_and_maximise(&mut weights, fields, &compared, copies, all_pairs);
        weights.given = given(&weights, fields, &samples, settings.seed);
    }
    expect_and_maximise(&mut weights, fields, &compared, copies, all_pairs);
    (weights, compared.pairs)
}

/// EM: m and the prior.
fn expect_and_maximise(
    weights: &mut Weights,
    fields: &[Field],
    compared: &Comparisons,
    copies: &[u32],
    all_pairs: f64,
) {
    // What is far from being one thing at first does not become it within a round.
    let of_place =
        |&place: &usize| weights.probability(fields, compared.pairs[place], compared.levels(place)) > HOPELESS;
    let live: Vec<usize> = (0..compared.pairs.len()).into_par_iter().filter(of_place).collect();
    for _ in 0..STEPS {
        let before = weights.prior;
        let mut sums = expected(weights, fields, compared, &live);
        for (record, &count) in copies.iter().enumerate().filter(|(_, count)| **count > 1) {
            // Of n copies n − 1 are one too many: their pairs would outweigh all others.
            let pair = (record as u32, record as u32);
            let levels = levels_of(fields, pair);
            let p = weights.probability(fields, pair, &levels) * f64::from(count - 1);
            sums.add(p, &levels, &Agreement::new(fields, &levels));
        }
        let share = (sums.matches + 0.5) / (all_pairs + 1.0);
        weights.prior = (share / (1.0 - share).max(0.5)).ln();
        for ((m, counts), field) in weights.m.iter_mut().zip(&sums.levels).zip(fields) {
            *m = most_agree(counts, field.is_unique());
        }
        if (weights.prior - before).abs() < 1e-3 {
            break;
        }
    }
}

fn expected(weights: &Weights, fields: &[Field], compared: &Comparisons, places: &[usize]) -> Sums {
    let chunk = |places: &[usize]| {
        let mut sums = Sums::new(fields.len());
        for &place in places {
            let levels = compared.levels(place);
            let p = weights.probability(fields, compared.pairs[place], levels);
            sums.add(p, levels, compared.agreement(place));
        }
        sums
    };
    let chunks: Vec<Sums> = places.par_chunks(CHUNK).map(chunk).collect();
    chunks.into_iter().fold(Sums::new(fields.len()), Sums::plus)
}

/// Sums over pairs of the probability that they are one thing; of the levels of a field over pairs that agree in most others.
#[derive(Clone, Debug)]
struct Sums {
    matches: f64,
    levels: Vec<Probabilities>,
}

impl Sums {
    fn new(fields: usize) -> Self {
        Sums { matches: 0.0, levels: vec![[0.0; LEVELS]; fields] }
    }

    fn add(&mut self, p: f64, levels: &[Option<Level>], agreement: &Agreement) {
        self.matches += p;
        for (field, (sums, level)) in self.levels.iter_mut().zip(levels).enumerate() {
            if let Some(level) = level
                && agreement.is_strict_without(field)
            {
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
fn most_agree(counts: &Probabilities, is_unique: bool) -> Probabilities {
    let whole: f64 = counts.iter().sum::<f64>() + M_STRENGTH;
    let mut m: Probabilities = std::array::from_fn(|level| (counts[level] + M_STRENGTH * M[level]) / whole);
    let differs = Level::Differs as usize;
    if m[differs] > MOST_DIFFERS && !is_unique {
        let rest = 1.0 - m[differs];
        m.iter_mut().take(differs).for_each(|share| *share *= (1.0 - MOST_DIFFERS) / rest);
        m[differs] = MOST_DIFFERS;
    }
    m
}

/// u of each field: the levels of random pairs but those that agree in most.
fn unrelated(fields: &[Field], samples: &Samples) -> Vec<Probabilities> {
    let (_, counts) = not_strict(fields, &samples.random);
    let of_field = |(field, counts): (&Field, &Probabilities)| {
        // Half a pair for each level, so that nothing is impossible.
        let whole: f64 = counts.iter().sum::<f64>() + 0.5 * LEVELS as f64;
        let mut u: Probabilities = std::array::from_fn(|level| (counts[level] + 0.5) / whole);
        u[0] = u[0].max(1.0 / field.present.max(2) as f64);
        u
    };
    fields.iter().zip(&counts).map(of_field).collect()
}

/// How many pairs agree in most, and the levels of those that do not.
fn not_strict(fields: &[Field], compared: &Comparisons) -> (f64, Vec<Probabilities>) {
    let (mut strict, mut counts) = (0.0, vec![[0.0; LEVELS]; fields.len()]);
    for place in 0..compared.pairs.len() {
        if compared.agreement(place).is_strict() {
            strict += 1.0;
            continue;
        }
        for (counts, level) in counts.iter_mut().zip(compared.levels(place)) {
            if let Some(level) = level {
                counts[*level as usize] += 1.0;
            }
        }
    }
    (strict, counts)
}

/// For each field the others that tell something of it where they are the same, with u of the field in these pairs.
fn given(weights: &Weights, fields: &[Field], samples: &Samples, seed: u64) -> Vec<Vec<(usize, Probabilities)>> {
    let mut given = vec![Vec::new(); fields.len()];
    let noisy = noisy(weights, fields, seed);
    for (place, &earlier) in weights.order.iter().enumerate() {
        let (strict, counts) = not_strict(fields, &samples.agreeing[earlier]);
        let strength = strict + GIVEN_STRENGTH;
        for &later in &weights.order[place + 1..] {
            let u = weights.u[later];
            let rest: Probabilities = std::array::from_fn(|level| {
                (counts[later][level] - CLUMPED * strict * noisy[earlier][later][level]).max(0.0)
            });
            let whole: f64 = rest.iter().sum::<f64>() + strength;
            let told: Probabilities = std::array::from_fn(|level| (rest[level] + strength * u[level]) / whole);
            if told[0] > TELLING * u[0].max(fields[later].chance()) {
                given[later].push((earlier, told));
            }
        }
    }
    // Both sorts are stable: of equals the earlier comes first.
    given.iter_mut().for_each(|given: &mut Vec<(usize, Probabilities)>| {
        given.sort_by(|a, b| b.1[0].total_cmp(&a.1[0]));
    });
    given
}

/// For each field and each other the levels of the other in pairs that are one thing, are the same in the first and do not
/// agree in most, for each pair that does: what independent errors make of them.
fn noisy(weights: &Weights, fields: &[Field], seed: u64) -> Vec<Vec<Probabilities>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let records = fields.first().map_or(1, |field| field.codes.len().max(1)) as f64;
    let mut strict = vec![0.5; fields.len()];
    let mut counts = vec![vec![[0.0; LEVELS]; fields.len()]; fields.len()];
    for _ in 0..DRAWS {
        let mut draw = |(field, m): (&Field, &Probabilities)| {
            let present = (field.present as f64 / records).powi(2);
            let (is_present, mut at) = (random.random::<f64>() < present, random.random::<f64>());
            let level = Level::ALL.into_iter().find(|&level| {
                at -= m[level as usize];
                at < 0.0
            });
            is_present.then(|| level.unwrap_or(Level::Differs))
        };
        let levels: Vec<Option<Level>> = fields.iter().zip(&weights.m).map(&mut draw).collect();
        let is_strict = Agreement::new(fields, &levels).is_strict();
        for (earlier, _) in levels.iter().enumerate().filter(|(_, level)| **level == Some(Level::Same)) {
            if is_strict {
                strict[earlier] += 1.0;
                continue;
            }
            for (counts, level) in counts[earlier].iter_mut().zip(&levels) {
                if let Some(level) = level {
                    counts[*level as usize] += 1.0;
                }
            }
        }
    }
    for (counts, strict) in counts.iter_mut().zip(&strict) {
        counts.iter_mut().flatten().for_each(|count| *count /= strict);
    }
    counts
}

/// The pairs that could be one thing if differences weighed nothing.
fn plausible(fields: &[Field], candidates: Vec<Pair>, rows: f64) -> Vec<Pair> {
    /// Of what the prior alone asks for, in natural units.
    const SLACK: f64 = 5.0;
    let needed = rows.max(1.0).ln() - SLACK;
    let at_most: Vec<f64> = fields.iter().map(Field::tells).collect();
    let could = |&(one, other): &Pair| {
        let mut evidence = 0.0;
        for (field, at_most) in fields.iter().zip(&at_most) {
            evidence += match field.level(one as usize, other as usize) {
                Some(Level::Same) => -field.chance_of(one as usize).ln(),
                Some(Level::Slip) => 0.9 * at_most,
                Some(Level::Alike) => 0.5 * at_most,
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
