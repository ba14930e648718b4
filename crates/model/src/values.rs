//! The values of a column as one round sees them: how common each is, and how probable a priori.

use std::sync::Arc;

use crate::column::ColumnModel;
use crate::factors::context::Masses;
use crate::lexicon::{Lexicon, MISSING, slot};
use crate::text::language::type_level;

/// What is known of the values of a column, by slot.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// The weight of the cells that are believed to hold the value.
    pub(crate) weight: Arc<Vec<f64>>,
    /// The number of the cells that are believed to hold the value.
    believed: Arc<Vec<f64>>,
    /// The number of rows, each counted whole.
    pub(crate) rows: f64,
    /// The mass that goes to values by their base probability: singleton types and a half.
    pub(crate) spread: f64,
    /// The logarithm of the base probability of each text, by code.
    log_base: Arc<[f64]>,
    /// The same of the missing value.
    log_base_of_missing: f64,
    /// The logarithm of the type-level prior, without the marks: what the channel compares with.
    pub(crate) log_prior_unmarked: Vec<f64>,
    /// Values that are marked down.
    odd: Arc<[bool]>,
    /// By how much the missing value is.
    mark_of_missing: f64,
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
        let ColumnModel { lexicon, believed, weight, .. } = column;
        let rows = believed.iter().sum();
        // The missing value has a base of its own: nothing is written, and nothing has to be spelled.
        let log_base_of_missing = empty_base(believed[MISSING], rows);
        let log_base = lexicon.log_base(&believed[1..]);
        let singletons = weight.iter().filter(|&&weight| weight > 0.0 && weight <= 1.0).count() as f64;
        let bases = [log_base_of_missing].into_iter().chain(log_base.iter().copied());
        let log_prior_unmarked = log_priors(lexicon, weight, bases, rows);
        let commonly_missing = f64::from(lexicon.written[MISSING]) >= COMMONLY_MISSING * rows;
        let mut values = Values {
            weight: Arc::clone(weight),
            believed: Arc::clone(believed),
            rows,
            spread: singletons + 0.5,
            log_base,
            log_base_of_missing,
            log_prior_unmarked,
            odd: Arc::clone(&column.odd),
            mark_of_missing: if commonly_missing { 0.0 } else { MISSING_MARK.ln() },
            log_emission: Vec::new(),
            commonest: commonest(lexicon, weight, &column.placeholder),
            masses: column.contexts.iter().map(|context| Masses::unknown(context.counts.kept())).collect(),
        };
        values.update_emission(column);
        values
    }

    /// Those of a column that is not scored: only what other columns ask for.
    pub(crate) fn unscored(column: &ColumnModel) -> Self {
        let believed = Arc::clone(&column.believed);
        Values { rows: believed.iter().sum(), believed, ..Values::default() }
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

    /// The base probability of the text of a value.
    fn base(&self, slot: usize) -> f64 {
        if slot == MISSING { self.log_base_of_missing.exp() } else { self.log_base[slot - 1].exp() }
    }

    /// The logarithm of the type-level prior of a value, with odd values marked down.
    pub(crate) fn log_prior(&self, slot: usize) -> f64 {
        let mark = match slot {
            MISSING => self.mark_of_missing,
            _ if self.odd[slot] => ODD_MARK.ln(),
            _ => 0.0,
        };
        self.log_prior_unmarked[slot] + mark
    }

    /// The greatest of these logarithms.
    pub(crate) fn most_log_prior(&self) -> f64 {
        (0..self.log_prior_unmarked.len()).map(|slot| self.log_prior(slot)).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The share of the column that holds the value, all cells counted.
    pub(crate) fn pooled(&self, slot: usize) -> f64 {
        let mass = self.weight[slot] + self.spread * self.base(slot);
        (mass / (self.rows + self.spread)).max(LEAST_SHARE)
    }

    /// The share of the cells that are believed to hold the value.
    pub(crate) fn believed_share(&self, slot: usize) -> f64 {
        (self.believed[slot] / self.rows).max(1e-9)
    }

    /// The share of the column with one cell left out, which holds the value with weight `own` (or zero).
    pub(crate) fn share(&self, slot: usize, own: f64, rows_left_out: f64) -> f64 {
        let weight = (self.weight[slot] - own).max(0.0);
        let share = (weight + self.spread * self.base(slot)) / (self.rows - rows_left_out + self.spread);
        share.max(LEAST_SHARE)
    }

    /// The logarithm of the share of a value that the cell which is left out does not hold; `log_rows` is that of all
    /// mass ([`Values::log_rows`]).
    pub(crate) fn log_share_of_others(&self, slot: usize, log_rows: f64) -> f64 {
        let mass = self.weight[slot] + self.spread * self.base(slot);
        (mass.ln() - log_rows).max(LEAST_LOG_SHARE)
    }

    /// The logarithm of all mass, with so many rows left out.
    pub(crate) fn log_rows(&self, rows_left_out: f64) -> f64 {
        (self.rows - rows_left_out + self.spread).ln()
    }
}

fn empty_base(missing: f64, rows: f64) -> f64 {
    (0.5 * 0.3 / (rows - missing + 0.5)).ln()
}

fn log_priors(lexicon: &Lexicon, weight: &[f64], log_base: impl Iterator<Item = f64>, rows: f64) -> Vec<f64> {
    let prior = |slot: usize, base: f64| type_level(base.max(-690.0), weight[slot].max(1.0), rows);
    let log_base: Vec<f64> = log_base.collect();
    let first: Vec<f64> = (0..weight.len()).map(|slot| prior(slot, log_base[slot])).collect();
    if !lexicon.knows_near() {
        return first;
    }
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
