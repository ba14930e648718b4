//! How far a context can be trusted: its smoothing `alpha` and its functional share `rho`, by the leave-one-out
//! likelihood of what is believed of a sample of cells.

use rayon::prelude::*;

use crate::column::{ColumnModel, ContextModel, Membership, Source, counted_weight, key_codes};
use crate::factors::context::{Calibration, Context, Novelty, functional};
use crate::lexicon::slot;
use crate::round::{Shared, contexts};
use crate::settings::{FUNCTIONAL, GIVEN, HARD};
use crate::tally::GroupTally;
use crate::values::Values;

/// One sampled cell under a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observation {
    /// The weight of the believed value among the other rows of the group.
    pub(crate) same: f64,
    /// The weight of the other rows of the group.
    pub(crate) others: f64,
    /// The probability of the value if the group means one value.
    pub(crate) functional: f64,
    /// The share of the value in the column.
    pub(crate) share: f64,
    /// How much the cell counts.
    pub(crate) weight: f64,
}

impl Observation {
    /// Looks at a believed value of slot `current` and share `share`; `None` where no other row has the key.
    pub(crate) fn new(context: &Context<'_>, row: usize, current: usize, own: f64, share: f64) -> Option<Self> {
        let (group, others) = context.others(row, own)?;
        let same = context.weight(group, current, current, own);
        let functional = functional(share, same, context.partition(group, current, own));
        Some(Observation { same, others, functional, share, weight: own.clamp(0.05, 1.0).powi(2) })
    }
}

const ALPHAS: [f64; 8] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0];
const RHOS: [f64; 10] = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];
/// Keys may be wrong at one of these rates; a nuisance, maximised over and forgotten.
const NOISES: [f64; 4] = [0.003, 0.03, 0.1, 0.25];
/// Cells that a context is calibrated on.
const CALIBRATED: usize = 2000;
/// Fewer cells than this calibrate nothing.
const FEWEST: usize = 5;

/// The calibration of greatest likelihood, on a grid; the earliest of equals.
///
/// Under each `alpha` and noise the probability of an observation is linear in `rho`, so its logarithm, and with it the
/// likelihood, has one summit: it is climbed from where that of the last `alpha` was found.
pub(crate) fn calibrate(observations: &[Observation]) -> Calibration {
    if observations.len() < FEWEST {
        return Calibration { alpha: 1.0, rho: 0.0 };
    }
    let observations = &pooled(observations);
    let mut best = (f64::NEG_INFINITY, Calibration { alpha: 1.0, rho: 0.0 });
    let mut smoothed = vec![0.0; observations.len()];
    let mut summits = [0; NOISES.len()];
    for alpha in ALPHAS {
        for (smoothed, o) in smoothed.iter_mut().zip(observations) {
            *smoothed = (o.same + alpha * o.share) / (o.others + alpha);
        }
        let mut known = [None; RHOS.len()];
        let mut at =
            |place: usize| *known[place].get_or_insert_with(|| likelihoods(observations, &smoothed, RHOS[place]));
        for (noise, summit) in summits.iter_mut().enumerate() {
            while *summit + 1 < RHOS.len() && at(*summit + 1)[noise] > at(*summit)[noise] {
                *summit += 1;
            }
            while *summit > 0 && at(*summit - 1)[noise] >= at(*summit)[noise] {
                *summit -= 1;
            }
        }
        for (place, rho) in RHOS.into_iter().enumerate() {
            for (noise, _) in summits.iter().enumerate().filter(|&(_, &summit)| summit == place) {
                let likelihood = at(place)[noise];
                if likelihood > best.0 {
                    best = (likelihood, Calibration { alpha, rho });
                }
            }
        }
    }
    best.1
}

/// The log likelihood of what was observed under each of the noises, which are summed side by side.
fn likelihoods(observations: &[Observation], smoothed: &[f64], rho: f64) -> [f64; NOISES.len()] {
    let mut sums = [0.0; NOISES.len()];
    for (o, smoothed) in observations.iter().zip(smoothed) {
        let group = rho * o.functional + (1.0 - rho) * smoothed;
        let logs = NOISES.map(|noise| approximate_ln((1.0 - noise) * group + noise * o.share));
        sums.iter_mut().zip(logs).for_each(|(sum, log)| *sum += o.weight * log);
    }
    sums
}

