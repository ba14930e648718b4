//! What is known of the strings of one column before any context is asked: all of it a function of the distinct
//! values and their counts, so that a string is touched once for each distinct value.

use std::sync::Arc;

use crate::map::{HashMap, HashSet};
use lustrate_table::{Code, Dictionary};

use crate::channel;
use crate::proposals::{Backing, Doubt, Strings, alien_characters, digit_share, propose, put_in};
use crate::text::classes::shape;
use crate::text::language::Language;
use crate::text::near::{Looking, NearStrings};

/// The place of the missing value in vectors by slot.
pub(crate) const MISSING: usize = 0;

/// The place of a value in vectors by slot: its code and one, so that growing a dictionary moves no slot.
pub(crate) fn slot(code: Code) -> usize {
    code.0.wrapping_add(1) as usize
}

/// The value of a slot.
pub(crate) fn code(slot: usize) -> Code {
    Code((slot as u32).wrapping_sub(1))
}

/// The strings of a column. Vectors are by slot where said, and by code elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    /// The values that are written in the column, and behind them those that were only proposed.
    pub(crate) domain: Dictionary,
    /// How many cells hold each value as written, by slot.
    pub(crate) written: Vec<u32>,
    /// The language of the column.
    pub(crate) language: Language,
    /// Characters that do not belong to the column.
    pub(crate) alien: Vec<char>,
    /// Values that bear the mark of damage, by slot.
    pub(crate) suspect: Vec<bool>,
    /// What a value may have been before it was damaged, by its text alone.
    pub(crate) proposals: HashMap<Code, Vec<Code>>,
    /// Proposals that no other cell bears out: written and meant.
    guesses: HashSet<(Code, Code)>,
    /// Commoner values a few edits away.
    near: NearStrings,
    /// The share of the cells with the same shape, by slot.
    pub(crate) shape_share: Vec<f64>,
    /// Whether a value holds a letter, by slot.
    pub(crate) has_letter: Vec<bool>,
    /// How many cells are a value of the column with an alien character put in.
    pub(crate) put_in: u32,
    chars: Arc<[Box<[char]>]>,
    distinct_chars: Vec<u32>,
}

/// At most this many proposals are kept for a value.
const MOST_PROPOSALS: usize = 4;
/// Columns with a larger share of distinct values are not searched for near strings.
const NEAR_DISTINCT: f64 = 0.5;

impl Lexicon {
    /// Studies the strings of a column; `written` holds the count of every value by slot.
    ///
    /// Where near strings are looked for only when they are asked for, none reaches the prior of a value.
    pub(crate) fn new(values: &Dictionary, written: &[u32], looking: Looking) -> Self {
        let counts = &written[1..];
        let rows: f64 = written.iter().map(|&count| f64::from(count)).sum();
        let alien = alien_characters(values, counts, rows);
        let digit_share = digit_share(values, counts);
        let strings = Strings { domain: values, counts, rows, alien: &alien, digit_share };
        let mut domain = values.clone();
        let mut proposals: HashMap<Code, Vec<Code>> = HashMap::default();
        let mut doubted = Vec::new();
        let mut guesses = HashSet::default();
        for proposal in propose(&strings).into_iter().filter(|proposal| !proposal.meant.is_empty()) {
            let kept = proposals.entry(proposal.written).or_default();
            if proposal.doubt == Doubt::Suspect {
                doubted.push(proposal.written);
            }
            if kept.len() < MOST_PROPOSALS {
                let meant = domain.intern(&proposal.meant);
                if !kept.contains(&meant) {
                    kept.push(meant);
                    if proposal.backing == Backing::Guess {
                        guesses.insert((proposal.written, meant));
                    }
                }
            }
        }
        let distinct = counts.iter().filter(|&&count| count > 0).count();
        let searched = distinct as f64 <= NEAR_DISTINCT * rows;
        let mut lexicon = Lexicon::of_strings(domain, written);
        let near =
            if searched { NearStrings::new(values, &lexicon.chars, counts, looking) } else { NearStrings::default() };
        for (&written, meant) in &proposals {
            meant.iter().for_each(|&meant| lexicon.language.mends(meant, written));
        }
        lexicon.put_in = put_in(values, counts, &alien);
        lexicon.alien = alien;
        lexicon.proposals = proposals;
        lexicon.guesses = guesses;
        lexicon.near = near;
        doubted.into_iter().for_each(|code| lexicon.suspect[slot(code)] = true);
        lexicon
    }

