//! Text of cells on a screen: nothing of it reaches the terminal as a command, and none is wider than its place.

use ratatui::style::Style;
use ratatui::text::Span;

/// A text with a picture for every control character, and without letters that turn the direction of others.
pub(super) fn printable(text: &str) -> String {
    let letter = |letter: char| match letter {
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + letter as u32).expect("there is a picture of each control character")
        }
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The same with a picture for each blank in front and behind, which could not be seen.
pub(super) fn printable_value(text: &str) -> String {
    let inner = text.trim_matches(' ');
    let before = text.len() - text.trim_start_matches(' ').len();
    let behind = text.len() - before - inner.len();
    "␣".repeat(before) + &printable(inner) + &"␣".repeat(behind)
}

/// The columns that a printable text takes.
pub(super) fn width(text: &str) -> usize {
    Span::raw(text).width()
}

/// The start of a printable text that takes so many columns at the most, with `…` where something is left out.
pub(super) fn fitted(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut fitted = String::new();
    let mut used = 0;
    for grapheme in Span::raw(text).styled_graphemes(Style::default()) {
        used += width(grapheme.symbol);
        if used + 1 > room {
            break;
        }
        fitted += grapheme.symbol;
    }
    if room > 0 { fitted + "…" } else { fitted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_the_screen() {
        assert_eq!(printable("a\x1b[31m\nb\u{9b}\u{202e}"), "a␛[31m␊b\u{fffd}\u{fffd}");
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        assert!(!printable(&all).chars().any(char::is_control));
    }

    #[test]
    fn blanks_around_a_value_are_seen() {
        assert_eq!(["a b ", "  a", "  "].map(printable_value), ["a b␣", "␣␣a", "␣␣"]);
    }

    #[test]
    fn wide_letters_are_not_cut_in_two() {
        assert_eq!(fitted("東京都", 6), "東京都");
        assert_eq!(fitted("東京都", 5), "東京…");
        assert_eq!(fitted("東京都", 4), "東…");
        assert_eq!((fitted("abc", 1), fitted("abc", 0)), ("…".to_owned(), String::new()));
    }
}