/// Observations that are nearly the same taken together: rows of one group with one value differ by little more than
/// their confidences, and the grid is coarse. Each stands for the weights of all that it replaces.
fn pooled(observations: &[Observation]) -> Vec<Observation> {
    // Sixteenths of a nat, which fit in sixteen bits and are put side by side.
    let key = |o: &Observation| {
        let parts = [o.same + 0.1, o.others + 0.1, o.functional, o.share].map(|x| approximate_ln(x) * 16.0 + 32_768.5);
        parts.into_iter().fold(0, |key, part| key << 16 | part as u64)
    };
    let mut keyed: Vec<(u64, u32)> = observations.iter().zip(0..).map(|(o, place)| (key(o), place)).collect();
    keyed.sort_unstable();
    let pool = |run: &[(u64, u32)]| {
        let mut pool = Observation { same: 0.0, others: 0.0, functional: 0.0, share: 0.0, weight: 0.0 };
        for o in run.iter().map(|&(_, place)| &observations[place as usize]) {
            pool.same += o.same * o.weight;
            pool.others += o.others * o.weight;
            pool.functional += o.functional * o.weight;
            pool.share += o.share * o.weight;
            pool.weight += o.weight;
        }
        Observation {
            same: pool.same / pool.weight,
            others: pool.others / pool.weight,
            functional: pool.functional / pool.weight,
            share: pool.share / pool.weight,
            weight: pool.weight,
        }
    };
    keyed.chunk_by(|a, b| a.0 == b.0).map(pool).collect()
}

/// The natural logarithm to about six digits, without branches so that loops over it vectorise: the grid asks for
/// hundreds of millions, and compares sums that differ in the first digits.
fn approximate_ln(x: f64) -> f64 {
    let bits = x.max(1e-300).to_bits();
    // The exponent as the last digits of 2^52, which no conversion of integers is needed for.
    let exponent = f64::from_bits(bits >> 52 | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let mantissa = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000);
    // ln m = 2 artanh((m - 1) / (m + 1)), with m taken around the square root of two.
    let t = (mantissa - std::f64::consts::SQRT_2) / (mantissa + std::f64::consts::SQRT_2);
    let t2 = t * t;
    let series = 1.0 + t2 * (1.0 / 3.0 + t2 * (1.0 / 5.0 + t2 * (1.0 / 7.0 + t2 / 9.0)));
    (exponent + 0.5) * std::f64::consts::LN_2 + 2.0 * t * series
}

/// Learns how each context predicts, and notes what is written in the groups of those that are functional.
pub(crate) fn calibrate_contexts(column: &mut ColumnModel, values: &Values, shared: &Shared<'_>) {
    let state = shared.state;
    let rows = state.column(column.attribute);
    let current = |row: usize| slot(rows.current[row]);
    let own = |row: usize| counted_weight(column, rows, row, shared.membership);
    // What all contexts ask of a cell, in the order in which the cells are drawn.
    let drawn = shared.drawn().iter().map(|row| row.index());
    let drawn = drawn.filter(|&row| !rows.current[row].is_null() && is_counted(column, shared, row)).map(|row| {
        let (current, own) = (current(row), own(row));
        (row, current, own, values.share(current, own, 1.0))
    });
    let drawn: Vec<(usize, usize, f64, f64)> = drawn.collect();
    let found: Vec<(Calibration, bool)> = contexts(column, values, shared)
        .par_iter()
        .zip(&column.contexts)
        .map(|(context, model)| {
            let observe =
                |&(row, current, own, share): &(_, _, _, _)| Observation::new(context, row, current, own, share);
            let observations: Vec<Observation> = drawn.iter().filter_map(observe).take(CALIBRATED).collect();
            let mut calibration = calibrate(&observations);
            if model.holds >= HARD {
                calibration.rho = model.holds;
            } else if matches!(model.source, Source::Given(_)) {
                calibration.rho = calibration.rho.max(GIVEN);
            }
            (calibration, calibration.rho >= FUNCTIONAL || agrees(context, state.rows(), current, own))
        })
        .collect();
    for (model, (calibration, functional)) in column.contexts.iter_mut().zip(found) {
        model.calibration = calibration;
        let key = key_codes(state, &model.key);
        let observed = |row: usize| slot(rows.observed[row]);
        model.written = functional.then(|| match shared.membership {
            Membership::Written => GroupTally::empty(key.len()),
            _ => GroupTally::summed(&key, observed, |_| 1.0),
        });
    }
}

/// Whether the cell of a row is counted with what is believed of it.
fn is_counted(column: &ColumnModel, shared: &Shared<'_>, row: usize) -> bool {
    let rows = shared.state.column(column.attribute);
    shared.membership != Membership::Written || rows.current[row] == rows.observed[row]
}

/// In a functional context so large a share of the rows has a value that half of the other rows of the group hold.
const FUNCTIONAL_AGREEMENT: f64 = 0.8;

