//! A column as two rows are compared in it: what kind of values it holds, and how alike two of them are.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Column, RowId};
use rapidfuzz::distance::{jaro_winkler, osa};

use super::Level;
use crate::map::HashMap;

/// No value, in place of a code.
pub(super) const MISSING: u32 = u32::MAX;

/// The share of the distinct values that must be of a kind for the column to be.
const MOST: f64 = 0.9;

/// Words of a text, on average, from which on a column is prose.
const PROSE_WORDS: f64 = 8.0;

/// Characters of a text that are compared.
const LONGEST: usize = 160;

/// What two values of a column are compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Names and other short texts: by letters and by words.
    Text,
    /// Digits that name something: by digits.
    Code,
    /// A day, by its year and two more numbers, in whatever order these are written.
    Date,
    /// Numbers with decimals: by difference.
    Number,
    /// Long texts: by words.
    Prose,
}

/// A column as it is compared. Values that differ only in case, blanks and punctuation are one.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub attribute: AttributeId,
    kind: Kind,
    /// The value of each record, or [`MISSING`].
    pub codes: Vec<u32>,
    values: Vec<Value>,
    /// The number of records that have each value.
    pub counts: Vec<u32>,
    /// The number of records that have a value.
    pub present: usize,
    /// The spread of numbers, from the first to the third quartile.
    spread: f64,
}

#[derive(Clone, Debug)]
struct Value {
    /// What is compared: without case and punctuation.
    text: String,
    /// Its letters, of ASCII or not.
    letters: usize,
    is_ascii: bool,
    /// The words by number, sorted.
    words: Vec<u32>,
    number: f64,
}

impl Field {
    /// The column of an attribute, compared in the given rows; `None` where it can tell nothing: it is constant, missing, or
    /// a number that counts the rows.
    pub fn new(attribute: AttributeId, column: &Column, records: &[RowId]) -> Option<Field> {
        let mut used: Vec<bool> = vec![false; column.dictionary().len()];
        for &row in records {
            let code = column.code(row);
            if !code.is_null() {
                used[code.index()] = true;
            }
        }
        let texts: Vec<&str> =
            column.dictionary().iter().filter(|(code, _)| used[code.index()]).map(|(_, text)| text).collect();
        let kind = kind(&texts);
        // Values count up in the order of their texts, so that nothing depends on the order of the rows.
        let mut of_text: BTreeMap<String, u32> = BTreeMap::new();
        let plain: Vec<Option<String>> =
            texts.iter().map(|text| Some(plain(kind, text)).filter(|text| !text.is_empty())).collect();
        plain.iter().flatten().for_each(|text| _ = of_text.insert(text.clone(), 0));
        of_text.values_mut().zip(0..).for_each(|(code, place)| *code = place);
        let mut of_code = vec![MISSING; column.dictionary().len()];
        let places = (0..used.len()).filter(|&code| used[code]);
        for (code, text) in places.zip(&plain) {
            of_code[code] = text.as_ref().map_or(MISSING, |text| of_text[text]);
        }
        let codes: Vec<u32> = records
            .iter()
            .map(|&row| column.code(row))
            .map(|code| if code.is_null() { MISSING } else { of_code[code.index()] })
            .collect();
        let mut counts = vec![0u32; of_text.len()];
        codes.iter().filter(|&&code| code != MISSING).for_each(|&code| counts[code as usize] += 1);
        let present = codes.iter().filter(|&&code| code != MISSING).count();
        if counts.len() < 2 || counts_rows(&texts, present) {
            return None;
        }
        let values = values(of_text.into_keys());
        let spread = if kind == Kind::Number { spread(&values) } else { 0.0 };
        Some(Field { attribute, kind, codes, values, counts, present, spread })
    }

    /// Leaves these rows, in this order, as the records.
    pub fn keep(&mut self, rows: &[usize]) {
        self.codes = rows.iter().map(|&row| self.codes[row]).collect();
        self.counts.fill(0);
        for &code in self.codes.iter().filter(|code| **code != MISSING) {
            self.counts[code as usize] += 1;
        }
        self.present = self.codes.iter().filter(|code| **code != MISSING).count();
    }

