//! A text before or behind every value is taken away, or put there.

use lustrate_values::{Part, Rewrite, Template};
use regex::escape;

use super::pattern;
use crate::calendar::Slot;

pub(super) fn propose(written: &str, meant: &str, _: Option<[Slot; 3]>) -> Vec<Rewrite> {
    let group = || Part::Group(1, Vec::new());
    let text = |text: &str| Part::Text(text.to_owned());
    let mut found = Vec::new();
    let mut add = |expression: &str, parts: Vec<Part>| found.extend(pattern(expression, Template { parts }));
    if let Some(suffix) = written.strip_prefix(meant).filter(|suffix| is_affix(suffix)) {
        add(&format!("(.+){}", escape(suffix)), vec![group()]);
    }
    if let Some(prefix) = written.strip_suffix(meant).filter(|prefix| is_affix(prefix)) {
        add(&format!("{}(.+)", escape(prefix)), vec![group()]);
    }
    if let Some(suffix) = meant.strip_prefix(written).filter(|suffix| is_affix(suffix)) {
        add("(.+)", vec![group(), text(suffix)]);
    }
    if let Some(prefix) = meant.strip_suffix(written).filter(|prefix| is_affix(prefix)) {
        add("(.+)", vec![text(prefix), group()]);
    }
    found
}

/// Whether a text may stand at many values: one that holds no digits but zeros, which say something of a single value, and no
/// more than a word or two.
fn is_affix(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 24 && !text.chars().any(|c| ('1'..='9').contains(&c))
}
