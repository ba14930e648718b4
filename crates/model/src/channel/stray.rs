//! Stray: exactly one character was added, preferably one that does not belong to the column at all.

use super::{ColumnNoise, Strings};

pub(super) const PRIOR_SHARE: f64 = 0.10;

/// The character that was added to `meant`; `None` where the texts differ in another way.
pub(super) fn added(meant: &[char], written: &[char]) -> Option<char> {
    if written.len() != meant.len() + 1 {
        return None;
    }
    let place = meant.iter().zip(written).take_while(|(m, w)| m == w).count();
    (written[place + 1..] == meant[place..]).then(|| written[place])
}

/// The learned emission of the column mixed with a base, times the choice of the place.
pub(super) fn log_likelihood(character: char, meant: &Strings<'_>, noise: &ColumnNoise) -> f64 {
    noise.stray_emission(character).ln() - (meant.chars.len() as f64 + 1.0).ln()
}
