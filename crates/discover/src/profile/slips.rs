//! Values that are others with some characters written over.

use std::collections::BTreeMap;

use super::found::{Found, Reading};
use super::shapes::Class;
use super::values::Value;

/// What a slip stands for is in so many times as many cells.
const RARER: u64 = 5;
/// A longer text is compared with none.
const LONGEST: usize = 64;
/// More are not compared with each other: all that is not read, and all that is.
const PAIRS: usize = 4_000_000;

/// The values that a kind does not read and that are not values that it reads with some characters written over. Where
/// there are too many to compare, all that it does not read.
pub(super) fn unexplained<'v, 'a>(values: &'v [Value<'a>], found: &Found) -> Vec<&'v Value<'a>> {
    let (read, unread): (Vec<_>, Vec<_>) =
        values.iter().zip(&found.readings).partition(|(_, reading)| **reading != Reading::Unread);
    let unread = unread.into_iter().map(|(value, _)| value);
    if read.len().saturating_mul(unread.len()) > PAIRS {
        return unread.collect();
    }
    let mut by_length: BTreeMap<usize, Vec<&Value<'_>>> = BTreeMap::new();
    for (value, _) in read.into_iter().filter(|(value, _)| value.text.len() <= LONGEST && value.cells >= RARER) {
        by_length.entry(value.text.chars().count()).or_default().push(value);
    }
    let is_slip = |value: &&Value<'_>| {
        value.text.len() <= LONGEST && {
            let same_length = by_length.get(&value.text.chars().count());
            same_length.is_some_and(|known| {
                known.iter().any(|known| known.cells >= RARER * value.cells && overwritten(value.text, known.text))
            })
        }
    };
    unread.filter(|value| !is_slip(value)).collect()
}

/// Whether a text is another of its length in which characters of another class stand in the place of up to half of them:
/// `1xx32` for `10032`.
fn overwritten(text: &str, other: &str) -> bool {
    let pairs = || text.chars().zip(other.chars());
    let changed = pairs().filter(|(own, other)| own != other).count();
    pairs().all(|(own, other)| own == other || Class::of(own) != Class::of(other))
        && 2 * changed <= text.chars().count()
}

/// The class of every character of a text, so that values that are written alike to the letter are told from those that
/// are only put together alike. Of a long text, its beginning.
pub(super) fn letter_by_letter(text: &str) -> String {
    let sign = |c: char| match Class::of(c) {
        Class::Digit => '9',
        Class::Capital => 'A',
        Class::Small | Class::Letter => 'a',
        Class::Other(other) => other,
    };
    text.chars().take(LONGEST).map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ColumnKind;
    use crate::profile::values::of;

    #[test]
    fn characters_of_another_class_in_some_places_are_a_slip() {
        assert!(overwritten("1xx32", "10032"));
        assert!(overwritten("x5%", "95%"));
        assert!(!overwritten("xxx32", "10032"));
        assert!(!overwritten("10033", "10032"));
    }

    #[test]
    fn a_slip_is_rarer_than_what_it_stands_for() {
        let values = of(&[("10032", 25), ("1003x", 2), ("1004x", 2), ("9999", 1)]);
        let reading = |value: &Value<'_>| match value.text.parse() {
            Ok(number) => Reading::Number(number),
            Err(_) => Reading::Unread,
        };
        let found = Found::new(ColumnKind::Text, values.iter().map(reading).collect());
        let left: Vec<_> = unexplained(&values, &found).iter().map(|value| value.text).collect();
        assert_eq!(left, ["1004x"]);
    }
}