    /// Whether no value is there twice.
    pub fn is_unique(&self) -> bool {
        self.counts.iter().all(|&count| count < 2)
    }

    /// The probability that two records that have a value have the same.
    pub fn chance(&self) -> f64 {
        let same: f64 = self.counts.iter().map(|&count| f64::from(count) * (f64::from(count) - 1.0)).sum();
        let present = self.present as f64;
        same / (present * (present - 1.0)).max(1.0)
    }

    /// What agreement tells at most, on average over the values: minus the logarithm of [`Field::chance`].
    pub fn tells(&self) -> f64 {
        -self.chance().max(1.0 / self.present.max(2) as f64).ln()
    }

    /// The probability that another record has the value of a record: how often the others have it, and at least once.
    pub fn chance_of(&self, record: usize) -> f64 {
        let count = self.counts[self.codes[record] as usize];
        f64::from(count.saturating_sub(1).max(1)) / (self.present.saturating_sub(1).max(1)) as f64
    }

    /// How alike two records are; `None` where either value is missing.
    pub fn level(&self, one: usize, other: usize) -> Option<Level> {
        let (one, other) = (self.codes[one], self.codes[other]);
        if one == MISSING || other == MISSING {
            return None;
        }
        if one == other {
            return Some(Level::Same);
        }
        let (one, other) = (&self.values[one as usize], &self.values[other as usize]);
        Some(match self.kind {
            Kind::Text => text_level(one, other),
            Kind::Code => code_level(one, other),
            Kind::Date => date_level(one, other),
            Kind::Number => number_level(one, other, self.spread),
            Kind::Prose => prose_level(one, other),
        })
    }

    /// How alike two texts look, from 0 to 1: Jaro–Winkler, of long texts the share of common words. `None` for dates and
    /// numbers, and where a value is missing.
    pub fn likeness(&self, one: usize, other: usize) -> Option<f64> {
        let (one, other) = (self.codes[one], self.codes[other]);
        if one == MISSING || other == MISSING {
            return None;
        }
        let (one, other) = (&self.values[one as usize], &self.values[other as usize]);
        match self.kind {
            Kind::Text | Kind::Code => Some(jaro_winkler::similarity(one.text.chars(), other.text.chars())),
            Kind::Prose => Some(common_words(one, other)),
            Kind::Date | Kind::Number => None,
        }
    }

    /// The words of a record by number, where the values are texts of several words.
    pub fn words(&self, record: usize) -> &[u32] {
        let code = self.codes[record];
        if code == MISSING || !matches!(self.kind, Kind::Text | Kind::Prose) {
            return &[];
        }
        &self.values[code as usize].words
    }

    /// The place of the text of each value among the texts that are read from their ends.
    pub fn order_from_the_end(&self) -> Vec<u32> {
        let mut turned: Vec<(String, usize)> =
            self.values.iter().map(|value| value.text.chars().rev().collect()).zip(0..).collect();
        turned.sort_unstable();
        let mut order = vec![0; turned.len()];
        turned.iter().zip(0..).for_each(|(&(_, value), place)| order[value] = place);
        order
    }

    /// For each value a number of its first characters, by which records are brought together.
    pub fn beginnings(&self) -> Vec<u32> {
        const CHARACTERS: usize = 4;
        let mut numbers: HashMap<String, u32> = HashMap::default();
        let mut of_value = Vec::with_capacity(self.values.len());
        for value in &self.values {
            let beginning: String = value.text.chars().filter(|c| *c != ' ').take(CHARACTERS).collect();
            let next = numbers.len() as u32;
            of_value.push(*numbers.entry(beginning).or_insert(next));
        }
        of_value
    }
}

