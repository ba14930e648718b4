//! The language of a column: how probable is a string, given the other strings?
//!
//! `b(u) = P(skeleton) · Π_j P(token_j | skeleton, j)`, each part estimated without the type that it is asked for,
//! so that a string repeated fifteen times is no evidence for itself (repair-model, "Type-level prior").

use crate::map::HashMap;
use lustrate_table::{Code, Dictionary};
use statrs::function::gamma::ln_gamma;

use super::classes::{Class, tokens};

/// The strings of a column cut into tokens once; the counts that change from round to round are passed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Language {
    values: Vec<Value>,
    skeletons: Vec<Vec<Class>>,
    /// How many slots (skeleton, place) there are.
    slots: usize,
    /// How many pairs (slot, text) there are.
    fillers: usize,
    words: Vec<Word>,
    bigrams: usize,
    characters: usize,
    /// For a string that was only proposed, the strings of which it may be what was meant.
    damaged: HashMap<usize, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Value {
    skeleton: u32,
    tokens: Vec<Token>,
}

/// A run of letters or digits in a slot.
#[derive(Clone, Copy, Debug)]
struct Token {
    /// The place within the skeleton, over all skeletons.
    slot: u32,
    /// The pair (slot, text), over all pairs.
    filler: u32,
    kind: TokenKind,
}

#[derive(Clone, Copy, Debug)]
enum TokenKind {
    /// The place of the text in `words`.
    Letters(u32),
    /// The number of digits.
    Digits(u32),
}

/// A run of letters as bigrams with marks for its start and end.
#[derive(Clone, Debug)]
struct Word {
    /// `(bigram, first character, occurrences in the word)`.
    bigrams: Vec<(u32, u32, f64)>,
}

/// Symbols that a bigram model spreads its smoothing over.
const SYMBOLS: f64 = 40.0;
const SMOOTHING: f64 = 0.05;

impl Language {
    /// Cuts every string of a dictionary.
    pub(crate) fn new(domain: &Dictionary) -> Self {
        let mut builder = Builder::default();
        builder.language.values.reserve_exact(domain.len());
        for (_, text) in domain.iter() {
            builder.add(text);
        }
        builder.language
    }

    /// Says of which written string a string is the mended form, both by their code. One that no cell holds is judged
    /// without a cell of what it mends: a damaged text is no evidence for a text that is like it but for the damage.
    pub(crate) fn mends(&mut self, meant: Code, written: Code) {
        self.damaged.entry(meant.index()).or_default().push(written.index());
    }

    /// The logarithm of the base probability of every string; `counts` holds how many cells hold each (whole
    /// numbers; a string of count 0 is judged as new).
    pub(crate) fn log_base(&self, counts: &[f64]) -> Vec<f64> {
        let sums = Sums::new(self, counts);
        let word_scores: Vec<f64> = self.words.iter().enumerate().map(|(id, word)| sums.word(id, word)).collect();
        let score = |(place, (value, &count)): (usize, (&Value, &f64))| {
            let skeleton = value.skeleton as usize;
            let length = self.skeletons[skeleton].len() as i32;
            let damaged = if count > 0.0 { Vec::new() } else { self.damaged_forms(place, counts) };
            let left_out = count + damaged.len() as f64;
            let left_out_here: Vec<&Value> = damaged.into_iter().filter(|d| d.skeleton == value.skeleton).collect();
            let others = sums.skeleton[skeleton] - count - left_out_here.len() as f64;
            let mut score = ((others + 0.5 * 0.3_f64.powi(length + 1)) / (sums.total - left_out + 0.5)).ln();
            for (place, token) in value.tokens.iter().enumerate() {
                let text = match token.kind {
                    TokenKind::Letters(word) => word_scores[word as usize],
                    TokenKind::Digits(length) => -f64::from(length) * 10.0_f64.ln() - 0.7,
                };
                let damaged = left_out_here.iter().map(|damaged| damaged.tokens[place].filler);
                score += sums.token(token, text, count, others.max(0.0), damaged);
            }
            score
        };
        self.values.iter().zip(counts).enumerate().map(score).collect()
    }

