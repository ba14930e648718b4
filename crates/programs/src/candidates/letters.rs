//! The letters are in another case.

use lustrate_values::{Operation, Part, Rewrite, Template};

use super::pattern;
use crate::calendar::Slot;

pub(super) fn propose(written: &str, meant: &str, _: Option<[Slot; 3]>) -> Vec<Rewrite> {
    let cases = [Operation::Upper, Operation::Lower, Operation::Title];
    let fitting = cases.into_iter().filter(|case| case.apply(written).as_deref() == Some(meant));
    fitting.filter_map(|case| pattern("(.*)", Template { parts: vec![Part::Group(1, vec![case])] })).collect()
}
