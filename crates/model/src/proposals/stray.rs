//! The text without one character that has no business in it.

use std::collections::BTreeMap;

use lustrate_table::Dictionary;

use super::slot_word::is_word;
use super::{Backing, Doubt, Proposal, Strings, Words};
use crate::map::HashMap;
use crate::text::classes::{is_alien, words};

/// An alien character is in at most this share of the cells; else the column is written in that script.
const ALIEN_CELLS: f64 = 0.15;
/// A letter in a column of digits is alien up to this share.
const RARE_CELLS: f64 = 0.05;
/// A character in more of the cells than this belongs to the column.
const COMMON_CELLS: f64 = 0.1;
/// A word is one of the column where so many cells hold it.
const BORNE_OUT: u32 = 3;
/// A text is known that so many cells hold: short numbers are there once or twice by chance.
const KNOWN: u32 = 3;
/// Longer texts, in bytes, are not searched.
const LONGEST: usize = 2000;
/// A column with a higher share of digits is one of numbers or codes.
const MOSTLY_DIGITS: f64 = 0.5;

/// Characters that do not belong to the column, sorted.
pub(crate) fn alien_characters(domain: &Dictionary, counts: &[u32], rows: f64) -> Vec<char> {
    let cells = cells_of_characters(domain, counts);
    let mut alien: Vec<char> = cells.iter().map(|(c, _)| c).filter(|&c| is_alien(c)).collect();
    let hit = domain.iter().filter(|(_, text)| text.chars().any(|c| alien.binary_search(&c).is_ok()));
    if hit.map(|(code, _)| f64::from(counts[code.index()])).sum::<f64>() > ALIEN_CELLS * rows {
        alien.clear();
    }
    if digit_share(domain, counts) > MOSTLY_DIGITS {
        alien.extend(cells.iter().filter(|&(c, n)| c.is_alphabetic() && n <= RARE_CELLS * rows).map(|(c, _)| c));
    }
    let strange = |&(c, n): &(char, f64)| !c.is_ascii() && n <= RARE_CELLS * rows;
    let rare: Vec<char> = cells.iter().filter(strange).map(|(c, _)| c).collect();
    alien.extend(rare.into_iter().filter(|&c| marks_commoner_values(domain, counts, c)));
    alien.sort_unstable();
    alien.dedup();
    alien
}

/// The share of digits among all characters of a column, by cells.
pub(crate) fn digit_share(domain: &Dictionary, counts: &[u32]) -> f64 {
    let (mut digits, mut all) = (0.0, 0.0);
    for (code, text) in domain.iter() {
        let count = f64::from(counts[code.index()]);
        digits += count * text.chars().filter(char::is_ascii_digit).count() as f64;
        all += count * text.chars().count() as f64;
    }
    digits / f64::max(all, 1.0)
}

pub(super) fn propose(strings: &Strings<'_>, words: &Words<'_>) -> Vec<Proposal> {
    let mut proposals = proposals(strings);
    if proposals.is_empty() {
        return proposals;
    }
    let cells = &words.cut().cells;
    for proposal in proposals.iter_mut().filter(|proposal| strings.count(&proposal.meant).is_none()) {
        let written = strings.domain.text(proposal.written).unwrap_or_default();
        if !bear_out(cells, written, &proposal.meant) {
            proposal.backing = Backing::Guess;
        }
    }
    proposals
}

/// How many cells are a value of the column without one alien character: these characters were put in, and stand for
/// no others.
pub(crate) fn put_in(domain: &Dictionary, counts: &[u32], alien: &[char]) -> u32 {
    if alien.is_empty() {
        return 0;
    }
    let known = |text: &str| domain.find(text).is_some_and(|code| counts[code.index()] >= KNOWN);
    let is_put_in = |text: &str| {
        let mut found = text.char_indices().filter(|(_, c)| alien.binary_search(c).is_ok());
        let (first, others) = (found.next(), found.next());
        first.is_some_and(|(at, c)| others.is_none() && known(&[&text[..at], &text[at + c.len_utf8()..]].concat()))
    };
    domain.iter().filter(|(_, text)| is_put_in(text)).map(|(code, _)| counts[code.index()]).sum()
}

/// Whether every word that touches the place where `meant` lacks a character of `written` is one of the column, of which
/// `cells` says how many cells hold each. A number bears nothing out: any two digits occur.
fn bear_out(cells: &HashMap<&str, u32>, written: &str, meant: &str) -> bool {
    let place = written.bytes().zip(meant.bytes()).take_while(|(one, two)| one == two).count();
    let mut end = 0;
    words(meant).into_iter().all(|word| {
        let start = end;
        end += word.len();
        let touches = start <= place && place <= end && word.chars().any(char::is_alphanumeric);
        !touches || is_word(word) && cells.get(word).copied().unwrap_or(0) >= BORNE_OUT
    })
}