    /// The written strings that a string would mend.
    fn damaged_forms(&self, meant: usize, counts: &[f64]) -> Vec<&Value> {
        let damaged = self.damaged.get(&meant).into_iter().flatten();
        damaged.filter(|&&written| counts[written] > 0.0).map(|&written| &self.values[written]).collect()
    }
}

/// The counts of one round.
struct Sums {
    total: f64,
    skeleton: Vec<f64>,
    filler: Vec<f64>,
    /// Fillers of a slot that occur in one cell.
    single: Vec<f64>,
    word: Vec<f64>,
    bigram: Vec<f64>,
    first: Vec<f64>,
}

impl Sums {
    fn new(language: &Language, counts: &[f64]) -> Self {
        let mut sums = Sums {
            total: counts.iter().sum(),
            skeleton: vec![0.0; language.skeletons.len()],
            filler: vec![0.0; language.fillers],
            single: vec![0.0; language.slots],
            word: vec![0.0; language.words.len()],
            bigram: vec![0.0; language.bigrams],
            first: vec![0.0; language.characters],
        };
        let mut slot_of_filler = vec![0u32; language.fillers];
        for (value, &count) in language.values.iter().zip(counts).filter(|&(_, &count)| count > 0.0) {
            sums.skeleton[value.skeleton as usize] += count;
            for token in &value.tokens {
                sums.filler[token.filler as usize] += count;
                slot_of_filler[token.filler as usize] = token.slot;
                if let TokenKind::Letters(word) = token.kind {
                    sums.word[word as usize] += count;
                }
            }
        }
        for (word, &count) in language.words.iter().zip(&sums.word).filter(|&(_, &count)| count > 0.0) {
            for &(bigram, first, times) in &word.bigrams {
                sums.bigram[bigram as usize] += count * times;
                sums.first[first as usize] += count * times;
            }
        }
        for (filler, _) in sums.filler.iter().enumerate().filter(|&(_, &count)| count == 1.0) {
            sums.single[slot_of_filler[filler] as usize] += 1.0;
        }
        sums
    }

    /// The bigram score of a run of letters, with its own type left out.
    fn word(&self, id: usize, word: &Word) -> f64 {
        let own = self.word[id];
        let score = |&(bigram, character, times): &(u32, u32, f64)| {
            let same = (self.bigram[bigram as usize] - own * times).max(0.0);
            let first = (self.first[character as usize] - own).max(0.0);
            times * ((same + SMOOTHING) / (first + SMOOTHING * SYMBOLS)).ln()
        };
        word.bigrams.iter().map(score).sum()
    }

    /// The score of a token in its slot: the larger of its type-level evidence and of a new token; the cells
    /// with `damaged` in the slot, one each, are no evidence.
    fn token(
        &self,
        token: &Token,
        text: f64,
        count: f64,
        others: f64,
        damaged: impl Iterator<Item = u32> + Clone,
    ) -> f64 {
        let lent = damaged.clone().filter(|&filler| filler == token.filler).count() as f64;
        let lent_singles = damaged.filter(|&filler| self.filler[filler as usize] == 1.0).count() as f64;
        let same = (self.filler[token.filler as usize] - lent).max(0.0);
        let own_single = if count == 1.0 && same == 1.0 { 1.0 } else { 0.0 };
        let single = (self.single[token.slot as usize] - own_single - lent_singles).max(0.0);
        let escape = (single + 0.5) / (others + 1.0);
        let fresh = escape.ln() + text;
        let k = same.max(1.0);
        type_level(fresh, k, others + count + 1.0).max(fresh)
    }
}

/// Polya-urn evidence of a whole type, per token: `[log b + lgamma(k) - (k-1) log n] / k + 1 - 1/k`.
pub(crate) fn type_level(log_base: f64, k: f64, n: f64) -> f64 {
    (log_base + ln_gamma(k) - (k - 1.0) * n.ln()) / k + 1.0 - 1.0 / k
}

