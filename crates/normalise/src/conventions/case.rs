//! Letters in another case than that of the column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;
use crate::traits::Traits;

/// A value that is there in other letters much oftener is written as it is there (`male` among `Male`); and where nearly all
/// values are in capitals, in small letters or with a capital at the start of each word, the others are written so.
///
/// Only what is in capitals, in small letters or with capitals at the start is in the wrong case: `McDonald` and `iPhone`
/// are meant. A value that is not there in other letters is changed only in a column of many values, as `Unknown` among
/// codes in capitals is meant so, and gets capitals at the start of its words only if the column has these words.
/// Running text and addresses of mail and of the web stay; so do codes and short words of which both letters are common.
pub(super) const CASE: Convention = Convention {
    name: "case",
    summary: "letters are written in the case of the column, or of the same value elsewhere",
    probability: 0.97,
    find: Find::InColumn(find),
};

/// The share of the values with letters in one case that makes it that of the column.
const MOST: f64 = 0.95;
/// A spelling is that of a value if it is so many times as frequent as all others, where this share of the values are of
/// one case; and elsewhere so many times. So it is of single letters, and of codes that are not in the case of the column:
/// in these the case may tell things apart.
const TIMES: u64 = 2;
const ALIKE: f64 = 0.9;
const TIMES_IN_DOUBT: u64 = 20;
/// The share of the values that are there once, from which on a column has many.
const ONCE: f64 = 0.5;
/// A new value is of the column if this share of the others has digits as well, or none.
const COMMON: f64 = 0.05;
/// More words are running text; a column with a larger share of it stays.
const WORDS: usize = 6;
const TEXT: f64 = 0.1;
/// Letters of a word whose case says nothing: fewer may be an abbreviation.
const WORD: usize = 3;

/// How the letters of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Letters {
    Upper,
    Lower,
    Title,
    Mixed,
}

/// The cases that a column may be written in.
const PURE: [Letters; 3] = [Letters::Upper, Letters::Lower, Letters::Title];

fn find(values: &Values<'_>) -> Option<Finding> {
    let has_address = values.any(Traits::AT.or(Traits::COLON));
    let is_running = |text: &str| {
        let words = || text.len() > 2 * WORDS && text.split_whitespace().nth(WORDS).is_some();
        words() || (has_address || text.starts_with("www.")) && is_address(text)
    };
    let running = values.count(is_running);
    if running as f64 > TEXT * values.present as f64 {
        return None;
    }
    let mut of_letters: BTreeMap<Letters, u64> = BTreeMap::new();
    let mut coded = 0;
    let mut spellings: Vec<Spelling<'_>> = Vec::new();
    for (text, &cells) in values.cells {
        if let Some(letters) = letters(text) {
            *of_letters.entry(letters).or_default() += cells;
            coded += if has_digit(text) { cells } else { 0 };
            let small = match letters {
                Letters::Lower if text.is_ascii() => Cow::Borrowed(text.as_str()),
                _ => Cow::Owned(text.to_lowercase()),
            };
            spellings.push(Spelling { small, text, letters, cells });
        }
    }
    // The spellings of one value in the order of their texts, which is that in which they were seen.
    spellings.sort_by(|a, b| a.small.cmp(&b.small));
    let spellings = Spellings(spellings);
    let lettered: u64 = of_letters.values().sum();
    let of_column = |letters: Letters| {
        let cells = of_letters.get(&letters).copied().unwrap_or_default();
        (cells as f64 >= MOST * lettered as f64).then_some((letters, cells))
    };
    let column = PURE.into_iter().find_map(of_column);
    let times = Times::new(&spellings, lettered);
    let once: u64 = values.cells.values().filter(|&&cells| cells == 1).sum();
    let many = once as f64 >= ONCE * values.present as f64;
    let known = column.filter(|(letters, _)| many && *letters == Letters::Title).map(|_| Known::new(values));
    let mut changes = BTreeMap::new();
    let (mut otherwise, mut elsewhere) = (0, 0);
    for spelt in spellings.values() {
        if let [Spelling { text, cells: 1, .. }] = *spelt {
            let Some((letters, follow)) = column.filter(|_| many) else { continue };
            // A word among codes is in a column that is not its own.
            if (if has_digit(text) { coded } else { lettered - coded } as f64) < COMMON * lettered as f64 {
                continue;
            }
            let Some(new) = rewritten(text, letters, known.as_ref()) else { continue };
            otherwise += 1;
            let agreement = agreement(follow, lettered - follow);
            changes.insert(text.to_owned(), Change { new: Some(new), agreement });
            continue;
        }
        let Some(&Spelling { text: common, letters: of_common, cells: most, .. }) = commonest(spelt) else { continue };
        let rest = spelt.iter().map(|spelling| spelling.cells).sum::<u64>() - most;
        let follows = |letters| column.is_some_and(|(column, _)| letters == column);
        if of_common == Letters::Mixed || most < times.of(common, follows(of_common)) * rest {
            continue;
        }
        for &Spelling { text, letters, cells, .. } in spelt {
            // A code with a capital at its start may be another.
            let wrong = letters != of_common && letters != Letters::Mixed && !follows(letters);
            if wrong && (is_word(text) || letters != Letters::Title) {
                elsewhere += cells;
                let agreement = agreement(most, rest);
                changes.insert(text.to_owned(), Change { new: Some(common.to_owned()), agreement });
            }
        }
    }
    let of_column = column.filter(|_| otherwise > 0).map(|(letters, cells)| {
        format!("{cells} of {lettered} values with letters are written {}, {otherwise} are not", in_words(letters))
    });
    let of_value = (elsewhere > 0)
        .then(|| format!("{elsewhere} of {lettered} values with letters are oftener there in letters of another case"));
    Finding::weighed(of_column.into_iter().chain(of_value).collect::<Vec<_>>().join(" and "), changes)
}