fn proposals(strings: &Strings<'_>) -> Vec<Proposal> {
    let cells = cells_of_characters(strings.domain, strings.counts);
    let mut certain = Vec::new();
    let mut possible = Vec::new();
    for (written, text, count) in strings.values() {
        if text.chars().nth(1).is_none() || text.len() > LONGEST {
            continue;
        }
        for (place, c) in text.char_indices() {
            if cells.of(c) > COMMON_CELLS * strings.rows {
                continue;
            }
            let is_alien_here = strings.alien.binary_search(&c).is_ok();
            if !is_alien_here && c.is_ascii_alphanumeric() || text.chars().filter(|&other| other == c).count() != 1 {
                continue;
            }
            let meant = [&text[..place], &text[place + c.len_utf8()..]].concat();
            let commoner = strings.count(&meant);
            if is_alien_here {
                // A letter in a column of digits is taken out only where a number or a known value is left.
                let letter_in_digits = strings.digit_share > MOSTLY_DIGITS && c.is_ascii_alphabetic();
                if letter_in_digits && commoner.is_none() && !is_digits(&meant) {
                    continue;
                }
                let marked = is_alien(c)
                    || commoner.is_some_and(|other| other >= count.saturating_mul(3))
                        && (c.is_ascii() || commoner.is_some_and(|other| other >= count.saturating_mul(10)));
                let doubt = if marked { Doubt::Suspect } else { Doubt::None };
                certain.push(Proposal { written, meant, doubt, backing: Backing::Cells });
            } else if commoner.is_some_and(|other| other > count) {
                possible.push(Proposal { written, meant, doubt: Doubt::None, backing: Backing::Cells });
            }
        }
    }
    certain.extend(possible);
    certain
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
}

/// Whether taking the character out gives a commoner value of the column.
fn marks_commoner_values(domain: &Dictionary, counts: &[u32], character: char) -> bool {
    domain.iter().any(|(code, text)| {
        let count = counts[code.index()];
        text.chars().filter(|&c| c == character).count() == 1
            && domain.find(&text.replace(character, "")).is_some_and(|other| counts[other.index()] > count)
    })
}

/// How many cells hold each character.
struct Cells {
    ascii: [f64; 128],
    others: BTreeMap<char, f64>,
}

impl Cells {
    fn of(&self, c: char) -> f64 {
        let other = || self.others.get(&c).copied().unwrap_or(0.0);
        self.ascii.get(c as usize).copied().unwrap_or_else(other)
    }

    /// The characters that some cell holds, in their order.
    fn iter(&self) -> impl Iterator<Item = (char, f64)> {
        let ascii = (0..=127u8).map(char::from).zip(self.ascii).filter(|&(_, cells)| cells > 0.0);
        ascii.chain(self.others.iter().map(|(&c, &cells)| (c, cells)))
    }
}

fn cells_of_characters(domain: &Dictionary, counts: &[u32]) -> Cells {
    let mut cells = Cells { ascii: [0.0; 128], others: BTreeMap::new() };
    let mut others: Vec<char> = Vec::new();
    for (code, text) in domain.iter().filter(|(code, _)| counts[code.index()] > 0) {
        let count = f64::from(counts[code.index()]);
        let mut met = 0u128;
        for c in text.chars() {
            if !c.is_ascii() {
                others.push(c);
            } else if met & 1 << c as u32 == 0 {
                met |= 1 << c as u32;
                cells.ascii[c as usize] += count;
            }
        }
        others.sort_unstable();
        others.dedup();
        others.drain(..).for_each(|c| *cells.others.entry(c).or_default() += count);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::super::tests::proposed;
    use super::*;

    #[test]
    fn an_alien_character_is_taken_out_even_where_the_rest_is_new() {
        let proposals = proposed(&[("oak street", 30), ("elm Жroad", 1), ("pine way", 20)]);
        assert!(proposals.contains(&("elm Жroad".into(), "elm road".into(), Doubt::Suspect)));
    }

    #[test]
    fn a_column_in_another_script_has_no_aliens() {
        assert!(proposed(&[("Москва", 30), ("Тверь", 20), ("Казань", 1)]).is_empty());
    }

    #[test]
    fn an_accent_is_left_alone() {
        assert!(proposed(&[("Zürich", 30), ("Genève", 20), ("Bern", 10)]).is_empty());
    }
}
