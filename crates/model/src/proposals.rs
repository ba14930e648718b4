//! Candidates that come from the text of a cell alone: what it may have read before it was damaged.
//!
//! A source is one file with one function and one line in [`SOURCES`]; a proposal may be a text that the column has
//! never seen.

mod rare_word;
mod reversal;
mod slot_word;
mod stray;

use std::cell::OnceCell;

use lustrate_table::{Code, Dictionary};

use crate::map::HashMap;
use crate::text::classes::each_word;

/// A text that another may have been.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proposal {
    /// The value as it is written.
    pub(crate) written: Code,
    /// What it may have been.
    pub(crate) meant: String,
    /// Whether the written value looks wrong by itself, before any context is asked.
    pub(crate) doubt: Doubt,
    /// Whether other cells bear it out.
    pub(crate) backing: Backing,
}

/// Whether a value looks wrong by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It may well be right.
    None,
    /// It bears the mark of damage.
    Suspect,
}

/// Whether other cells of the column bear a proposal out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backing {
    /// They do.
    Cells,
    /// They do not: what is written looks damaged, and this is one of many texts that it may have been.
    Guess,
}

/// The strings of a column as the sources look at them.
pub(crate) struct Strings<'a> {
    /// The values that are written in the column.
    pub(crate) domain: &'a Dictionary,
    /// How many cells hold each value, by code.
    pub(crate) counts: &'a [u32],
    /// The number of cells of the column.
    pub(crate) rows: f64,
    /// Characters that do not belong to the column.
    pub(crate) alien: &'a [char],
    /// The share of digits among all characters.
    pub(crate) digit_share: f64,
}

impl Strings<'_> {
    fn count(&self, text: &str) -> Option<u32> {
        self.domain.find(text).map(|code| self.counts[code.index()]).filter(|&count| count > 0)
    }

    fn values(&self) -> impl Iterator<Item = (Code, &str, u32)> {
        let count = |code: Code| self.counts[code.index()];
        self.domain.iter().map(move |(code, text)| (code, text, count(code))).filter(|&(_, _, count)| count > 0)
    }
}

/// The words of the strings of a column, once a source asks for them.
pub(crate) struct Words<'a> {
    strings: &'a Strings<'a>,
    cut: OnceCell<Cut<'a>>,
}

/// A string of more words, with what stands between them, is prose: it is not cut, as each of its words would be held against all
/// others.
const PROSE: usize = 200;

/// Strings cut into words.
pub(crate) struct Cut<'a> {
    /// The words of all values, end to end.
    words: Vec<&'a str>,
    /// The values with where their words end and how many cells hold them.
    values: Vec<(Code, usize, u32)>,
    /// How many cells hold each word.
    cells: HashMap<&'a str, u32>,
}

impl<'a> Words<'a> {
    fn new(strings: &'a Strings<'a>) -> Self {
        Words { strings, cut: OnceCell::new() }
    }

    fn cut(&self) -> &Cut<'a> {
        self.cut.get_or_init(|| Cut::new(self.strings))
    }
}

impl<'a> Cut<'a> {
    fn new(strings: &'a Strings<'a>) -> Self {
        let mut cut = Cut { words: Vec::new(), values: Vec::new(), cells: HashMap::default() };
        let mut distinct: Vec<&str> = Vec::new();
        for (code, text, count) in strings.values() {
            let start = cut.words.len();
            each_word(text, |word| {
                cut.words.push(word);
                distinct.push(word);
            });
            if cut.words.len() - start > PROSE {
                cut.words.truncate(start);
                distinct.clear();
            }
            cut.values.push((code, cut.words.len(), count));
            distinct.sort_unstable();
            distinct.dedup();
            distinct.drain(..).for_each(|word| *cut.cells.entry(word).or_default() += count);
        }
        cut
    }

    /// The values with their words and how many cells hold them.
    fn values(&self) -> impl Iterator<Item = (Code, &[&'a str], u32)> {
        let mut start = 0;
        self.values.iter().map(move |&(code, end, count)| {
            let words = &self.words[start..end];
            start = end;
            (code, words, count)
        })
    }
}

type Source = for<'a> fn(&Strings<'a>, &Words<'a>) -> Vec<Proposal>;

/// All sources, in the order in which their proposals are kept where a value has too many.
const SOURCES: [(&str, Source); 4] = [
    ("stray", stray::propose),
    ("reversal", reversal::propose),
    ("slot_word", slot_word::propose),
    ("rare_word", rare_word::propose),
];

/// The proposals of all sources.
pub(crate) fn propose(strings: &Strings<'_>) -> Vec<Proposal> {
    let words = Words::new(strings);
    SOURCES.iter().flat_map(|(_, source)| source(strings, &words)).collect()
}

pub(crate) use stray::{alien_characters, digit_share, put_in};

#[cfg(test)]
mod tests {
    use super::*;

    /// Proposals of all sources for a column given as values with counts.
    pub(super) fn proposed(values: &[(&str, u32)]) -> Vec<(String, String, Doubt)> {
        let mut domain = Dictionary::new();
        values.iter().for_each(|(text, _)| {
            domain.intern(text);
        });
        let counts: Vec<u32> = values.iter().map(|&(_, count)| count).collect();
        let rows = f64::from(counts.iter().sum::<u32>());
        let alien = alien_characters(&domain, &counts, rows);
        let digit_share = digit_share(&domain, &counts);
        let strings = Strings { domain: &domain, counts: &counts, rows, alien: &alien, digit_share };
        let name = |code| domain.text(code).unwrap_or_default().to_owned();
        propose(&strings).into_iter().map(|p| (name(p.written), p.meant, p.doubt)).collect()
    }

    #[test]
    fn the_list_names_every_source_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/proposals");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of the sources is here")
            .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().replace(".rs", ""))
            .collect();
        let mut names: Vec<&str> = SOURCES.iter().map(|&(name, _)| name).collect();
        files.sort();
        names.sort_unstable();
        assert_eq!(files, names);
    }
}