/// A value as it is spelt in some cells.
struct Spelling<'a> {
    /// In small letters, which makes it one value with others.
    small: Cow<'a, str>,
    text: &'a str,
    letters: Letters,
    cells: u64,
}

/// All spellings, those of one value together.
struct Spellings<'a>(Vec<Spelling<'a>>);

impl<'a> Spellings<'a> {
    /// The spellings of one value after the other.
    fn values(&self) -> impl Iterator<Item = &[Spelling<'a>]> {
        self.0.chunk_by(|a, b| a.small == b.small)
    }
}

/// The spelling that most cells have; of two that are as frequent, the first in the order of the texts.
fn commonest<'s, 'a>(spelt: &'s [Spelling<'a>]) -> Option<&'s Spelling<'a>> {
    spelt.iter().rev().max_by_key(|spelling| spelling.cells)
}

/// How many times as frequent as all others the spelling of a value must be.
struct Times {
    /// Whether the commonest spellings of the values are of one case.
    alike: bool,
}

impl Times {
    fn new(spellings: &Spellings<'_>, lettered: u64) -> Self {
        let mut of_letters: BTreeMap<Letters, u64> = BTreeMap::new();
        for spelt in spellings.values() {
            let letters = commonest(spelt).map_or(Letters::Mixed, |spelling| spelling.letters);
            *of_letters.entry(letters).or_default() += spelt.iter().map(|spelling| spelling.cells).sum::<u64>();
        }
        let most = PURE.iter().filter_map(|letters| of_letters.get(letters)).max().copied().unwrap_or_default();
        Times { alike: most as f64 >= ALIKE * lettered as f64 }
    }

    /// For this spelling, which may be in the case of the column.
    fn of(&self, text: &str, follows: bool) -> u64 {
        let is_code = !is_word(text) && (!follows || text.chars().filter(|c| c.is_alphabetic()).count() < 2);
        if self.alike && !is_code { TIMES } else { TIMES_IN_DOUBT }
    }
}

/// A text in the case of its column; `None` where it is in it, or may be meant as it is.
fn rewritten(text: &str, column: Letters, known: Option<&Known>) -> Option<String> {
    let letters = letters(text)?;
    if letters == Letters::Mixed || letters == column || text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return None;
    }
    let new = match column {
        Letters::Upper => text.to_uppercase(),
        Letters::Lower => text.to_lowercase(),
        Letters::Title => known?.write(text)?,
        Letters::Mixed => return None,
    };
    // ß has no capital that is one letter, and İ no small one.
    (new != text && new.chars().count() == text.chars().count() && new.to_lowercase() == text.to_lowercase())
        .then_some(new)
}

