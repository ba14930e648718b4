//! The values of a column as one round sees them: how common each is, and how probable a priori.

use crate::column::ColumnModel;
use crate::factors::context::Masses;
use crate::lexicon::{Lexicon, MISSING, slot};
use crate::text::language::type_level;

/// Numbers by slot.
#[derive(Debug, Default)]
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
    /// The share of the cells that are believed to hold the value.
    pub(crate) believed: Vec<f64>,
    /// The logarithm of the weight and what the value has of `spread`.
    pub(crate) log_mass: Vec<f64>,
    /// The logarithm of the type-level prior, with odd values marked down.
    pub(crate) log_prior: Vec<f64>,
    /// What `log_prior` is the logarithm of, at most one.
    pub(crate) prior: Vec<f64>,
    /// The same without the marks: what the channel compares with.
    pub(crate) log_prior_unmarked: Vec<f64>,
    /// The log probability that an unrelated error reads the value.
    pub(crate) log_emission: Vec<f64>,
    /// The eight commonest values that may be candidates, commonest first.
    pub(crate) commonest: Vec<u32>,
    /// What the values of the groups of each context weigh, as far as anybody asked.
    pub(crate) masses: Vec<Masses>,
}

/// A missing cell is right only where missing cells are common: below this share of the column it is marked down.
const COMMONLY_MISSING: f64 = 0.25;
const MISSING_MARK: f64 = 0.1;
const ODD_MARK: f64 = 0.05;
/// The share of the probability of a value that its near variants may claim.
const VARIANT_SHARE: f64 = 0.001;
/// Shares are never smaller than this.
const LEAST_SHARE: f64 = 1e-60;
const LEAST_LOG_SHARE: f64 = -138.155_105_579_642_74;

impl Values {
    /// The values of a column: its `weight` counts the cells by their confidence, its `believed` counts them whole.
    pub(crate) fn new(column: &ColumnModel) -> Self {
        let ColumnModel { lexicon, believed, .. } = column;
        let weight = column.weight.clone();
        let rows = believed.iter().sum();
        // The missing value has a base of its own: nothing is written, and nothing has to be spelled.
        let mut log_base = vec![empty_base(believed[MISSING], rows)];
        log_base.extend(lexicon.language.log_base(&believed[1..]));
        let base: Vec<f64> = log_base.iter().map(|log| log.exp()).collect();
        let singletons = weight.iter().filter(|&&weight| weight > 0.0 && weight <= 1.0).count() as f64;
        let spread = singletons + 0.5;
        let share = |(weight, base): (&f64, &f64)| ((weight + spread * base) / (rows + spread)).max(LEAST_SHARE);
        let pooled = weight.iter().zip(&base).map(share).collect();
        let log_prior_unmarked = log_priors(lexicon, &weight, &log_base, rows);
        let mut log_prior = log_prior_unmarked.clone();
        if f64::from(lexicon.written[MISSING]) < COMMONLY_MISSING * rows {
            log_prior[MISSING] += MISSING_MARK.ln();
        }
        // The missing value, in the first slot, has a mark of its own.
        for (log, _) in log_prior.iter_mut().zip(&*column.odd).skip(MISSING + 1).filter(|&(_, &odd)| odd) {
            *log += ODD_MARK.ln();
        }
        let commonest = commonest(lexicon, &weight, &column.placeholder);
        let log_mass = weight.iter().zip(&base).map(|(weight, base)| (weight + spread * base).ln()).collect();
        let prior = log_prior.iter().map(|log| log.min(0.0).exp()).collect();
        let mut values = Values {
            weight,
            rows,
            spread,
            base,
            pooled,
            believed: believed_shares(column),
            log_mass,
            log_prior,
            prior,
            log_prior_unmarked,
            log_emission: Vec::new(),
            commonest,
            masses: column.contexts.iter().map(|context| Masses::unknown(context.counts.kept())).collect(),
        };
        values.update_emission(column);
        values
    }

    /// Those of a column that is not scored: only what other columns ask for.
    pub(crate) fn unscored(column: &ColumnModel) -> Self {
        Values { believed: believed_shares(column), ..Values::default() }
    }

    /// Renews what the noise of the column says of what errors read.
    pub(crate) fn update_emission(&mut self, column: &ColumnModel) {
        let emission = |(code, text)| {
            let length = column.lexicon.strings(code).chars.len();
            let (prior, share) = (self.log_prior_unmarked[slot(code)], column.elsewhere.share(slot(code)));
            column.noise.log_emission(text, length, prior, share)
        };
        let read = column.lexicon.domain.iter().map(emission);
        self.log_emission = std::iter::once(f64::NEG_INFINITY).chain(read).collect();
    }

    /// The share of the column with one cell left out, which holds the value with weight `own` (or zero).
    pub(crate) fn share(&self, slot: usize, own: f64, rows_left_out: f64) -> f64 {
        let weight = (self.weight[slot] - own).max(0.0);
        let share = (weight + self.spread * self.base[slot]) / (self.rows - rows_left_out + self.spread);
        share.max(LEAST_SHARE)
    }

    /// The logarithm of the share of a value that the cell which is left out does not hold; `log_rows` is that of all
    /// mass ([`Values::log_rows`]).
    pub(crate) fn log_share_of_others(&self, slot: usize, log_rows: f64) -> f64 {
        (self.log_mass[slot] - log_rows).max(LEAST_LOG_SHARE)
    }

    /// The logarithm of all mass, with so many rows left out.
    pub(crate) fn log_rows(&self, rows_left_out: f64) -> f64 {
        (self.rows - rows_left_out + self.spread).ln()
    }
}

fn believed_shares(column: &ColumnModel) -> Vec<f64> {
    let rows: f64 = column.believed.iter().sum();
    column.believed.iter().map(|count| (count / rows).max(1e-9)).collect()
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
        for &near in lexicon.near_known(code) {
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
