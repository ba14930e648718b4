//! Characters that were escaped on the way into the table and never back.

use std::collections::BTreeMap;

use super::{Convention, Find, Finding, Values};
use crate::traits::Traits;

/// Quotes that were doubled within a word (`D''Angelo`) and characters that are written as entities of HTML (`AT&amp;T`)
/// become what they stand for.
///
/// A column with tags is HTML and stays. So do quotes at the ends of a word and behind digits, which may be inches.
pub(super) const ESCAPES: Convention = Convention {
    name: "escapes",
    summary: "doubled quotes within words and entities of HTML become the characters that they stand for",
    probability: 0.95,
    find: Find::InColumn(find),
};

/// The entities that are read, and what they stand for.
const ENTITIES: [(&str, &str); 9] = [
    ("&amp;", "&"),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
];

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.any(Traits::ESCAPE) {
        return None;
    }
    if values.count(|text| text.contains("</") || text.contains("/>")) > 0 {
        return None;
    }
    let mut changes = BTreeMap::new();
    for text in values.cells.keys().filter(|text| text.contains('&') || text.contains("''")) {
        let plain = without_doubled(&without_entities(text));
        if plain != *text && !plain.trim().is_empty() {
            changes.insert(text.clone(), Some(plain));
        }
    }
    let cells: u64 = changes.keys().filter_map(|text| values.cells.get(text)).sum();
    let evidence =
        format!("{cells} of {} values hold characters that were escaped and never read back", values.present);
    Finding::written(evidence, changes)
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        plain.push_str(&rest[..place]);
        rest = &rest[place..];
        // What an entity stands for is not read again: `&amp;lt;` is `&lt;`.
        let found = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (stands_for, length) = found.map_or(("&", 1), |(entity, stands_for)| (*stands_for, entity.len()));
        plain.push_str(stands_for);
        rest = &rest[length..];
    }
    plain + rest
}

/// Two single quotes between two letters are one.
fn without_doubled(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find("''") {
        let (before, after) = (&rest[..place], &rest[place + 2..]);
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let doubled = letter(before.chars().next_back()) && letter(after.chars().next());
        plain.push_str(before);
        plain.push_str(if doubled { "'" } else { "''" });
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::changes_in;

    #[test]
    fn escaped_characters_become_what_they_stand_for() {
        let cells = [("Rossi", 20), ("D''Angelo", 1), ("Smith &amp; Co", 1), ("&amp;lt;", 1)];
        let changes = ["&amp;lt; -> &lt;", "D''Angelo -> D'Angelo", "Smith &amp; Co -> Smith & Co"];
        assert_eq!(changes_in(&ESCAPES, &cells), changes);
    }

    #[test]
    fn what_is_no_escape_stays() {
        let cells = [("6'2''", 9), ("''quoted''", 9), ("R&D", 9), ("a & b", 9), ("fish &c;", 9)];
        assert_eq!(changes_in(&ESCAPES, &cells), [""; 0]);
    }

    #[test]
    fn html_stays() {
        assert_eq!(changes_in(&ESCAPES, &[("<b>x</b> &amp; y", 9), ("a &amp; b", 9)]), [""; 0]);
    }
}
