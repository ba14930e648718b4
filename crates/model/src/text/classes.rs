//! Classes of characters, and strings cut into runs of a class.

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// What a token is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Class {
    /// A run of letters.
    Letters,
    /// A run of digits.
    Digits,
    /// One other character.
    Other(char),
}

fn class(c: char) -> Class {
    if c.is_ascii_alphabetic() {
        Class::Letters
    } else if c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric()) {
        Class::Digits
    } else if c.is_alphanumeric() {
        Class::Letters
    } else {
        Class::Other(c)
    }
}

/// Letter runs, digit runs and single other characters, with their classes.
pub(crate) fn tokens(text: &str) -> Vec<(Class, &str)> {
    let mut parts = Vec::new();
    let joins = |before, after| before == after && !matches!(after, Class::Other(_));
    split(text, joins, |class, text| parts.push((class, text)));
    parts
}

/// Runs of letters and digits together, and single other characters: the words of a text.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word));
    words
}

/// The words of a text, one after the other.
pub(crate) fn each_word<'t>(text: &'t str, mut each: impl FnMut(&'t str)) {
    let word = |class| matches!(class, Class::Letters | Class::Digits);
    split(text, |before, after| word(before) && word(after), |_, text| each(text));
}

fn split<'t>(text: &'t str, joins: impl Fn(Class, Class) -> bool, mut each: impl FnMut(Class, &'t str)) {
    // Where the part begins, its class, and that of the character before.
    let mut part: Option<(usize, Class, Class)> = None;
    for (place, c) in text.char_indices() {
        let now = class(c);
        part = match part {
            Some((start, first, before)) if joins(before, now) => Some((start, first, now)),
            Some((start, first, _)) => {
                each(first, &text[start..place]);
                Some((place, now, now))
            }
            None => Some((place, now, now)),
        };
    }
    if let Some((start, first, _)) = part {
        each(first, &text[start..]);
    }
}

/// The classes of a text without the lengths of runs: `12 Oak St.` and `7 Elm Rd.` are alike.
pub(crate) fn skeleton(text: &str) -> String {
    tokens(text).into_iter().map(|(class, _)| mark(class)).collect()
}

/// The classes of a text with the lengths of runs, letters up to four and digits up to six.
pub(crate) fn shape(text: &str) -> String {
    let mut shape = String::new();
    for (class, token) in tokens(text) {
        let most = match class {
            Class::Letters => 4,
            Class::Digits => 6,
            Class::Other(_) => 1,
        };
        shape.extend(std::iter::repeat_n(mark(class), token.chars().count().min(most)));
    }
    shape
}

fn mark(class: Class) -> char {
    match class {
        Class::Letters => 'a',
        Class::Digits => '9',
        Class::Other(c) => c,
    }
}

/// Whether a character has no business in most data: control characters, unassigned and private ones, and letters
/// and signs beyond the Latin scripts that are neither punctuation, space, currency nor a common symbol. A column
/// written in another script is recognised by the share of cells that hold such a character, not here.
pub(crate) fn is_alien(c: char) -> bool {
    if (' '..='~').contains(&c) {
        return false;
    }
    match get_general_category(c) {
        Category::Control | Category::PrivateUse | Category::Unassigned => true,
        Category::ConnectorPunctuation
        | Category::DashPunctuation
        | Category::OpenPunctuation
        | Category::ClosePunctuation
        | Category::InitialPunctuation
        | Category::FinalPunctuation
        | Category::OtherPunctuation
        | Category::SpaceSeparator
        | Category::LineSeparator
        | Category::ParagraphSeparator
        | Category::CurrencySymbol => false,
        Category::UppercaseLetter
        | Category::LowercaseLetter
        | Category::TitlecaseLetter
        | Category::ModifierLetter
        | Category::OtherLetter
            if c <= '\u{17f}' =>
        {
            false
        }
        _ => !"®™°½¼¾²³µº".contains(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_runs_of_a_class() {
        let cut = tokens("12b Rue_é");
        let texts: Vec<_> = cut.iter().map(|&(_, text)| text).collect();
        assert_eq!(texts, ["12", "b", " ", "Rue", "_", "é"]);
        assert_eq!(words("12b Rue_é"), ["12b", " ", "Rue", "_", "é"]);
        assert_eq!((skeleton("12b Rue"), shape("1234567 Lakeside")), ("9a a".into(), "999999 aaaa".into()));
        assert!(tokens("").is_empty());
    }

    #[test]
    fn accents_and_currency_are_no_aliens() {
        assert!("é€—ß 'ł".chars().all(|c| !is_alien(c)));
        assert!("\u{1}Жƒĝ".chars().filter(|&c| is_alien(c)).count() == 3, "control, Cyrillic and florin");
    }
}
