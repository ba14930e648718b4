//! The layout of our summaries.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lustrate::Colour;

use crate::numbers::grouped;
use crate::paint::{Role, paint};

/// Parts that are named; the rest is counted.
const MOST_NAMED: usize = 4;

/// Lines that are led by a word of at most nine letters which says what they are about, each ended by a line end.
pub fn labelled(lines: &[(&str, String)], colour: Colour) -> String {
    let line = |(label, text): &(&str, String)| {
        // The word is padded outside its colours, which take no room on the screen.
        let room = 9_usize.saturating_sub(label.chars().count());
        let label = if label.is_empty() { String::new() } else { paint(label, Role::Label, colour) };
        format!("{label}{:room$}  {text}\n", "")
    };
    lines.iter().map(line).collect()
}

/// A total and what it is made of: `9 of 9,000 cells (0.1 %): city 3, zip 2, name 1, price 1, 2 other columns 2`, the
/// greatest parts first, given one text for each thing counted. `unit` is the singular of what the parts are.
///
/// ```
/// let parts = ["zip", "city", "city"];
/// assert_eq!(lustrate_report::with_parts("3 of 9 cells".to_owned(), parts, "column"), "3 of 9 cells: city 2, zip 1");
/// ```
pub fn with_parts<'a>(total: String, parts: impl IntoIterator<Item = &'a str>, unit: &str) -> String {
    let counts = tally(parts);
    if counts.is_empty() {
        return total;
    }
    // One left over is named like the others: to say "1 other column" takes as much room.
    let shown = if counts.len() == MOST_NAMED + 1 { counts.len() } else { counts.len().min(MOST_NAMED) };
    let (first, rest) = counts.split_at(shown);
    let mut list: Vec<String> = first.iter().map(|(text, count)| format!("{text} {}", grouped(*count))).collect();
    if !rest.is_empty() {
        let others: u64 = rest.iter().map(|&(_, count)| count).sum();
        list.push(format!("{} other {unit}s {}", grouped(rest.len() as u64), grouped(others)));
    }
    format!("{total}: {}", list.join(", "))
}

/// How often each text occurs, the most frequent first, equals by the alphabet.
pub(crate) fn tally<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(&'a str, u64)> {
    let mut counts = BTreeMap::new();
    texts.into_iter().for_each(|text| *counts.entry(text).or_insert(0) += 1);
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| Reverse(count));
    counts
}
