//! What is known of the strings of one column before any context is asked: all of it a function of the distinct
//! values and their counts, so that a string is touched once for each distinct value.

use std::sync::Arc;

use crate::map::{HashMap, HashSet};
use lustrate_table::{Code, Dictionary};

use crate::channel;
use crate::proposals::{Backing, Doubt, Proposal, Strings, alien_characters, digit_share, propose, put_in};
use crate::text::chars::Chars;
use crate::text::classes::shape;
use crate::text::language::Language;
use crate::text::near::{Looking, Near, NearStrings};

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
    pub(crate) domain: Arc<Dictionary>,
    /// How many cells hold each value as written, by slot.
    pub(crate) written: Vec<u32>,
    spelling: Spelling,
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
    /// How many cells have each shape.
    shapes: HashMap<String, u32>,
    /// The number of cells.
    rows: f64,
    /// How many cells are a value of the column with an alien character put in.
    pub(crate) put_in: u32,
    chars: Arc<Chars>,
    distinct_chars: Vec<u32>,
}

/// How probable the strings of a column are.
#[derive(Clone, Debug)]
enum Spelling {
    /// By how often each of them is believed.
    Of(Language),
    /// The logarithms, by code, of cells that are believed as they are written.
    AsWritten(Arc<[f64]>),
}

/// At most this many proposals are kept for a value.
const MOST_PROPOSALS: usize = 4;
/// Columns with a larger share of distinct values are not searched for near strings.
const NEAR_DISTINCT: f64 = 0.5;

impl Lexicon {
    /// Studies the strings of a column; `written` holds the count of every value by slot.
    ///
    /// Where near strings are looked for only when they are asked for, none reaches the prior of a value, and cells are believed
    /// as they are written.
    pub(crate) fn new(values: Arc<Dictionary>, written: &[u32], looking: Looking) -> Self {
        let counts = &written[1..];
        let rows: f64 = written.iter().map(|&count| f64::from(count)).sum();
        let alien = alien_characters(&values, counts, rows);
        let digit_share = digit_share(&values, counts);
        let strings = Strings { domain: &values, counts, rows, alien: &alien, digit_share };
        let proposed: Vec<Proposal> = propose(&strings).into_iter().filter(|p| !p.meant.is_empty()).collect();
        let put_in = put_in(&values, counts, &alien);
        let mut domain = values;
        let mut proposals: HashMap<Code, Vec<Code>> = HashMap::default();
        let mut doubted = Vec::new();
        let mut guesses = HashSet::default();
        for proposal in proposed {
            let kept = proposals.entry(proposal.written).or_default();
            if proposal.doubt == Doubt::Suspect {
                doubted.push(proposal.written);
            }
            if kept.len() < MOST_PROPOSALS {
                let known = domain.find(&proposal.meant);
                let meant = known.unwrap_or_else(|| Arc::make_mut(&mut domain).intern(&proposal.meant));
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
        let mut language = Language::new(&domain);
        for (&written, meant) in &proposals {
            meant.iter().for_each(|&meant| language.mends(meant, written));
        }
        let mut lexicon = Lexicon::of_strings(domain, written);
        lexicon.spelling = match looking {
            Looking::AtOnce => Spelling::Of(language),
            Looking::WhenAsked => {
                let cells: Vec<f64> = lexicon.written[1..].iter().map(|&count| f64::from(count)).collect();
                Spelling::AsWritten(language.log_base(&cells).into())
            }
        };
        let near = if searched {
            NearStrings::new(&lexicon.domain, &lexicon.chars, counts, looking)
        } else {
            NearStrings::default()
        };
        lexicon.put_in = put_in;
        lexicon.alien = alien;
        lexicon.proposals = proposals;
        lexicon.guesses = guesses;
        lexicon.near = near;
        doubted.into_iter().for_each(|code| lexicon.suspect[slot(code)] = true);
        lexicon
    }

    /// The strings of a column that nobody looks at: only which there are, and how often.
    pub(crate) fn unread(values: Arc<Dictionary>, written: &[u32]) -> Self {
        let slots = values.len() + 1;
        Lexicon {
            spelling: Spelling::AsWritten(Arc::default()),
            written: written.to_vec(),
            alien: Vec::new(),
            suspect: vec![false; slots],
            proposals: HashMap::default(),
            guesses: HashSet::default(),
            near: NearStrings::default(),
            shapes: HashMap::default(),
            rows: written.iter().map(|&count| f64::from(count)).sum(),
            put_in: 0,
            chars: Arc::default(),
            distinct_chars: Vec::new(),
            domain: values,
        }
    }

    fn of_strings(domain: Arc<Dictionary>, written: &[u32]) -> Self {
        let mut counts = written.to_vec();
        counts.resize(domain.len() + 1, 0);
        let rows: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let mut shapes: HashMap<String, u32> = HashMap::default();
        for ((_, text), &count) in domain.iter().zip(&counts[1..]) {
            let shape = shape(text);
            match shapes.get_mut(&shape) {
                Some(cells) => *cells += count,
                None => _ = shapes.insert(shape, count),
            }
        }
        let chars = Chars::of(domain.iter().map(|(_, text)| text));
        let distinct_chars = chars.iter().map(distinct).collect();
        Lexicon {
            spelling: Spelling::AsWritten(Arc::default()),
            written: counts,
            alien: Vec::new(),
            suspect: vec![false; domain.len() + 1],
            proposals: HashMap::default(),
            guesses: HashSet::default(),
            near: NearStrings::default(),
            shapes,
            rows,
            put_in: 0,
            chars: Arc::new(chars),
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
        channel::Strings { chars: self.chars.of_place(code.index()), distinct: self.distinct_chars[code.index()] }
    }

    /// The logarithm of the base probability of every string, by code; `believed` says how many cells hold each.
    pub(crate) fn log_base(&self, believed: &[f64]) -> Arc<[f64]> {
        match &self.spelling {
            Spelling::Of(language) => language.log_base(believed).into(),
            Spelling::AsWritten(known) => Arc::clone(known),
        }
    }

    /// The share of the cells that have the shape of a value, at a slot.
    pub(crate) fn shape_share(&self, slot: usize) -> f64 {
        let cells = match self.domain.text(code(slot)) {
            None => self.written[MISSING],
            Some(text) => self.shapes.get(&shape(text)).copied().unwrap_or(0),
        };
        f64::from(cells) / self.rows
    }

    /// Whether a value, at a slot, holds a letter.
    pub(crate) fn has_letter(&self, slot: usize) -> bool {
        self.domain.text(code(slot)).is_some_and(|text| text.chars().any(char::is_alphabetic))
    }

    /// The commoner values a few edits away.
    pub(crate) fn near(&self, code: Code) -> Near {
        self.near.of(code, &self.domain)
    }

    /// The same, as far as they were looked for before anybody asked.
    pub(crate) fn near_known(&self, code: Code) -> &[Code] {
        self.near.known(code)
    }

    /// Whether near strings were looked for before anybody asked.
    pub(crate) fn knows_near(&self) -> bool {
        self.near.knows_all()
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
