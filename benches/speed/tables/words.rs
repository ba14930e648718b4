//! Made-up words, each computed from its number.

use std::fmt;

/// None begins with another, so that different syllables give different words.
const SYLLABLES: [&str; 24] = [
    "ba", "ren", "tol", "mar", "vis", "ke", "lon", "dra", "sel", "fen", "gor", "hal", "ist", "jun", "kol", "lum",
    "nor", "pel", "quin", "ros", "sand", "thorn", "ulm", "wick",
];

/// A family of words of so many syllables. Words of one family differ where their numbers do, below 24 to the power of
/// the syllables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    syllables: u32,
    /// Where the family begins, so that families have different words at their first numbers.
    first: u64,
}

/// A word with a capital letter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    syllables: u32,
    number: u64,
}

impl Words {
    pub(super) const fn new(syllables: u32, first: u64) -> Self {
        Words { syllables, first }
    }

    /// How many words there are.
    pub(super) const fn count(self) -> u64 {
        (SYLLABLES.len() as u64).pow(self.syllables)
    }

    /// A word by its number.
    pub(super) fn word(self, number: u64) -> Word {
        // A factor that shares no divisor with the number of words visits each once, neighbours far apart.
        const FACTOR: u64 = 1_000_003;
        Word { syllables: self.syllables, number: (number + self.first) % self.count() * FACTOR % self.count() }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.number;
        for place in 0..self.syllables {
            let syllable = SYLLABLES[(rest % SYLLABLES.len() as u64) as usize];
            rest /= SYLLABLES.len() as u64;
            if place == 0 {
                f.write_str(&syllable[..1].to_ascii_uppercase())?;
                f.write_str(&syllable[1..])?;
            } else {
                f.write_str(syllable)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_syllable_begins_with_another() {
        for (place, syllable) in SYLLABLES.iter().enumerate() {
            let others = SYLLABLES.iter().enumerate().filter(|&(other, _)| other != place);
            assert!(others.into_iter().all(|(_, other)| !other.starts_with(syllable)), "{syllable}");
        }
    }

    #[test]
    fn different_numbers_are_different_words() {
        let words = Words::new(3, 17);
        let all: BTreeSet<String> = (0..words.count()).map(|number| words.word(number).to_string()).collect();
        assert_eq!(all.len() as u64, words.count());
        assert!(all.iter().all(|word| word.starts_with(|first: char| first.is_ascii_uppercase())));
    }
}
