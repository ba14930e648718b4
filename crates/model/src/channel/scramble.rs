//! Scramble: about half of the letters and digits were replaced in place, the length and the rest kept.

pub(super) const PRIOR_SHARE: f64 = 0.13;

/// The log likelihood; `None` unless both have one length of at least two and agree somewhere.
pub(super) fn log_likelihood(meant: &[char], written: &[char]) -> Option<f64> {
    if meant.len() != written.len() || meant.len() < 2 {
        return None;
    }
    let mut log = 0.0;
    let mut same = 0;
    for (&m, &w) in meant.iter().zip(written) {
        let probability = match (m == w, m.is_alphanumeric()) {
            (true, true) => 0.5 + 0.5 / 30.0,
            (true, false) => 0.95,
            (false, true) if m.is_ascii_digit() && w.is_ascii_digit() => 0.5 / 10.0,
            (false, true) => 0.5 / 30.0,
            (false, false) => 0.05 / 40.0,
        };
        same += usize::from(m == w);
        log += f64::ln(probability);
    }
    (same > 0).then_some(log)
}