/// How the words of a column are spelt that is written with capitals at their start.
struct Known {
    /// By a word in small letters, its spellings in values that are so written, and their cells.
    words: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Known {
    fn new(values: &Values<'_>) -> Self {
        let mut words: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for (text, cells) in values.cells.iter().filter(|(text, _)| letters(text) == Some(Letters::Title)) {
            for word in text.split_inclusive(is_end) {
                *words.entry(word.to_lowercase()).or_default().entry(word.to_owned()).or_default() += cells;
            }
        }
        // The last word of a value has no end, and is the same word.
        let ended: Vec<(String, BTreeMap<String, u64>)> = words
            .iter()
            .filter_map(|(word, spelt)| {
                let bare = word.trim_end_matches(is_end);
                let spelt =
                    spelt.iter().map(|(spelling, &cells)| (spelling.trim_end_matches(is_end).to_owned(), cells));
                (bare != word).then(|| (bare.to_owned(), spelt.collect()))
            })
            .collect();
        for (word, spelt) in ended {
            for (spelling, cells) in spelt {
                *words.entry(word.clone()).or_default().entry(spelling).or_default() += cells;
            }
        }
        Known { words }
    }

    /// A text of two words or more with each as the column spells it; `None` where it has one that the column has not. One
    /// word in other letters may be a name.
    fn write(&self, text: &str) -> Option<String> {
        if text.split(is_end).filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= WORD).count() < 2 {
            return None;
        }
        text.split_inclusive(is_end)
            .map(|part| {
                let word = part.trim_end_matches(is_end);
                if word.chars().all(|c| !c.is_alphabetic()) {
                    return Some(part.to_owned());
                }
                let spelt = self.words.get(&word.to_lowercase())?;
                let (spelling, _) = spelt.iter().rev().max_by_key(|(_, cells)| **cells)?;
                Some(format!("{spelling}{}", &part[word.len()..]))
            })
            .collect()
    }
}

/// How the letters of a text are written; `None` where it has none in either case. A single capital is a capital.
fn letters(text: &str) -> Option<Letters> {
    let (upper, lower) = if text.is_ascii() {
        let any = |of: fn(&u8) -> bool| text.as_bytes().iter().any(of);
        (any(u8::is_ascii_uppercase), any(u8::is_ascii_lowercase))
    } else {
        (text.contains(char::is_uppercase), text.contains(char::is_lowercase))
    };
    match (upper, lower) {
        (false, false) => None,
        (true, false) => Some(Letters::Upper),
        (false, true) => Some(Letters::Lower),
        (true, true) if is_title(text) => Some(Letters::Title),
        (true, true) => Some(Letters::Mixed),
    }
}

/// Whether each word starts with a capital and goes on in small letters. Short words within may be small (`of`) or an
/// abbreviation (`NY`).
fn is_title(text: &str) -> bool {
    let mut first = true;
    text.split(is_end).filter(|word| word.chars().any(char::is_alphabetic)).all(|word| {
        let within = !std::mem::take(&mut first);
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let capital = letters.next().is_some_and(|c| !c.is_lowercase());
        let (mut rest, mut small, mut large) = (0, true, true);
        for letter in letters {
            rest += 1;
            small &= !letter.is_uppercase();
            large &= !letter.is_lowercase();
        }
        (capital && small) || (rest < WORD && (capital && large || within && small))
    })
}

/// What words end at.
fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '/' | ',' | '.' | '&' | '(' | ')' | '\'' | '’')
}

/// Whether a text is words and nothing else, the first of them no single letter.
fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphabetic() || is_end(c))
        && text.chars().take_while(|c| c.is_alphabetic()).count() >= WORD
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_address(text: &str) -> bool {
    text.contains('@') || text.contains("://") || text.starts_with("www.")
}