    /// The strings of a column that nobody looks at: only which there are, and how often.
    pub(crate) fn unread(values: &Dictionary, written: &[u32]) -> Self {
        let slots = values.len() + 1;
        Lexicon {
            language: Language::default(),
            written: written.to_vec(),
            alien: Vec::new(),
            suspect: vec![false; slots],
            proposals: HashMap::default(),
            guesses: HashSet::default(),
            near: NearStrings::default(),
            shape_share: Vec::new(),
            has_letter: Vec::new(),
            put_in: 0,
            chars: Arc::default(),
            distinct_chars: Vec::new(),
            domain: values.clone(),
        }
    }

    fn of_strings(domain: Dictionary, written: &[u32]) -> Self {
        let mut counts = written.to_vec();
        counts.resize(domain.len() + 1, 0);
        let rows: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let shapes: Vec<String> = domain.iter().map(|(_, text)| shape(text)).collect();
        let mut cells: HashMap<&str, u32> = HashMap::default();
        for (shape, &count) in shapes.iter().zip(&counts[1..]) {
            *cells.entry(shape.as_str()).or_default() += count;
        }
        let of_shape = |shape: &String| f64::from(cells[shape.as_str()]) / rows;
        let shape_share =
            std::iter::once(f64::from(counts[MISSING]) / rows).chain(shapes.iter().map(of_shape)).collect();
        let letters = domain.iter().map(|(_, text)| text.chars().any(char::is_alphabetic));
        let has_letter = std::iter::once(false).chain(letters).collect();
        let chars: Arc<[Box<[char]>]> = domain.iter().map(|(_, text)| text.chars().collect()).collect();
        let distinct_chars = chars.iter().map(|chars| distinct(chars)).collect();
        Lexicon {
            language: Language::new(&domain),
            written: counts,
            alien: Vec::new(),
            suspect: vec![false; domain.len() + 1],
            proposals: HashMap::default(),
            guesses: HashSet::default(),
            near: NearStrings::default(),
            shape_share,
            has_letter,
            put_in: 0,
            chars,
            distinct_chars,
            domain,
        }
    }

    /// The number of slots: one for each value, and one for the missing value.
    pub(crate) fn slots(&self) -> usize {
        self.domain.len() + 1
    }

    /// A value as the error channel looks at it.
    pub(crate) fn strings(&self, code: Code) -> channel::Strings<'_> {
        channel::Strings { chars: &self.chars[code.index()], distinct: self.distinct_chars[code.index()] }
    }

    /// The commoner values a few edits away.
    pub(crate) fn near(&self, code: Code) -> &[Code] {
        self.near.of(code, &self.domain)
    }

    /// The same, as far as they were looked for before anybody asked.
    pub(crate) fn near_known(&self, code: Code) -> &[Code] {
        self.near.known(code)
    }

    /// Whether that a value was another is a mere proposal, which no other cell of the column bears out.
    pub(crate) fn is_guess(&self, written: Code, meant: Code) -> bool {
        self.guesses.contains(&(written, meant))
    }

    /// What a value may have been, by its text alone.
    pub(crate) fn proposals(&self, code: Code) -> &[Code] {
        self.proposals.get(&code).map_or(&[], Vec::as_slice)
    }
}

fn distinct(chars: &[char]) -> u32 {
    let mut sorted = chars.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() as u32
}
