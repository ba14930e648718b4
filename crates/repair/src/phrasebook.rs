//! Sentences in little room. A large table has millions of reasons, which say the same of many cells: what comes again and again
//! in them is kept by number.

use std::fmt;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use lustrate_model::NOISES;
use lustrate_rules::Constraints;
use lustrate_table::Schema;
use serde::{Serialize, Serializer};

/// The bytes that are in no UTF-8. One of them begins a phrase, and with the byte behind it says which.
const LEADS: [u8; 13] = [0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];

/// The place of one of these bytes among them.
fn lead(byte: u8) -> Option<usize> {
    match byte {
        0xc0 | 0xc1 => Some(usize::from(byte - 0xc0)),
        0xf5.. => Some(usize::from(byte - 0xf5) + 2),
        _ => None,
    }
}

/// As many phrases as two bytes can tell apart.
const MOST_PHRASES: usize = LEADS.len() << 8;

/// What reasons are made of, beside the names of columns and rules. What is missing here is kept as it is.
const PHRASES: [&str; 28] = [
    " of ",
    " other rows with ",
    "\" agree; ",
    "\" agree",
    "it goes with ",
    " fits the column better",
    " fits the column and the row better",
    " is missing less often without it",
    "other columns of the row spell it",
    "it stands in ",
    ", exchanged with what is here",
    " in nearly all rows",
    "it is more usual than ",
    " beside this ",
    " in the column",
    " labelled cells that it would change so, it was right in ",
    " sources on ",
    " say so, ",
    " among them",
    " says so for ",
    " does not allow \"",
    "\" here",
    " asks for it",
    "\" here: either ",
    "not applied: ",
    "trailing blank",
    "leading blank",
    "missing value",
];

/// The phrases of the reasons of one run.
pub struct Phrasebook {
    phrases: Vec<String>,
    finds: AhoCorasick,
}

/// The reason of a repair, in a sentence. It displays as that.
#[derive(Clone)]
pub struct Reason {
    bytes: Box<[u8]>,
    book: Arc<Phrasebook>,
}

impl Phrasebook {
    /// That of a table and its rules.
    pub fn new(schema: &Schema, constraints: &Constraints) -> Self {
        let noises = NOISES.iter().map(|noise| format!("\": {}", noise.words()));
        let of_column = |column: &str| {
            [format!(" other rows with {column} = \""), format!("it goes with {column} \""), format!(", {column} = \"")]
        };
        let columns = schema.attributes().iter().flat_map(|attribute| of_column(&attribute.name));
        let of_rule = |rule: &str| {
            [format!("\" agree (rule {rule}); "), format!(" (rule {rule})"), format!("rule {rule} does not allow \"")]
        };
        let rules = constraints.iter().flat_map(|(_, constraint)| of_rule(&constraint.name));
        Phrasebook::of(PHRASES.map(str::to_owned).into_iter().chain(noises).chain(columns).chain(rules).collect())
    }

    fn of(mut phrases: Vec<String>) -> Self {
        phrases.truncate(MOST_PHRASES);
        let finds = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&phrases);
        Phrasebook { phrases, finds: finds.expect("there are few phrases") }
    }

    /// Keeps a reason.
    pub fn keep(self: &Arc<Self>, reason: &str) -> Reason {
        let (mut bytes, mut done) = (Vec::with_capacity(reason.len()), 0);
        for found in self.finds.find_iter(reason) {
            bytes.extend_from_slice(&reason.as_bytes()[done..found.start()]);
            let phrase = found.pattern().as_usize();
            bytes.extend([LEADS[phrase >> 8], phrase as u8]);
            done = found.end();
        }
        bytes.extend_from_slice(&reason.as_bytes()[done..]);
        Reason { bytes: bytes.as_slice().into(), book: Arc::clone(self) }
    }
}

impl fmt::Debug for Phrasebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.phrases).finish()
    }
}

impl Reason {
    /// The parts of the sentence, one behind the other.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let mut rest = &*self.bytes;
        std::iter::from_fn(move || {
            if let [first, second, behind @ ..] = rest
                && let Some(page) = lead(*first)
            {
                rest = behind;
                return Some(self.book.phrases[page << 8 | usize::from(*second)].as_str());
            }
            let end = rest.iter().position(|&byte| lead(byte).is_some()).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(end);
            rest = behind;
            let text = std::str::from_utf8(text).expect("phrases begin and end between the characters of a text");
            (!text.is_empty()).then_some(text)
        })
    }

    /// Whether there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The same reason with more behind it.
    pub(crate) fn followed_by(&self, more: &str) -> Reason {
        self.book.keep(&(self.to_string() + more))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().try_for_each(|part| f.write_str(part))
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

/// Reasons are the same that say the same.
impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        match Arc::ptr_eq(&self.book, &other.book) {
            true => self.bytes == other.bytes,
            false => self.to_string() == other.to_string(),
        }
    }
}

impl From<&str> for Reason {
    fn from(reason: &str) -> Self {
        static EMPTY: LazyLock<Arc<Phrasebook>> = LazyLock::new(|| Arc::new(Phrasebook::of(Vec::new())));
        EMPTY.keep(reason)
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        reason.as_str().into()
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_comes_again_takes_two_bytes() {
        let book = Arc::new(Phrasebook::of(vec!["other rows".into(), " of ".into(), "other".into()]));
        let reason = book.keep("5 of 6 other rows, no other");
        assert_eq!(reason.to_string(), "5 of 6 other rows, no other");
        assert_eq!(reason.bytes.len(), "5".len() + 2 + "6 ".len() + 2 + ", no ".len() + 2);
    }

    #[test]
    fn leads_have_their_places() {
        let found: Vec<(u8, usize)> = (0..=u8::MAX).filter_map(|byte| Some((byte, lead(byte)?))).collect();
        assert_eq!(found, LEADS.into_iter().zip(0..).collect::<Vec<_>>());
    }

    #[test]
    fn there_are_no_more_phrases_than_two_bytes_tell_apart() {
        let words: Vec<String> = (0..5000).map(|number| format!("<{number}>")).collect();
        let book = Arc::new(Phrasebook::of(words.clone()));
        assert!(words.iter().all(|word| book.keep(word).to_string() == *word));
        assert_eq!(book.keep("<3327>").bytes.len(), 2);
        assert_eq!(book.keep("<3328>").bytes.len(), 6);
    }

    proptest! {
        #[test]
        fn a_reason_says_what_was_kept(
            phrases in prop::collection::vec("[ab é]{1,4}", 0..600),
            text in "[ab é𝄞]{0,40}",
            other in "[ab é𝄞]{0,3}",
        ) {
            let book = Arc::new(Phrasebook::of(phrases));
            prop_assert_eq!(book.keep(&text).to_string(), &*text);
            prop_assert_eq!(&book.keep(&text), &Reason::from(text.as_str()));
            prop_assert_eq!(book.keep(&text) == book.keep(&other), text == other);
            prop_assert_eq!(book.keep(&text).followed_by(&other), book.keep(&(text + &other)));
        }
    }
}