fn kind(texts: &[&str]) -> Kind {
    let share =
        |is: &dyn Fn(&str) -> bool| texts.iter().filter(|text| is(text)).count() as f64 / texts.len().max(1) as f64;
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    if words as f64 >= PROSE_WORDS * texts.len() as f64 {
        Kind::Prose
    } else if share(&|text| day(text).is_some()) >= MOST {
        Kind::Date
    } else if share(&|text| lustrate_table::parse_number(text).is_some()) >= MOST
        && texts.iter().any(|text| text.contains(['.', ',']) && lustrate_table::parse_number(text).is_some())
    {
        Kind::Number
    } else if share(&is_code) >= MOST {
        Kind::Code
    } else {
        Kind::Text
    }
}

/// Whether digits make up at least half of what is written.
fn is_code(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > 0 && 2 * digits >= text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The year and the two other numbers of a day in the order in which they are written, as eight digits.
fn day(text: &str) -> Option<String> {
    let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let other = |c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.' | ' ');
    if text.contains(other) {
        return None;
    }
    let (year, one, two) = match digits[..] {
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        [year, one, two] if year.len() == 4 => (year, one, two),
        [one, two, year] if year.len() == 4 => (year, one, two),
        _ => return None,
    };
    let (first, second): (u32, u32) = (one.parse().ok()?, two.parse().ok()?);
    let in_time = (1800..=2100).contains(&year.parse::<u32>().ok()?);
    let in_year = first.min(second) >= 1 && first.max(second) <= 31 && first.min(second) <= 12;
    (in_time && in_year).then(|| format!("{year}{first:02}{second:02}"))
}

/// Whether values are all different whole numbers, as those that number the rows are. Such a number of one row is never that
/// of another.
fn counts_rows(texts: &[&str], present: usize) -> bool {
    let whole = |text: &&str| !text.is_empty() && text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    texts.len() == present && texts.iter().all(whole)
}

/// A text without what is no part of its meaning: case, blanks and punctuation.
fn plain(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Date => day(text).unwrap_or_else(|| text.chars().filter(char::is_ascii_digit).take(LONGEST).collect()),
        Kind::Code => text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LONGEST).collect(),
        Kind::Number => {
            lustrate_table::parse_number(text).map_or_else(|| text.trim().to_lowercase(), lustrate_values::print_number)
        }
        Kind::Text | Kind::Prose => {
            let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
            let words: Vec<String> = parts.map(str::to_lowercase).collect();
            words.join(" ")
        }
    }
}

fn values(texts: impl Iterator<Item = String>) -> Vec<Value> {
    let mut numbers: HashMap<String, u32> = HashMap::default();
    let value = |text: String| {
        let mut words: Vec<u32> = Vec::new();
        for word in text.split(' ') {
            let next = numbers.len() as u32;
            words.push(*numbers.entry_ref(word).or_insert(next));
        }
        words.sort_unstable();
        words.dedup();
        let number = lustrate_table::parse_number(&text).unwrap_or(f64::NAN);
        Value { letters: text.chars().count(), is_ascii: text.is_ascii(), text, words, number }
    };
    texts.map(value).collect()
}

/// The difference of the quartiles of the distinct numbers.
fn spread(values: &[Value]) -> f64 {
    let mut numbers: Vec<f64> = values.iter().map(|value| value.number).filter(|number| number.is_finite()).collect();
    numbers.sort_by(f64::total_cmp);
    let at = |share: f64| numbers.get((share * numbers.len() as f64) as usize).copied().unwrap_or(0.0);
    at(0.75) - at(0.25)
}

fn text_level(one: &Value, other: &Value) -> Level {
    let longer = one.letters.max(other.letters).min(LONGEST);
    let slips = if longer < 3 { 0 } else { 1 + longer / 12 };
    let most = (longer * 3).div_ceil(10).max(slips);
    let distance = edits(one, other, most);
    let has_words = one.words.len().max(other.words.len()) > 1;
    if distance.is_some_and(|distance| distance <= slips) || has_words && same_letters(one, other) {
        return Level::Slip;
    }
    let begins = one.text.starts_with(&other.text) || other.text.starts_with(&one.text);
    if distance.is_some() || begins || has_words && common_words(one, other) >= 0.5 || looks_alike(one, other) {
        return Level::Alike;
    }
    Level::Differs
}

