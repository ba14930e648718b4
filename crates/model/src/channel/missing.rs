//! Missing: nothing was written. The likelihood is the share of the kind; there is nothing to look at.

pub(super) const PRIOR_SHARE: f64 = 0.15;
