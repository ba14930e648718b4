//! Values of cells as they are shown to people.

/// A value in double quotes on one line: control characters escaped, all else as it is, cut to so many characters.
/// Missing is a word without quotes, so that it cannot be taken for text.
///
/// ```
/// use lustrate_report::quoted;
///
/// assert_eq!(quoted(Some("Rome\n"), 40), r#""Rome\n""#);
/// assert_eq!(quoted(None, 40), "(missing)");
/// ```
pub fn quoted(value: Option<&str>, longest: usize) -> String {
    let Some(text) = value else { return "(missing)".to_owned() };
    let mut shown = String::from("\"");
    for char in cut(text, longest).chars() {
        match char {
            '"' => shown.push_str("\\\""),
            '\\' => shown.push_str("\\\\"),
            _ if char.is_control() => shown.extend(char.escape_default()),
            _ => shown.push(char),
        }
    }
    shown + "\""
}

/// Two values as [`quoted`] shows them. Where one is too long, what both start with is cut too, so that the place where
/// they differ is seen.
pub(crate) fn quoted_pair(old: Option<&str>, new: Option<&str>, longest: usize) -> (String, String) {
    let (Some(from), Some(to)) = (old, new) else { return (quoted(old, longest), quoted(new, longest)) };
    let same = from.chars().zip(to.chars()).take_while(|(from, to)| from == to).count();
    let is_long = from.chars().count().max(to.chars().count()) > longest;
    let dropped = if is_long { same.saturating_sub(longest / 3) } else { 0 };
    let shown = |text: &str| match dropped {
        0 => quoted(Some(text), longest),
        _ => quoted(Some(&format!("…{}", text.chars().skip(dropped).collect::<String>())), longest),
    };
    (shown(from), shown(to))
}

/// The text, or as much of its start as leaves room for the dots that say that there is more.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let start: String = text.chars().take(longest.saturating_sub(1)).collect();
    start.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_cannot_reach_a_terminal() {
        assert_eq!(quoted(Some("a\u{1b}[31m\"b\"\\\t"), 40), r#""a\u{1b}[31m\"b\"\\\t""#);
    }

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let (old, new) = (Some("patients who were taking drugz"), Some("patients who were taking drugs"));
        assert_eq!(quoted_pair(old, new, 12), ("\"…drugz\"".to_owned(), "\"…drugs\"".to_owned()));
        assert_eq!(quoted_pair(Some("drugz"), new, 12), ("\"drugz\"".to_owned(), "\"patients wh…\"".to_owned()));
        assert_eq!(quoted_pair(None, Some("x"), 12), ("(missing)".to_owned(), "\"x\"".to_owned()));
    }

    #[test]
    fn what_is_long_is_cut_at_a_character() {
        assert_eq!(quoted(Some("Süderländer"), 6), "\"Süder…\"");
        assert_eq!(quoted(Some("Süder"), 5), "\"Süder\"");
    }
}
