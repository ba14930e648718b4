//! The values of a column as one round sees them: how common each is, and how probable a priori.

use crate::channel::{ColumnNoise, Emission};
use crate::lexicon::{Lexicon, MISSING, slot};
use crate::text::language::type_level;

/// Numbers by slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// The weight of the cells that are believed to hold the value.
    pub(crate) weight: Vec<f64>,
    /// The number of rows, each counted whole.
    pub(crate) rows: f64,
    /// The mass that goes to values by their base probability: singleton types and a half.
    pub(crate) spread: f64,
    /// The base probability of the text.
    pub(crate) base: Vec<f64>,
    /// The share of the column, all cells counted.
    pub(crate) pooled: Vec<f64>,
    /// The logarithm of the type-level prior.
    log_type: Vec<f64>,
    /// The logarithm of the prior, with odd values marked down: the type-level prior, or the share of a value whose
    /// cells are believed, whichever is greater.
    pub(crate) log_prior: Vec<f64>,
    /// The same without the marks: what the channel compares with.
    pub(crate) log_prior_unmarked: Vec<f64>,
    /// How surely each value is one that cells are meant to hold, by the confidence in those that hold it; nothing
    /// before anything is believed.
    pub(crate) legitimate: Vec<f64>,
    believed: Vec<f64>,
    /// The log probability that an unrelated error reads the value.
    pub(crate) log_emission: Vec<f64>,
    emission: Vec<Emission>,
    /// The eight commonest values that may be candidates, commonest first.
    pub(crate) commonest: Vec<u32>,
}

/// A missing cell is right only where missing cells are common: below this share of the column it is marked down.
const COMMONLY_MISSING: f64 = 0.25;
const MISSING_MARK: f64 = 0.1;
const ODD_MARK: f64 = 0.05;
/// The share of the probability of a value that its near variants may claim.
const VARIANT_SHARE: f64 = 0.001;
/// Shares are never smaller than this.
const LEAST_SHARE: f64 = 1e-60;

impl Values {
    /// The values of a column: `weight` counts the cells by their confidence and `believed` counts them whole, both
    /// by slot; `odd` marks placeholders and suspects.
    pub(crate) fn new(
        lexicon: &Lexicon,
        weight: Vec<f64>,
        believed: &[f64],
        rows: f64,
        odd: &[bool],
        placeholder: &[bool],
        noise: &ColumnNoise,
        trust: Trust,
    ) -> Self {
        // The missing value has a base of its own: nothing is written, and nothing has to be spelled.
        let mut log_base = vec![empty_base(believed[MISSING], rows)];
        log_base.extend(lexicon.language.log_base(&believed[1..]));
        let base: Vec<f64> = log_base.iter().map(|log| log.exp()).collect();
        let singletons = weight.iter().filter(|&&weight| weight > 0.0 && weight <= 1.0).count() as f64;
        let spread = singletons + 0.5;
        let share = |(weight, base): (&f64, &f64)| ((weight + spread * base) / (rows + spread)).max(LEAST_SHARE);
        let pooled = weight.iter().zip(&base).map(share).collect();
        let log_type = log_priors(lexicon, &weight, &log_base, rows);
        let legitimate: Vec<f64> = match trust {
            Trust::TypesOnly => vec![0.0; weight.len()],
            Trust::Believed => weight.iter().zip(believed).map(|(&w, &n)| legitimate(w, n)).collect(),
        };
        let without = |slot: usize, own: f64| match (legitimate[slot], believed[slot] - 1.0) {
            (certain, others) if certain > 0.0 && others >= 1.0 => {
                let weight = (weight[slot] - own).max(0.0);
                log_type[slot].max((self::legitimate(weight, others) * weight / rows.max(1.0)).max(1e-300).ln())
            }
            _ => log_type[slot],
        };
        let as_believed = |slot: usize| log_type[slot].max((legitimate[slot] * weight[slot] / rows.max(1.0)).max(1e-300).ln());
        let log_prior_unmarked: Vec<f64> = (0..log_type.len()).map(as_believed).collect();
        let mut log_prior = log_prior_unmarked.clone();
        if f64::from(lexicon.written[MISSING]) < COMMONLY_MISSING * rows {
            log_prior[MISSING] += MISSING_MARK.ln();
        }
        for (log, _) in log_prior.iter_mut().zip(odd).filter(|&(_, &odd)| odd) {
            *log += ODD_MARK.ln();
        }
        let mut emission = vec![Emission::NONE];
        let log_emission = |(code, text)| {
            let length = lexicon.strings(code).chars.len();
            // Without the cell itself: what no other cell reads is no more probable as an error than as a value.
            let slot = slot(code);
            emission.push(noise.emission(text, length, lexicon.foreign[slot]));
            let share = (weight[slot] / believed[slot].max(1.0)).min(1.0);
            emission[slot].log(without(slot, share))
        };
        let log_emission = std::iter::once(f64::NEG_INFINITY).chain(lexicon.domain.iter().map(log_emission)).collect();
        let commonest = commonest(lexicon, &weight, placeholder);
        Values {
            weight,
            rows,
            spread,
            base,
            pooled,
            log_type,
            log_prior,
            log_prior_unmarked,
            legitimate,
            believed: believed.to_vec(),
            log_emission,
            emission,
            commonest,
        }
    }