/// A language whose strings are being cut.
#[derive(Default)]
struct Builder<'d> {
    language: Language,
    skeletons: HashMap<Vec<Class>, u32>,
    first_slots: Vec<u32>,
    fillers: HashMap<(u32, &'d str), u32>,
    words: HashMap<&'d str, u32>,
    bigrams: HashMap<(char, char), u32>,
    characters: HashMap<char, u32>,
    /// The classes of the string that is cut.
    classes: Vec<Class>,
}

impl<'d> Builder<'d> {
    fn add(&mut self, text: &'d str) {
        let cut = tokens(text);
        let mut classes = std::mem::take(&mut self.classes);
        classes.clear();
        classes.extend(cut.iter().map(|&(class, _)| class));
        let skeleton = match self.skeletons.get(&classes) {
            Some(&skeleton) => skeleton,
            None => {
                let skeleton = self.language.skeletons.len() as u32;
                self.first_slots.push(self.language.slots as u32);
                self.language.slots += classes.len();
                self.skeletons.insert(classes.clone(), skeleton);
                self.language.skeletons.push(classes.clone());
                skeleton
            }
        };
        let mut tokens = Vec::with_capacity(classes.iter().filter(|class| !matches!(class, Class::Other(_))).count());
        self.classes = classes;
        for (place, (class, token)) in cut.into_iter().enumerate() {
            let kind = match class {
                Class::Letters => TokenKind::Letters(self.word(token)),
                Class::Digits => TokenKind::Digits(token.chars().count() as u32),
                Class::Other(_) => continue,
            };
            let slot = self.first_slots[skeleton as usize] + place as u32;
            let next = self.fillers.len() as u32;
            let filler = *self.fillers.entry((slot, token)).or_insert(next);
            tokens.push(Token { slot, filler, kind });
        }
        self.language.fillers = self.fillers.len();
        self.language.values.push(Value { skeleton, tokens });
    }

    fn word(&mut self, token: &'d str) -> u32 {
        if let Some(&word) = self.words.get(token) {
            return word;
        }
        let marked: Vec<char> = std::iter::once('\u{2}').chain(token.chars()).chain(std::iter::once('\u{3}')).collect();
        let mut bigrams: Vec<(u32, u32, f64)> = Vec::new();
        for pair in marked.windows(2) {
            let next = self.bigrams.len() as u32;
            let bigram = *self.bigrams.entry((pair[0], pair[1])).or_insert(next);
            let next = self.characters.len() as u32;
            let first = *self.characters.entry(pair[0]).or_insert(next);
            match bigrams.iter_mut().find(|(b, _, _)| *b == bigram) {
                Some((_, _, times)) => *times += 1.0,
                None => bigrams.push((bigram, first, 1.0)),
            }
        }
        self.language.bigrams = self.bigrams.len();
        self.language.characters = self.characters.len();
        let word = self.language.words.len() as u32;
        self.language.words.push(Word { bigrams });
        self.words.insert(token, word);
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_in_the_language_of_the_column_is_likelier_than_a_damaged_one() {
        let mut domain = Dictionary::new();
        for text in ["10 oak street", "12 oak street", "7 elm street", "9 pine road", "3 oak road", "8 9qk stxeet"] {
            domain.intern(text);
        }
        let base = Language::new(&domain).log_base(&[4.0, 3.0, 5.0, 2.0, 3.0, 1.0]);
        assert!(base[..5].iter().all(|&good| good > base[5] + 5.0), "{base:?}");
    }

    #[test]
    fn a_damaged_text_is_no_evidence_for_its_mended_form() {
        let mut domain = Dictionary::new();
        let long = "Ann Bell, Carl Dwyer, Eve Fox, Gus Hall";
        let mended = "Ann Bell, Carl Davis, Eve Fox, Gus Hall";
        for text in ["Ida Jones, Ken Lamb", "Max Noel, Oda Pratt", long, mended] {
            domain.intern(text);
        }
        let counts = [1.0, 1.0, 1.0, 0.0];
        let mut language = Language::new(&domain);
        let lent = language.log_base(&counts);
        language.mends(Code(3), Code(2));
        let own = language.log_base(&counts);
        assert!(lent[3] > own[3] + 10.0, "{lent:?} {own:?}");
        assert!(own[3] < own[2] + 10.0, "{own:?}");
    }
}
