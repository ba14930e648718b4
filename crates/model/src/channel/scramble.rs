//! Scramble: about half of the letters and digits were replaced in place, the length and the rest kept.

use std::sync::LazyLock;

pub(super) const PRIOR_SHARE: f64 = 0.13;

/// The probabilities of what one character of a scrambled text may be, and their logarithms.
const PROBABILITIES: [f64; 5] = [0.5 + 0.5 / 30.0, 0.95, 0.5 / 10.0, 0.5 / 30.0, 0.05 / 40.0];
static LOGS: LazyLock<[f64; 5]> = LazyLock::new(|| PROBABILITIES.map(f64::ln));

/// The log likelihood; `None` unless both have one length of at least two and agree somewhere.
pub(super) fn log_likelihood(meant: &[char], written: &[char]) -> Option<f64> {
    if meant.len() != written.len() || meant.len() < 2 || meant.iter().zip(written).all(|(m, w)| m != w) {
        return None;
    }
    let logs = &*LOGS;
    let log = |(&m, &w): (&char, &char)| match (m == w, m.is_alphanumeric()) {
        (true, true) => logs[0],
        (true, false) => logs[1],
        (false, true) if m.is_ascii_digit() && w.is_ascii_digit() => logs[2],
        (false, true) => logs[3],
        (false, false) => logs[4],
    };
    Some(meant.iter().zip(written).map(log).fold(0.0, |sum, log| sum + log))
}
