//! Blanks that nobody sees: around values, doubled between words, of other widths than a plain one, or of none.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;
use crate::shape::shape;
use crate::traits::Traits;

/// Blanks around a value are taken away, several between two words become one, tabs and no-break spaces become plain
/// blanks, and characters without any width go.
///
/// What many values of a column have is how it is written, and stays: blanks that fill values up to one width (`CA `,
/// `M1  1AA`). Running text stays, and so do line ends within a value, and the joiners of scripts that need them. What
/// stands between words is changed only if the value that comes out is there already, or looks like many that are.
pub(super) const BLANKS: Convention = Convention {
    name: "blanks",
    summary: "blanks around values, doubled blanks and characters without width are taken away",
    probability: 0.99,
    find: Find::InColumn(find),
};

/// A habit is in this share of the values that could show it, and in so many cells at least.
const HABIT: f64 = 0.25;
const HABIT_CELLS: u64 = 5;
/// The share of the values of one length from which on the column has a fixed width.
const FIXED: f64 = 0.9;
/// A value of more words may be running text; a column is, if this share of its values has more than the smaller number.
const WORDS: [usize; 2] = [4, 6];
const TEXT: f64 = 0.15;
/// A value looks like the others if this share of them has its shape.
const COMMON: f64 = 0.05;
/// In fewer cells, blanks within new values may be meant.
const SLIPS: u64 = 3;

/// One thing that blanks are doing where they should not.
struct Flaw {
    in_words: &'static str,
    mend: fn(&str) -> String,
    /// Whether a value could have it and be written so on purpose.
    applies: fn(&str) -> bool,
    /// Whether it is between words, where it may be a mark.
    within: bool,
}

/// What is mended, in this order.
const FLAWS: [Flaw; 3] = [
    Flaw { in_words: "characters without width", mend: without_invisible, applies: |_| true, within: false },
    Flaw { in_words: "blanks around them", mend: |text| text.trim().to_owned(), applies: |_| true, within: false },
    Flaw { in_words: "doubled or odd blanks within", mend: with_single_blanks, applies: has_blank, within: true },
];

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.any(Traits::ODD_BLANKS) {
        return None;
    }
    let words = |text: &str| text.split_whitespace().count();
    let is_text = values.count(|text| words(text) > WORDS[0]) as f64 > TEXT * values.present as f64;
    let (width, shapes) = (fixed_width(values), LazyCell::new(|| shapes(values)));
    let looks_usual = |text: &str| {
        let alike = shapes.get(&shape(text)).copied().unwrap_or_default();
        !text.contains("  ") && alike as f64 >= COMMON * values.present as f64
    };
    let mut now: BTreeMap<&str, Change> = BTreeMap::new();
    let mut told = Vec::new();
    for flaw in FLAWS {
        let mut could = values.count(flaw.applies);
        let mut mended: Vec<(&str, String, u64)> = Vec::new();
        let mut unknown = 0;
        for (text, &cells) in values.cells.iter().filter(|(text, _)| may_be_flawed(text)) {
            let before = now.get(text.as_str()).and_then(|change| change.new.as_deref()).unwrap_or(text);
            let after = (flaw.mend)(before);
            if after == before {
                continue;
            }
            let is_known = values.cells.contains_key(&after);
            // What fills a value up to the width of the column is no slip, unless the value is there without it.
            let fills = width == Some(text.chars().count());
            let stays = fills || is_text || words(text) > WORDS[1] || flaw.within && !looks_usual(&after);
            if stays && !is_known {
                could -= u64::from(flaw.within) * cells;
                continue;
            }
            unknown += if is_known { 0 } else { cells };
            mended.push((text, after, cells));
        }
        if flaw.within && unknown < SLIPS {
            mended.retain(|(_, after, _)| values.cells.contains_key(after));
        }
        let cells: u64 = mended.iter().map(|(_, _, cells)| cells).sum();
        if cells == 0 || (cells >= HABIT_CELLS && cells as f64 > HABIT * could as f64) {
            continue;
        }
        told.push(format!("{cells} have {}", flaw.in_words));
        let agrees = agreement(values.present - cells, cells);
        for (text, after, _) in mended {
            let change = now.entry(text).or_insert(Change { new: None, agreement: 1.0 });
            change.agreement = change.agreement.min(agrees);
            change.new = Some(after);
        }
    }
    let changes = now.into_iter().map(|(text, change)| {
        let new = change.new.filter(|new| !new.is_empty());
        (text.to_owned(), Change { new, ..change })
    });
    let evidence = format!("of {} values {}, and the others do without", values.present, told.join(", "));
    Finding::weighed(evidence, changes.collect())
}

/// The cells of each shape.
fn shapes(values: &Values<'_>) -> BTreeMap<String, u64> {
    let mut shapes: BTreeMap<String, u64> = BTreeMap::new();
    for (text, cells) in values.cells {
        *shapes.entry(shape(text)).or_default() += cells;
    }
    shapes
}

