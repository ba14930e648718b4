//! The repairs file, which the crate `audit` writes and reads; how its numbers are shown.

pub(crate) use lustrate::rounded_down;