/// Whether the believed value of nearly all rows has half of the weight of the other rows of the group.
fn agrees(context: &Context<'_>, rows: usize, slot: impl Fn(usize) -> usize, own: impl Fn(usize) -> f64) -> bool {
    let (mut agree, mut all) = (0.0, 0.0);
    // So many rows may differ, even if all rows have others in their group.
    let most = (1.0 - FUNCTIONAL_AGREEMENT) * rows as f64 + 1.0;
    for row in 0..rows {
        if let Some((group, others)) = context.others(row, own(row)) {
            all += 1.0;
            let same = context.weight(group, slot(row), slot(row), own(row));
            agree += if same >= 0.5 * others { 1.0 } else { 0.0 };
            if all - agree > most {
                return false;
            }
        }
    }
    all > 0.0 && agree / all >= FUNCTIONAL_AGREEMENT
}

/// Learns what a key that was never seen says of the value: in some tables new keys come with new values.
pub(crate) fn update_novelty(column: &mut ColumnModel, values: &Values, shared: &Shared<'_>) {
    if shared.membership == Membership::New {
        return;
    }
    let asked = |model: &ContextModel| model.calibration.rho >= 0.5;
    if !column.contexts.iter().any(asked) {
        column.contexts.iter_mut().for_each(|model| model.novelty = None);
        return;
    }
    let rows = shared.state.column(column.attribute);
    // The rows that count, with what each counts, and what it does if its value is new.
    let counted = (0..shared.state.rows()).filter(|&row| is_counted(column, shared, row)).map(|row| {
        let own = counted_weight(column, rows, row, shared.membership);
        (row, own, if values.weight[slot(rows.current[row])] - own <= 0.5 { own } else { 0.0 })
    });
    let counted: Vec<(usize, f64, f64)> = counted.collect();
    let (mut new, mut all) = (0.0, 0.0);
    for &(_, own, is_new) in &counted {
        new += is_new;
        all += own;
    }
    let base = (new / f64::max(all, 1e-9)).clamp(1e-4, 0.9);
    let found: Vec<Option<Novelty>> = contexts(column, values, shared)
        .par_iter()
        .zip(&column.contexts)
        .map(|(context, model)| {
            if !asked(model) {
                return None;
            }
            let (mut new_with_new_key, mut new_key) = (0.0, 0.0);
            for &(row, own, is_new) in &counted {
                if !rows.current[row].is_null() && context.is_new_key(row, own) {
                    new_with_new_key += is_new;
                    new_key += own;
                }
            }
            let here = ((new_with_new_key + 2.0 * base) / (new_key + 2.0)).clamp(1e-4, 0.999);
            Some(Novelty { new: (here / base).ln(), known: ((1.0 - here) / (1.0 - base)).ln() })
        })
        .collect();
    column.contexts.iter_mut().zip(found).for_each(|(model, novelty)| model.novelty = novelty);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_approximate_logarithm_is_near_the_true_one() {
        for x in [1e-280, 1e-9, 0.3, 0.999, 1.0, 1.5, 7.0] {
            assert!((approximate_ln(x) - f64::ln(x)).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn a_group_of_one_meaning_is_functional_and_a_mixed_one_is_not() {
        let functional = Observation { same: 9.0, others: 9.0, functional: 0.999, share: 0.05, weight: 1.0 };
        let mixed = Observation { same: 2.0, others: 9.0, functional: 1e-4, share: 0.2, weight: 1.0 };
        assert!(calibrate(&[functional; 40]).rho >= 0.9);
        assert!(calibrate(&[mixed; 40]).rho < 0.5);
    }

    /// The greatest likelihood on the whole grid, and that of the calibration that is found by climbing.
    fn greatest_and_found(observations: &[Observation]) -> [f64; 2] {
        let pooled = pooled(observations);
        let likelihood = |Calibration { alpha, rho }: Calibration| {
            let smoothed: Vec<f64> = pooled.iter().map(|o| (o.same + alpha * o.share) / (o.others + alpha)).collect();
            likelihoods(&pooled, &smoothed, rho).into_iter().fold(f64::NEG_INFINITY, f64::max)
        };
        let grid = ALPHAS.into_iter().flat_map(|alpha| RHOS.map(|rho| Calibration { alpha, rho }));
        [grid.map(likelihood).fold(f64::NEG_INFINITY, f64::max), likelihood(calibrate(observations))]
    }

    proptest! {
        #[test]
        fn no_calibration_of_the_grid_is_likelier_than_the_one_that_is_found(
            cells in prop::collection::vec((0.0..1.0_f64, 1.0..30.0_f64, 1e-9..1.0_f64, 1e-6..0.9_f64), 5..60)
        ) {
            let observation = |(same, others, functional, share): (f64, f64, f64, f64)| {
                Observation { same: same * others, others, functional, share, weight: 1.0 }
            };
            let observations: Vec<Observation> = cells.into_iter().map(observation).collect();
            let [greatest, found] = greatest_and_found(&observations);
            prop_assert!(found >= greatest - 1e-4, "{} {}", found, greatest);
        }
    }
}