/// The characters of nearly all values, where it is one number.
fn fixed_width(values: &Values<'_>) -> Option<usize> {
    let mut by_width: BTreeMap<usize, u64> = BTreeMap::new();
    for (text, cells) in values.cells {
        *by_width.entry(text.chars().count()).or_default() += cells;
    }
    let (width, cells) = by_width.into_iter().max_by_key(|(_, cells)| *cells)?;
    (cells as f64 >= FIXED * values.present as f64).then_some(width)
}

/// Whether a text has more than plain blanks between words, seen without making another text of it.
pub(super) fn may_be_flawed(text: &str) -> bool {
    let mut before = ' ';
    let odd = text.chars().any(|c| {
        let doubled = c == ' ' && before == ' ';
        before = c;
        doubled || (c.is_whitespace() && c != ' ') || INVISIBLE.contains(&c)
    });
    odd || before == ' '
}

fn has_blank(text: &str) -> bool {
    text.contains(char::is_whitespace)
}

/// The characters without width.
const INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// Without the characters that have no width. Joiners stay among the scripts and signs that are written with them.
fn without_invisible(text: &str) -> String {
    const LAST_WITHOUT_JOINERS: char = '\u{58f}';
    if !text.contains(INVISIBLE) {
        return text.to_owned();
    }
    let joins = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    let needs_joiners = text
        .chars()
        .any(|c| c > LAST_WITHOUT_JOINERS && c.is_alphanumeric() || c >= '\u{2190}' && !INVISIBLE.contains(&c));
    text.chars().filter(|&c| !INVISIBLE.contains(&c) || joins(c) && needs_joiners).collect()
}

/// With one plain blank for several, and for tabs and blanks of other widths. The blank of ideographs is one of theirs.
fn with_single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    for c in text.chars() {
        let is_blank = c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{3000}');
        if !is_blank {
            single.push(c);
        } else if !single.ends_with(' ') {
            single.push(' ');
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    const TOWNS: [(&str, u64); 3] = [("Rome", 20), ("New York", 20), ("San Marino", 20)];

    fn becomes(odd: &str) -> Option<String> {
        let cells: Vec<_> = TOWNS.into_iter().chain([(odd, 1)]).collect();
        let finding = find_in(&BLANKS, &cells)?;
        finding.changes.get(odd).map(|change| change.new.clone().unwrap_or_default())
    }

    #[test]
    fn blanks_that_the_others_have_not_are_taken_away() {
        for (odd, plain) in [
            (" Rome", "Rome"),
            ("Rome\t", "Rome"),
            ("Rome\u{a0}", "Rome"),
            ("New  York", "New York"),
            (" New \t York ", "New York"),
            ("New\u{a0}York", "New York"),
            ("\u{feff}Rome", "Rome"),
            ("Ro\u{200b}me", "Rome"),
            ("   ", ""),
        ] {
            assert_eq!(becomes(odd).as_deref(), Some(plain), "{odd:?}");
        }
    }

    #[test]
    fn between_words_the_value_that_comes_out_is_there_or_there_are_several() {
        assert_eq!(becomes("San  Jose"), None);
        assert_eq!(becomes("New York     Rome"), None);
        let cells = [("Rome", 20), ("New York", 20), ("San  Jose", 2), ("Los  Angeles", 1)];
        assert_eq!(changes_in(&BLANKS, &cells), ["Los  Angeles -> Los Angeles", "San  Jose -> San Jose"]);
        assert_eq!(changes_in(&BLANKS, &[("484", 20), ("17", 20), ("4\u{a0}84", 5)]), [""; 0]);
    }

    #[test]
    fn running_text_stays() {
        let one = "She was well on that day";
        assert_eq!(changes_in(&BLANKS, &[(one, 9), ("Well", 20), (" Nothing to be said", 1)]), [""; 0]);
        assert_eq!(changes_in(&BLANKS, &[(one, 9), ("Well", 20), (" Well", 1)]), [" Well -> Well"]);
    }

    #[test]
    fn line_ends_and_joiners_that_are_needed_stay() {
        for odd in ["New\nYork", "می\u{200c}خواهم", "👩\u{200d}🔬", "東京\u{3000}駅"] {
            assert_eq!(becomes(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn what_many_values_have_stays() {
        let text = [("One.  Two.", 20), ("Three. Four.", 20), ("Five.  Six.", 20), ("Five. Six.", 1)];
        let padded = [("Rome  ", 20), ("Milan ", 20), ("Naples", 20)];
        let filled = [("CA ", 3), ("ALA", 40), ("TEX", 40)];
        for cells in [&text[..], &padded, &filled] {
            assert_eq!(changes_in(&BLANKS, cells), [""; 0], "{cells:?}");
        }
    }

    #[test]
    fn the_more_values_have_them_the_less_sure_it_is() {
        let sure =
            |odd| find_in(&BLANKS, &[("Rome", 100), ("Rome ", odd)]).map(|found| found.changes["Rome "].agreement);
        assert_eq!(sure(1), Some(101.0 / 103.0));
        assert_eq!(sure(20), Some(101.0 / 122.0));
        assert_eq!(sure(90), None);
    }
}
