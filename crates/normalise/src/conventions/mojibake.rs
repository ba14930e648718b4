//! Characters whose bytes were read in the wrong encoding.

use std::collections::BTreeMap;

use encoding_rs::{UTF_8, WINDOWS_1252};

use super::{Change, Convention, Find, Finding, Values};
use crate::traits::Traits;

/// UTF-8 that was read as Windows-1252, once or more often (`CafÃ©`, `â€™`), becomes what its bytes say in UTF-8.
///
/// A run of characters outside ASCII is read again only if all of its bytes are UTF-8, fewer characters come out, and
/// none of these is a control. One character alone must be a Latin letter or a mark that fits the letters beside it:
/// `CAFÉ’S` is not mojibake. What was lost (`Caf?`, U+FFFD) cannot be read again and stays.
pub(super) const MOJIBAKE: Convention = Convention {
    name: "mojibake",
    summary: "characters that were read in the wrong encoding (`CafÃ©`) are read again",
    probability: 0.98,
    find: Find::InColumn(find),
};

/// How often a text may have been read wrongly.
const DEEPEST: usize = 4;
/// Of two characters of Windows-1252 outside ASCII, the share that is UTF-8 by chance: 30 first bytes of two and 64 that
/// follow, of 128 each.
const CHANCE: f64 = 30.0 / 128.0 * 64.0 / 128.0;

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.any(Traits::NOT_ASCII) {
        return None;
    }
    let mut changes: BTreeMap<String, Option<String>> = BTreeMap::new();
    let (mut cells, mut spared) = (0, 0);
    for (text, &count) in values.cells.iter().filter(|(text, _)| !text.is_ascii()) {
        let plain = read_again(text);
        if plain != *text {
            cells += count;
            spared += text.chars().count() - plain.chars().count();
            changes.insert(text.clone(), Some(plain));
        }
    }
    let evidence = format!(
        "{cells} of {} values hold UTF-8 that was read as Windows-1252; read again they are {spared} characters shorter",
        values.present
    );
    // Each character that is spared would be one more chance.
    let agreement = 1.0 - CHANCE.powi(spared.try_into().unwrap_or(i32::MAX));
    let changes = changes.into_iter().map(|(old, new)| (old, Change { new, agreement }));
    Finding::weighed(evidence, changes.collect())
}

/// A text with the runs of characters outside ASCII that are UTF-8 read again.
fn read_again(text: &str) -> String {
    let mut now = text.to_owned();
    for _ in 0..DEEPEST {
        let next = once(&now);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

fn once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_ascii()) {
        plain.push_str(&rest[..start]);
        let behind = &rest[start..];
        let end = behind.find(|c: char| c.is_ascii()).unwrap_or(behind.len());
        let (run, after) = behind.split_at(end);
        match decoded(run).filter(|read| is_plausible(&plain, read)) {
            Some(read) => plain.push_str(&read),
            None => plain.push_str(run),
        }
        rest = after;
    }
    plain + rest
}

/// What the bytes of a run in Windows-1252 are in UTF-8; `None` where they are none.
fn decoded(run: &str) -> Option<String> {
    let (bytes, _, unmappable) = WINDOWS_1252.encode(run);
    if unmappable {
        return None;
    }
    let read = UTF_8.decode_without_bom_handling_and_without_replacement(&bytes)?;
    // That of a byte order mark is nothing.
    Some(read.replace('\u{feff}', ""))
}

/// Whether what was read again is likelier than what was there, behind a text.
fn is_plausible(before: &str, read: &str) -> bool {
    if read.chars().any(|c| c.is_control() || c == '\u{fffd}') {
        // Text that was read wrongly twice has controls in between.
        return decoded(read).is_some_and(|deeper| is_plausible(before, &deeper));
    }
    let mut characters = read.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else { return true };
    let mark = matches!(only, '\u{2010}'..='\u{2044}' | '\u{20a0}'..='\u{20cf}' | '\u{2122}' | '\u{2190}'..='\u{22ff}' | '\u{fb00}'..='\u{fb06}');
    let latin = matches!(only, '\u{a0}'..='\u{17f}');
    // A small letter does not stand within capitals.
    let mut last = before.chars().rev();
    let capitals = last.next().is_some_and(char::is_uppercase) && last.next().is_some_and(char::is_uppercase);
    mark || latin && !(capitals && only.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    fn becomes(odd: &str) -> Option<String> {
        find_in(&MOJIBAKE, &[("Rome", 20), (odd, 1)])?.changes[odd].new.clone()
    }

    #[test]
    fn what_was_read_wrongly_is_read_again() {
        for (odd, plain) in [
            ("CafÃ©", "Café"),
            ("Itâ€™s", "It’s"),
            ("â€œsoâ€\u{9d}", "“so”"),
            ("CAFÃ‰", "CAFÉ"),
            ("20 Â°C", "20 °C"),
            ("â‚¬5", "€5"),
            ("ÐœÐ¾Ñ\u{81}ÐºÐ²Ð°", "Москва"),
            ("CafÃƒÂ©", "Café"),
            ("Café MÃ¼ller", "Café Müller"),
        ] {
            assert_eq!(becomes(odd).as_deref(), Some(plain), "{odd}");
        }
    }

    #[test]
    fn what_is_as_plausible_stays() {
        for odd in ["Café", "SÃO PAULO", "Ã", "CAFÉ’S", "Caf\u{fffd}", "IRMÃ»", "Ünï¿½", "naïve – so", "Москва", "Â£Ã"]
        {
            assert_eq!(becomes(odd), None, "{odd}");
        }
    }

    #[test]
    fn one_character_is_less_sure_than_many() {
        let cells = [("Rome", 20), ("CafÃ©", 1), ("MÃ¼ller", 1)];
        let one = find_in(&MOJIBAKE, &cells[..2]).unwrap().changes["CafÃ©"].agreement;
        let two = find_in(&MOJIBAKE, &cells).unwrap().changes["CafÃ©"].agreement;
        assert!((0.85..0.9).contains(&one) && (0.98..0.99).contains(&two), "{one} {two}");
    }

    #[test]
    fn columns_without_such_characters_stay() {
        assert_eq!(changes_in(&MOJIBAKE, &[("Rome", 20), ("Zürich", 5)]), [""; 0]);
    }
}