fn code_level(one: &Value, other: &Value) -> Level {
    let longer = one.letters.max(other.letters);
    match edits(one, other, 2) {
        Some(1) if longer > 1 => Level::Slip,
        Some(2) if longer >= 6 => Level::Alike,
        _ => Level::Differs,
    }
}

/// One digit wrong, neighbours exchanged, or month and day exchanged are slips; two of the three numbers are alike.
fn date_level(one: &Value, other: &Value) -> Level {
    let distance = edits(one, other, 2);
    if distance.is_some_and(|distance| distance < 2) {
        return Level::Slip;
    }
    let parts = |text: &Value| -> Option<[u32; 3]> {
        let part = |from: usize, to: usize| text.text.get(from..to)?.parse().ok();
        Some([part(0, 4)?, part(4, 6)?, part(6, 8)?])
    };
    let (Some(a), Some(b)) = (parts(one), parts(other)) else { return Level::Differs };
    if a == [b[0], b[2], b[1]] {
        return Level::Slip;
    }
    let same = a.iter().zip(&b).filter(|(a, b)| a == b).count();
    if same == 2 || distance.is_some() { Level::Alike } else { Level::Differs }
}

fn number_level(one: &Value, other: &Value, spread: f64) -> Level {
    if one.letters.max(other.letters) > 2 && edits(one, other, 1).is_some() {
        return Level::Slip;
    }
    let apart = (one.number - other.number).abs();
    let near = (0.02 * spread).max(0.001 * one.number.abs().max(other.number.abs()));
    if apart <= near { Level::Alike } else { Level::Differs }
}

fn prose_level(one: &Value, other: &Value) -> Level {
    match common_words(one, other) {
        common if common >= 0.8 => Level::Slip,
        common if common >= 0.4 => Level::Alike,
        _ => Level::Differs,
    }
}

/// The edits from one text to the other (optimal string alignment), at most so many, of as many letters as are compared.
fn edits(one: &Value, other: &Value, most: usize) -> Option<usize> {
    if one.letters.min(LONGEST).abs_diff(other.letters.min(LONGEST)) > most {
        return None;
    }
    let args = osa::Args::default().score_cutoff(most);
    if one.is_ascii && other.is_ascii {
        return osa::distance_with_args(one.text.bytes().take(LONGEST), other.text.bytes().take(LONGEST), &args);
    }
    osa::distance_with_args(shortened(one).chars(), shortened(other).chars(), &args)
}

/// The beginning of a text, up to which it is compared letter by letter.
fn shortened(value: &Value) -> &str {
    let end = value.text.char_indices().nth(LONGEST).filter(|_| value.letters > LONGEST);
    end.map_or(&value.text, |(end, _)| &value.text[..end])
}

/// Whether Jaro–Winkler finds texts alike: the ends of words that begin alike.
fn looks_alike(one: &Value, other: &Value) -> bool {
    let args = jaro_winkler::Args::default().score_cutoff(0.9);
    if one.letters.max(other.letters) > LONGEST {
        return false;
    }
    if one.is_ascii && other.is_ascii {
        return jaro_winkler::similarity_with_args(one.text.bytes(), other.text.bytes(), &args).is_some();
    }
    jaro_winkler::similarity_with_args(one.text.chars(), other.text.chars(), &args).is_some()
}

/// Whether texts differ only in their blanks, or in the order of their words.
fn same_letters(one: &Value, other: &Value) -> bool {
    let letters = |value: &Value| value.letters + 1 - value.text.split(' ').count();
    if letters(one) != letters(other) {
        return false;
    }
    one.words == other.words || one.text.chars().filter(|c| *c != ' ').eq(other.text.chars().filter(|c| *c != ' '))
}

/// The share of common words (Jaccard), from 0 to 1.
fn common_words(one: &Value, other: &Value) -> f64 {
    let (mut common, mut rest) = (0usize, other.words.as_slice());
    for word in &one.words {
        let skipped = rest.partition_point(|other| other < word);
        rest = &rest[skipped..];
        common += usize::from(rest.first() == Some(word));
    }
    common as f64 / (one.words.len() + other.words.len() - common).max(1) as f64
}
