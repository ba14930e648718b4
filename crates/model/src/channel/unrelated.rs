//! Unrelated: the cell holds a value that has nothing to do with what was meant. Its emission is broad and learned
//! ([`super::ColumnNoise::log_emission`]); it must follow what such errors read in this column, since an emission of
//! one over the domain makes "unrelated" beat every rare but right value.

pub(super) const PRIOR_SHARE: f64 = 0.30;

/// An unrelated error never reads what was meant: the emission is renormalised over the other texts.
pub(super) fn log_likelihood(log_emission: f64, log_prior_meant: f64) -> f64 {
    log_emission - (1.0 - log_prior_meant.min(0.0).exp()).max(0.02).ln()
}
