//! Columns of few values that repeat: constants, yes and no, enumerations.

use std::collections::BTreeSet;

use lustrate_values::{ColumnType, Similarity};

use super::ColumnKind;
use super::found::{Found, Reading, is_most, is_nearly_all};
use super::shapes::shape;
use super::values::{Value, cells, most_frequent};

/// An enumeration has no more values than these,
const MOST: usize = 40;
/// none of which is longer,
const LONGEST: usize = 80;
/// and which are on average in so many cells.
const REPEATED: u64 = 10;
/// A value is in so many cells and in this share of them, or it may be a slip.
const FEWEST: u64 = 3;
const SHARE: f64 = 0.001;
/// No more slips are looked at than these.
const SLIPS: usize = 500;
/// A misspelling is so many times rarer than what it stands for, at least so long and at least so alike.
const RARER: u64 = 10;
const SHORTEST: usize = 4;
const ALIKE: f64 = 0.7;
/// If more cells than this share hold a rare value that is no misspelling, there may be values that are simply rare.
const UNKNOWN: f64 = 0.002;
/// Where there are more values than these, a single other one is enough.
const FEW: usize = 12;
/// What says yes and no, in small letters.
const YES_AND_NO: [[&str; 2]; 8] = [
    ["yes", "no"],
    ["y", "n"],
    ["true", "false"],
    ["t", "f"],
    ["1", "0"],
    ["on", "off"],
    ["ja", "nein"],
    ["oui", "non"],
];

/// What a column of few values is; `None` where its values are many, or do not repeat.
pub(super) fn members(values: &[Value<'_>]) -> Option<Found> {
    let whole = cells(values);
    let least = FEWEST.max((SHARE * whole as f64).ceil() as u64);
    // Most columns of many values are left here.
    if !is_most(cells(most_frequent(values, MOST)), whole) {
        return None;
    }
    let by_cells = most_frequent(values, values.len());
    if let Some(found) = yes_and_no(values, &by_cells) {
        return Some(found);
    }
    let mut members: Vec<&Value<'_>> = Vec::new();
    let (mut slips, mut unknown) = (0, Vec::new());
    for value in by_cells {
        if misspelt(value, &members).is_some() {
            slips += 1;
        } else if value.cells >= least && value.text.len() <= LONGEST {
            // Nobody can say whether a rare short value is one letter off or a value of its own.
            if may_be_slip(value, &members) {
                unknown.push(value);
            }
            members.push(value);
        } else {
            slips += 1;
            unknown.push(value);
        }
        if members.len() > MOST || slips > SLIPS {
            return None;
        }
    }
    let held: u64 = members.iter().map(|value| value.cells).sum();
    if members.is_empty() || !is_most(held, whole) || held < REPEATED * members.len() as u64 {
        return None;
    }
    members.sort_by_key(|value| value.text);
    let readings = values.iter().map(|value| {
        let is_member = members.binary_search_by_key(&value.text, |member| member.text).is_ok();
        if is_member { Reading::Read } else { Reading::Unread }
    });
    let readings = readings.collect();
    let mut texts: Vec<String> = members.iter().map(|value| value.text.to_owned()).collect();
    // Values that differ in the blanks around them are one.
    texts.dedup();
    if let [only] = &texts[..] {
        return Some(Found::new(ColumnKind::Constant(only.clone()), readings));
    }
    let column_type = ColumnType::OneOf(texts.clone());
    let found = Found::new(ColumnKind::Enumeration { members: texts }, readings);
    // Where rare values may be true ones, the list is not whole.
    let is_whole = is_nearly_all(held, whole) && are_strays(&unknown, &members, whole);
    Some(Found { column_type: is_whole.then_some(column_type), ..found })
}

/// Whether rare values that are no misspellings are surely none of the column's own: few cells, no two of one value, and
/// none that looks as a member does.
fn are_strays(unknown: &[&Value<'_>], members: &[&Value<'_>], whole: u64) -> bool {
    if unknown.is_empty() {
        return true;
    }
    let shapes: BTreeSet<String> = members.iter().map(|member| shape(member.text)).collect();
    members.len() <= FEW
        && cells(unknown.iter().copied()) as f64 <= UNKNOWN * whole as f64
        && unknown.iter().all(|value| value.cells == 1 && !shapes.contains(&shape(value.text)))
}

/// Two values that say yes and no. Of others that are in a few cells, those that are one letter off are slips.
fn yes_and_no(values: &[Value<'_>], by_cells: &[&Value<'_>]) -> Option<Found> {
    let [one, other, rest @ ..] = by_cells else { return None };
    let whole = cells(values);
    let held = one.cells + other.cells;
    if !says_yes_and_no(one.text, other.text) || !is_most(held, whole) || held < 2 * REPEATED {
        return None;
    }
    let reading = |value: &Value<'_>| match value.text == one.text || value.text == other.text {
        true => Reading::Read,
        false => Reading::Unread,
    };
    let mut members = vec![one.text.to_owned(), other.text.to_owned()];
    members.sort_unstable();
    let unknown: Vec<&Value<'_>> = rest.iter().copied().filter(|value| !may_be_slip(value, &[one, other])).collect();
    let is_whole = is_nearly_all(held, whole) && are_strays(&unknown, &[one, other], whole);
    let column_type = is_whole.then(|| ColumnType::OneOf(members.clone()));
    let found = Found::new(ColumnKind::Boolean { members }, values.iter().map(reading).collect());
    Some(Found { column_type, ..found })
}

