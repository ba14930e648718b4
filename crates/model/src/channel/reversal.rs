//! Reversal: the text was written backwards. There is one way to do it, so the likelihood is one.

pub(super) const PRIOR_SHARE: f64 = 0.10;

pub(super) fn is_reversal(meant: &[char], written: &[char]) -> bool {
    meant.len() == written.len() && meant.iter().eq(written.iter().rev())
}