    /// The log prior of a value without one cell that is believed to hold it, with weight `own`.
    pub(crate) fn log_prior_without(&self, slot: usize, own: f64) -> f64 {
        self.log_prior_beyond(slot, own, 1.0)
    }

    /// The log prior of a value without some of the cells that hold it, with this weight and of this number.
    pub(crate) fn log_prior_beyond(&self, slot: usize, own: f64, cells: f64) -> f64 {
        let (weight, believed) = ((self.weight[slot] - own).max(0.0), self.believed[slot] - cells);
        if self.legitimate[slot] == 0.0 || believed < 1.0 {
            return self.log_type[slot];
        }
        let share = legitimate(weight, believed) * weight / self.rows.max(1.0);
        self.log_type[slot].max(share.max(1e-300).ln())
    }

    /// The mean confidence in the cells that hold a value.
    pub(crate) fn confidence(&self, slot: usize) -> f64 {
        if self.believed[slot] > 0.0 { self.weight[slot] / self.believed[slot] } else { 0.0 }
    }

    /// The log probability that an unrelated error reads a value, where its log prior is taken for this.
    pub(crate) fn log_emission_given(&self, slot: usize, log_prior: f64) -> f64 {
        self.emission[slot].log(log_prior)
    }

    /// The share of the column with one cell left out, which holds the value with weight `own` (or zero).
    pub(crate) fn share(&self, slot: usize, own: f64, rows_left_out: f64) -> f64 {
        let weight = (self.weight[slot] - own).max(0.0);
        let share = (weight + self.spread * self.base[slot]) / (self.rows - rows_left_out + self.spread);
        share.max(LEAST_SHARE)
    }
}

/// What values are believed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing is believed yet: a value that is repeated may be an error that is repeated.
    TypesOnly,
    /// A value of believed cells is one that cells are meant to hold.
    Believed,
}

/// How surely a value is one that cells are meant to hold: not at all where those that hold it are as probably wrong.
fn legitimate(weight: f64, believed: f64) -> f64 {
    if believed > 0.0 { (2.0 * weight / believed - 1.0).clamp(0.0, 1.0) } else { 0.0 }
}

fn empty_base(missing: f64, rows: f64) -> f64 {
    (0.5 * 0.3 / (rows - missing + 0.5)).ln()
}

fn log_priors(lexicon: &Lexicon, weight: &[f64], log_base: &[f64], rows: f64) -> Vec<f64> {
    let prior = |slot: usize, base: f64| type_level(base.max(-690.0), weight[slot].max(1.0), rows);
    let first: Vec<f64> = (0..weight.len()).map(|slot| prior(slot, log_base[slot])).collect();
    let mut priors = first.clone();
    for (code, _) in lexicon.domain.iter() {
        let slot = slot(code);
        let mut base = log_base[slot].max(-690.0);
        for &near in lexicon.near(code) {
            let (meant, written) = (lexicon.strings(near), lexicon.strings(code));
            let most = (meant.chars.len() * 34 / 100).max(3);
            let Some(script) = crate::text::edits::script(meant.chars, written.chars, most) else { continue };
            let per_edit = 60.0_f64.ln() + f64::from(meant.distinct + 1).max(2.0).ln();
            base = base.max(VARIANT_SHARE.ln() + first[crate::lexicon::slot(near)] - script.len() as f64 * per_edit);
        }
        priors[slot] = prior(slot, base);
    }
    priors
}

fn commonest(lexicon: &Lexicon, weight: &[f64], placeholder: &[bool]) -> Vec<u32> {
    let usable = |&slot: &u32| weight[slot as usize] > 0.0 && !placeholder[slot as usize];
    let mut slots: Vec<u32> = (1..lexicon.slots() as u32).filter(usable).collect();
    let most = 8.min(slots.len());
    if most == 0 {
        return slots;
    }
    let order = |a: &u32, b: &u32| weight[*b as usize].total_cmp(&weight[*a as usize]).then(a.cmp(b));
    slots.select_nth_unstable_by(most - 1, order);
    slots.truncate(most);
    slots.sort_unstable_by(order);
    slots
}
