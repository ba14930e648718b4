//! The parts of the value in another order, each maybe written otherwise; some may go, and signs may come between them.

use std::collections::BTreeSet;

use lustrate_values::{Operation, Part, Rewrite, Template};
use regex::escape;

use super::pattern;
use crate::calendar::Slot;
use crate::tokens::{Kind, Token, tokens};

/// Tokens of a value whose order is looked at, at most.
const MOST_TOKENS: usize = 11;
/// Ways to put a value together that are looked at, at most.
const MOST_WAYS: usize = 600;

/// What may be done to a part on its way, simple things first.
const OPERATIONS: [&[Operation]; 8] = [
    &[],
    &[Operation::Pad(2)],
    &[Operation::StripZeros],
    &[Operation::MonthName],
    &[Operation::MonthNumber],
    &[Operation::Last(2)],
    &[Operation::First(3)],
    &[Operation::MonthNumber, Operation::Pad(2)],
];
const CASES: [&[Operation]; 3] = [&[Operation::Upper], &[Operation::Lower], &[Operation::Title]];

/// What a token of the new value comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    /// A sign that stands there always.
    Sign,
    /// A token of the old one.
    Token(usize, &'static [Operation]),
}

pub(super) fn propose(written: &str, meant: &str, slots: Option<[Slot; 3]>) -> Vec<Rewrite> {
    let (old, new) = (tokens(written), tokens(meant));
    if !(2..=MOST_TOKENS).contains(&old.len()) || new.len() > MOST_TOKENS {
        return Vec::new();
    }
    let origins: Vec<Vec<Origin>> = new.iter().map(|token| origins(&old, token)).collect();
    let ways: usize = origins.iter().map(Vec::len).try_fold(1usize, usize::checked_mul).unwrap_or(usize::MAX);
    if !(1..=MOST_WAYS).contains(&ways) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for way in 0..ways {
        let mut rest = way;
        let chosen: Vec<&Origin> = origins
            .iter()
            .map(|of| {
                let origin = &of[rest % of.len()];
                rest /= of.len();
                origin
            })
            .collect();
        let used: Vec<usize> = chosen.iter().filter_map(|origin| used(origin)).collect();
        let distinct: BTreeSet<usize> = used.iter().copied().collect();
        if !used.is_empty() && distinct.len() == used.len() {
            found.extend(rewrite(&old, &new, &chosen, slots));
        }
    }
    found
}

fn used(origin: &Origin) -> Option<usize> {
    match origin {
        Origin::Sign => None,
        Origin::Token(place, _) => Some(*place),
    }
}

/// Where a token of the new value may come from. Words and digits come from the old value: one that is nowhere in it says
/// something of this value alone.
fn origins(old: &[Token<'_>], new: &Token<'_>) -> Vec<Origin> {
    if new.is_sign() {
        return vec![Origin::Sign];
    }
    let mut found = Vec::new();
    for (place, token) in old.iter().enumerate().filter(|(_, token)| !token.is_sign()) {
        let cases: &[&'static [Operation]] = if token.kind == Kind::Word { &CASES } else { &[] };
        for operations in OPERATIONS.iter().chain(cases) {
            let done = operations.iter().try_fold(token.text.to_owned(), |text, operation| operation.apply(&text));
            // An operation that changes nothing here may yet do so in other values: only those that say how long a part is.
            let shortens =
                matches!(operations, [Operation::Pad(_) | Operation::StripZeros]) && token.kind == Kind::Digits;
            let wanted = operations.is_empty() || shortens || done.as_deref() != Some(token.text);
            if wanted && done.as_deref() == Some(new.text) {
                found.push(Origin::Token(place, operations));
            }
        }
    }
    found
}

/// The pattern of the old tokens, and the template of the new ones.
fn rewrite(old: &[Token<'_>], new: &[Token<'_>], chosen: &[&Origin], slots: Option<[Slot; 3]>) -> Option<Rewrite> {
    // What the numbers of a date may be: then what would be no date is left alone.
    let numbers: Vec<usize> = (0..new.len()).filter(|&place| new[place].kind == Kind::Digits).collect();
    let is_date = new.len() == 5 && numbers.len() == 3;
    let slot = |place: usize| {
        let slots = slots.filter(|_| is_date)?;
        let at = chosen.iter().position(|origin| used(origin) == Some(place))?;
        Some(slots[numbers.iter().position(|&number| number == at)?])
    };
    let mut expression = String::new();
    let mut group = vec![0; old.len()];
    let mut groups = 0;
    for (place, token) in old.iter().enumerate() {
        let is_used = chosen.iter().any(|origin| used(origin) == Some(place));
        let of = match token.kind {
            Kind::Sign => escape(token.text),
            Kind::Word => r"\p{Alphabetic}+".to_owned(),
            Kind::Digits => slot(place).map_or(r"\d+", Slot::expression).to_owned(),
        };
        if is_used {
            groups += 1;
            group[place] = groups;
            expression.push_str(&format!("({of})"));
        } else {
            expression.push_str(&of);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (token, origin) in new.iter().zip(chosen) {
        match (origin, parts.last_mut()) {
            (Origin::Token(place, operations), _) => parts.push(Part::Group(group[*place], operations.to_vec())),
            (Origin::Sign, Some(Part::Text(text))) => text.push_str(token.text),
            (Origin::Sign, _) => parts.push(Part::Text(token.text.to_owned())),
        }
    }
    pattern(&expression, Template { parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(from: (&str, &str), text: &str, slots: Option<[Slot; 3]>) -> Vec<String> {
        let mut all: Vec<String> = propose(from.0, from.1, slots)
            .iter()
            .filter(|rewrite| rewrite.apply(Some(from.0)) == Some(Some(from.1.to_owned())))
            .filter_map(|rewrite| rewrite.apply(Some(text))?)
            .collect();
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn parts_change_places() {
        assert!(becomes(("Sep-22", "22-Sep"), "Mar-09", None).contains(&"09-Mar".to_owned()));
        assert_eq!(becomes(("Smith, John", "John Smith"), "Meyer, Rosa", None), ["Rosa Meyer"]);
        assert!(becomes(("(030) 123", "030/123"), "(089) 5566", None).contains(&"089/5566".to_owned()));
    }

    #[test]
    fn a_date_that_would_be_none_is_left_alone() {
        let slots = Some([Slot::Month, Slot::Day, Slot::Year]);
        assert!(becomes(("4/1/14", "1/14/04"), "4/1/09", slots).contains(&"1/09/04".to_owned()));
        assert_eq!(becomes(("4/1/14", "1/14/04"), "4/1/99", slots), Vec::<String>::new());
    }

    #[test]
    fn a_word_that_is_nowhere_in_the_value_is_no_matter_of_order() {
        assert_eq!(propose("Boston", "Denver", None), []);
        assert_eq!(propose("1 a", "2 a", None), []);
    }
}
