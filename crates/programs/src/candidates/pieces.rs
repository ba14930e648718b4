//! A piece of the value between signs is what was meant: what stands in brackets, before a comma, behind a colon.

use lustrate_values::{Operation, Part, Rewrite, Template};
use regex::escape;

use super::pattern;
use crate::calendar::Slot;

/// Places at which a piece may stand that are looked at, at most.
const MOST_PLACES: usize = 16;

pub(super) fn propose(written: &str, meant: &str, _: Option<[Slot; 3]>) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut add = |expression: &str| {
        for operations in [vec![], vec![Operation::Trim]] {
            found.extend(pattern(expression, Template { parts: vec![Part::Group(1, operations)] }));
        }
    };
    for (place, _) in written.match_indices(meant).take(MOST_PLACES) {
        let before = written[..place].trim_end().chars().next_back();
        let behind = written[place + meant.len()..].trim_start().chars().next();
        let is_sign = |c: &char| !c.is_alphanumeric() && !c.is_whitespace();
        match (before.filter(is_sign), behind.filter(is_sign)) {
            (Some(before), Some(behind)) => {
                let (before, behind) = (escape(&before.to_string()), escape(&behind.to_string()));
                add(&format!("[^{before}]*{before}([^{behind}]*){behind}.*"));
            }
            (Some(sign), None) if place + meant.len() == written.len() => {
                let sign = escape(&sign.to_string());
                add(&format!(".*{sign}([^{sign}]*)"));
            }
            (None, Some(sign)) if place == 0 => {
                let sign = escape(&sign.to_string());
                add(&format!("([^{sign}]*){sign}.*"));
            }
            _ => {}
        }
    }
    found
}