fn in_words(letters: Letters) -> &'static str {
    match letters {
        Letters::Upper => "in capitals",
        Letters::Lower => "in small letters",
        Letters::Title | Letters::Mixed => "with a capital at the start of each word",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    #[test]
    fn a_value_in_other_letters_is_written_as_it_is_elsewhere() {
        let cells = [("Male", 40), ("Female", 50), ("male", 3), ("FEMALE", 4)];
        assert_eq!(changes_in(&CASE, &cells), ["FEMALE -> Female", "male -> Male"]);
        let cells = [("MALE", 40), ("Male", 12), ("male", 5), ("FEMALE", 40)];
        assert_eq!(changes_in(&CASE, &cells), ["Male -> MALE", "male -> MALE"]);
    }

    /// The changes in a column of forty values that are there once, and these.
    fn among(common: fn(&str) -> String, odd: &[&str]) -> Vec<String> {
        let common: Vec<String> = ('a'..='t')
            .flat_map(|c| [format!("{c}orto vecchio"), format!("{c}an marino")])
            .map(|name| common(&name))
            .collect();
        let cells: Vec<_> =
            common.iter().map(String::as_str).chain(odd.iter().copied()).map(|name| (name, 1)).collect();
        changes_in(&CASE, &cells)
    }

    fn titled(text: &str) -> String {
        text.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn new_values_are_written_in_the_case_of_the_column() {
        assert_eq!(among(str::to_uppercase, &["Turin", "san jose"]), ["Turin -> TURIN", "san jose -> SAN JOSE"]);
        assert_eq!(among(str::to_owned, &["TURIN"]), ["TURIN -> turin"]);
        assert_eq!(among(|name| format!("{}{}", name[..1].to_uppercase(), name.len() * 100), &["turin"]), [""; 0]);
        assert_eq!(among(titled, &["SAN VECCHIO", "NEW LIFT"]), ["SAN VECCHIO -> San Vecchio"]);
    }

    #[test]
    fn names_and_abbreviations_stay() {
        assert_eq!(among(titled, &["McDonald", "VECCHIO", "IBM"]), [""; 0]);
        assert_eq!(among(str::to_uppercase, &["McDonald", "x"]), [""; 0]);
        let names = [("Smith", 60), ("Jones", 60), ("McDonald", 2), ("de la Cruz", 1), ("MCDONALD", 1)];
        assert_eq!(changes_in(&CASE, &names), [""; 0]);
    }

    #[test]
    fn a_value_of_a_few_that_is_in_no_other_letters_is_meant() {
        assert_eq!(changes_in(&CASE, &[("OR", 60), ("CA", 60), ("Unknown", 2), ("Abroad", 1)]), [""; 0]);
    }

    #[test]
    fn codes_that_the_case_tells_apart_stay() {
        assert_eq!(changes_in(&CASE, &[("ab1", 20), ("AB1", 30), ("cd2", 20)]), [""; 0]);
        assert_eq!(changes_in(&CASE, &[("m", 20), ("M", 30), ("k", 20)]), [""; 0]);
        assert_eq!(changes_in(&CASE, &[("AB1", 130), ("CD2", 120), ("cd2", 9)]), ["cd2 -> CD2"]);
        assert_eq!(changes_in(&CASE, &[("mg", 130), ("kg", 120), ("Mg", 2)]), [""; 0]);
        assert_eq!(changes_in(&CASE, &[("M", 130), ("F", 120), ("f", 2)]), ["f -> F"]);
    }

    #[test]
    fn running_text_and_addresses_stay() {
        let text = "this is what she said when she came";
        assert_eq!(changes_in(&CASE, &[(text, 60), ("no pain", 40), ("NO PAIN", 2)]), [""; 0]);
        assert_eq!(changes_in(&CASE, &[("a@b.org", 60), ("c@d.org", 40), ("A@B.org", 2)]), [""; 0]);
    }

    #[test]
    fn spellings_that_are_as_common_stay() {
        assert_eq!(changes_in(&CASE, &[("yes", 30), ("Yes", 29), ("no", 20), ("No", 20)]), [""; 0]);
    }

    #[test]
    fn the_commoner_the_other_spelling_the_surer_it_is() {
        let sure =
            |cells| find_in(&CASE, &[("Male", 40), ("male", cells)]).map(|found| found.changes["male"].agreement);
        assert_eq!(sure(2), Some(41.0 / 44.0));
        assert_eq!(sure(20), Some(41.0 / 62.0));
    }
}
