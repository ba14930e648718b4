//! Values of cells on a page.

use super::difference::{Part, difference};
use super::html::{Html, tag};
use crate::values::cut;

/// Characters of a value that are shown in a table.
pub(crate) const LONGEST: usize = 80;
/// Characters of a name that are shown.
const LONGEST_NAME: usize = 60;

/// A value, or that there is none; its own direction of writing does not reach what stands beside it.
pub(crate) fn value(text: Option<&str>) -> Html {
    match text {
        None => absent("missing"),
        Some("") => absent("empty"),
        Some(text) => tag("bdi").class("v").with(spaced(&cut(text, LONGEST))).into(),
    }
}

/// What was written and what it should read, with the characters marked in which they differ.
pub(crate) fn change(old: Option<&str>, new: Option<&str>) -> (Html, Html) {
    let (Some(from), Some(to)) = (old, new) else { return (value(old), value(new)) };
    let (from_parts, to_parts) = difference(from, to, LONGEST);
    let shown = |text: &str, parts: &[Part], mark: &'static str| match text {
        "" => absent("empty"),
        _ => tag("bdi").class("v").with_all(parts.iter().map(|part| marked(part, mark))).into(),
    };
    (shown(from, &from_parts, "del"), shown(to, &to_parts, "ins"))
}

/// The name of a column, a rule or a file.
pub(crate) fn name(text: &str) -> Html {
    match text {
        "" => absent("no name"),
        _ => tag("bdi").with(cut(text, LONGEST_NAME)).into(),
    }
}

/// The name of a file without the folders on its way.
pub(crate) fn file_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if name.is_empty() { path } else { name }
}

/// A text in which what stands between backticks is code.
pub(crate) fn prose(text: &str) -> Html {
    let piece = |(place, piece): (usize, &str)| match place % 2 {
        0 => Html::from(piece),
        _ => tag("code").with(piece).into(),
    };
    text.split('`').enumerate().map(piece).collect()
}

fn marked(part: &Part, mark: &'static str) -> Html {
    match part {
        Part::Same(text) => Html::from(text.as_str()),
        // A blank that is wrong must be seen.
        Part::Differs(text) if text.trim().is_empty() => {
            tag(mark).with(text.replace(' ', "␣").replace('\u{a0}', "⍽")).into()
        }
        Part::Differs(text) => tag(mark).with(spaced(text)).into(),
        Part::Cut => "…".into(),
    }
}

/// Blanks at the ends are seen.
fn spaced(text: &str) -> Html {
    let inner = text.trim_matches(' ');
    let blanks = |count: usize| (count > 0).then(|| tag("span").class("u").with("␣".repeat(count)));
    let start = text.len() - text.trim_start_matches(' ').len();
    let end = if inner.is_empty() { 0 } else { text.len() - text.trim_end_matches(' ').len() };
    Html::from(blanks(start)).and(inner).and(blanks(end))
}

fn absent(word: &'static str) -> Html {
    tag("span").class("none").with(word).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_empty_and_the_word_are_three_things() {
        let [missing, empty, word] = [None, Some(""), Some("missing")].map(|text| value(text).into_string());
        assert_eq!(missing, "<span class=\"none\">missing</span>");
        assert_eq!(empty, "<span class=\"none\">empty</span>");
        assert_eq!(word, "<bdi class=\"v\">missing</bdi>");
    }

    #[test]
    fn blanks_are_seen_where_they_matter() {
        let ends = value(Some("  a b ")).into_string();
        assert_eq!(ends, "<bdi class=\"v\"><span class=\"u\">␣␣</span>a b<span class=\"u\">␣</span></bdi>");
        assert_eq!(value(Some("   ")).into_string(), "<bdi class=\"v\"><span class=\"u\">␣␣␣</span></bdi>");
        let (old, _) = change(Some("New  York"), Some("New York"));
        assert_eq!(old.into_string(), "<bdi class=\"v\">New <del>␣</del>York</bdi>");
    }

    #[test]
    fn a_file_is_called_by_its_name_alone() {
        let shown = ["a/b.csv", "b.csv", "C:\\a\\b.csv", "a/", ""].map(file_name);
        assert_eq!(shown, ["b.csv", "b.csv", "b.csv", "a/", ""]);
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_still_text() {
        assert_eq!(prose("write `fd <b>` here").into_string(), "write <code>fd &lt;b&gt;</code> here");
    }

    #[test]
    fn a_value_is_text_wherever_it_differs() {
        let (old, new) = change(Some("a<b>"), Some("a<c>"));
        assert_eq!(old.into_string(), "<bdi class=\"v\">a&lt;<del>b</del>&gt;</bdi>");
        assert_eq!(new.into_string(), "<bdi class=\"v\">a&lt;<ins>c</ins>&gt;</bdi>");
    }
}