/// Whether a value is short, and one letter off from one that is much more frequent.
fn may_be_slip(value: &Value<'_>, members: &[&Value<'_>]) -> bool {
    let length = value.text.chars().count();
    if !(2..SHORTEST).contains(&length) {
        return false;
    }
    let one_letter = Similarity::Levenshtein(1.0 - 1.0 / length as f64);
    let near = |member: &&&Value<'_>| {
        member.cells >= RARER * value.cells
            && member.text.chars().count() == length
            && one_letter.alike(value.text, member.text, &|_| None) == Some(true)
    };
    members.iter().any(|member| near(&member))
}

/// Which of some values a rare one was meant to be: the same but for case and blanks, or nearly the same letters with the
/// same digits.
pub(super) fn misspelt<'v, 'a>(value: &Value<'_>, members: &[&'v Value<'a>]) -> Option<&'v Value<'a>> {
    let rarer = |member: &&&Value<'_>| member.cells >= RARER * value.cells;
    let folded = fold(value.text);
    let same = members.iter().filter(rarer).find(|member| fold(member.text) == folded);
    if same.is_some() || value.text.chars().count() < SHORTEST || value.text.len() > 2 * LONGEST {
        return same.copied();
    }
    let digits = |text: &'_ str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = digits(value.text);
    let measure = Similarity::Levenshtein(ALIKE);
    let alike = |member: &&&Value<'_>| {
        rarer(member) && digits(member.text) == own && measure.alike(value.text, member.text, &|_| None) == Some(true)
    };
    members.iter().find(alike).copied()
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn says_yes_and_no(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let is = |[yes, no]: &[&str; 2]| (one == *yes && other == *no) || (one == *no && other == *yes);
    one.len() <= SHORTEST + 1 && YES_AND_NO.iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    fn check(cells: &[(&str, u64)], kind: Option<&str>, declared: Option<&[&str]>) {
        let found = members(&of(cells));
        assert_eq!(found.as_ref().map(|found| found.kind.name()), kind);
        let one_of = |texts: &[&str]| ColumnType::OneOf(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(found.and_then(|found| found.column_type), declared.map(one_of));
    }

    #[test]
    fn misspellings_are_no_members() {
        let cells = [("heart attack", 60), ("pneumonia", 40), ("heart attaxk", 2), ("pneumxnia", 1)];
        check(&cells, Some("enumeration"), Some(&["heart attack", "pneumonia"]));
    }

    #[test]
    fn a_list_with_rare_values_of_its_own_is_not_whole() {
        check(&[("apple", 600), ("pear", 400), ("quince", 1)], Some("enumeration"), None);
        check(&[("apple", 600), ("pear", 400), ("7", 1)], Some("enumeration"), Some(&["apple", "pear"]));
        check(&[("al", 954), ("ak", 20), ("xl", 1), ("ax", 2)], Some("enumeration"), None);
    }

    #[test]
    fn two_values_may_say_yes_and_no() {
        check(&[("yes", 60), ("no", 40)], Some("yes or no"), Some(&["no", "yes"]));
        check(&[("1", 60), ("0", 40)], Some("yes or no"), Some(&["0", "1"]));
        check(&[("yes", 800), ("no", 140), ("yxs", 9), ("xo", 2)], Some("yes or no"), Some(&["no", "yes"]));
        check(&[("yes", 800), ("no", 140), ("maybe", 9)], Some("yes or no"), None);
        check(&[("F", 60), ("M", 40)], Some("enumeration"), Some(&["F", "M"]));
    }

    #[test]
    fn one_value_and_its_misspellings_are_a_constant() {
        check(&[("acute care", 96), ("acute caxe", 4)], Some("constant"), None);
    }

    #[test]
    fn many_values_are_no_enumeration() {
        let names: Vec<String> = (0..60).map(|place| format!("{place} name")).collect();
        let cells: Vec<_> = names.iter().map(|name| (name.as_str(), 20)).collect();
        check(&cells, None, None);
        check(&[("a", 3), ("b", 3), ("c", 3)], None, None);
    }

    #[test]
    fn other_digits_are_no_misspelling() {
        let values = of(&[("grade 10", 50), ("grade 11", 3)]);
        assert!(misspelt(&values[1], &[&values[0]]).is_none());
        let values = of(&[("Grade  10", 3), ("grade 10", 50)]);
        assert!(misspelt(&values[0], &[&values[1]]).is_some());
    }
}
