//! HTML that cannot be broken by what it shows.
//!
//! Names of elements and attributes are of the program; everything else is text, and text is escaped where it enters. There is
//! no way to put a text from a table into a page as markup. What would change the page rather than be seen in it (control
//! characters, marks that turn the direction of writing) is shown by its number.

use std::fmt::{Display, Write};

/// A piece of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

/// An element that is being put together.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

/// An element without attributes or content.
pub(crate) fn tag(name: &'static str) -> Element {
    Element { name, attributes: String::new(), content: String::new() }
}

/// Elements that have no content and no end.
const VOID: [&str; 5] = ["br", "hr", "input", "link", "meta"];

impl Html {
    /// Markup that the program itself holds, as it is.
    pub(crate) fn own(markup: &'static str) -> Self {
        Html(markup.to_owned())
    }

    /// Text where no markup can be, such as in a title: what cannot be seen is shown by its number alone.
    pub(crate) fn plain(text: &str) -> Self {
        Html(escaped(text, Control::Text))
    }

    /// Nothing.
    pub(crate) fn none() -> Self {
        Html::default()
    }

    /// The bytes that it takes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The same with more behind it.
    pub(crate) fn and(mut self, more: impl Into<Html>) -> Self {
        self.0.push_str(&more.into().0);
        self
    }

    /// The markup.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl Element {
    /// The same with an attribute.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Display) -> Self {
        let value = escaped(&value.to_string(), Control::Text);
        write!(self.attributes, " {name}=\"{value}\"").expect("writing to a string does not fail");
        self
    }

    /// The same with an attribute without a value.
    pub(crate) fn flag(mut self, name: &'static str) -> Self {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self
    }

    /// The same with classes.
    pub(crate) fn class(self, names: &'static str) -> Self {
        self.attr("class", names)
    }

    /// The same with more content.
    pub(crate) fn with(mut self, content: impl Into<Html>) -> Self {
        self.content.push_str(&content.into().0);
        self
    }

    /// The same with more content, piece by piece.
    pub(crate) fn with_all<C: Into<Html>>(self, content: impl IntoIterator<Item = C>) -> Self {
        content.into_iter().fold(self, Element::with)
    }
}

impl From<Element> for Html {
    fn from(element: Element) -> Self {
        let Element { name, attributes, content } = element;
        if VOID.contains(&name) {
            Html(format!("<{name}{attributes}>"))
        } else {
            Html(format!("<{name}{attributes}>{content}</{name}>"))
        }
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Html(escaped(text, Control::Marked))
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Html::from(text.as_str())
    }
}

impl<C: Into<Html>> From<Option<C>> for Html {
    fn from(content: Option<C>) -> Self {
        content.map_or_else(Html::none, Into::into)
    }
}

impl<C: Into<Html>> FromIterator<C> for Html {
    fn from_iter<I: IntoIterator<Item = C>>(content: I) -> Self {
        content.into_iter().fold(Html::none(), Html::and)
    }
}

/// How a character is shown that cannot be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    /// By its number, marked as such.
    Marked,
    /// By its number, where there can be no mark.
    Text,
}

fn escaped(text: &str, control: Control) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ if is_unseen(char) => match control {
                Control::Marked => out.push_str(&format!("<span class=\"u\">{}</span>", char.escape_default())),
                Control::Text => out.extend(char.escape_default()),
            },
            _ => out.push(char),
        }
    }
    out
}

/// Whether a character would change the page rather than be seen in it: controls, breaks of lines and paragraphs, marks of
/// direction, and characters that are none. What joins letters or emoji is no such character, nor are marks above letters.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(char, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(char) & 0xfffe == 0xfffe
        || matches!(char, '\u{fdd0}'..='\u{fdef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Html::from(text).into_string()
    }

    #[test]
    fn markup_in_a_text_is_text() {
        assert_eq!(shown("<script>alert('x')</script>"), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
        let element = tag("td").attr("data-v", "\"><script>&").with("</style>");
        assert_eq!(
            Html::from(element).into_string(),
            "<td data-v=\"&quot;&gt;&lt;script&gt;&amp;\">&lt;/style&gt;</td>"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        assert_eq!(shown("a\u{202e}b"), "a<span class=\"u\">\\u{202e}</span>b");
        for char in ['\0', '\u{1b}', '\u{85}', '\u{2028}', '\u{2029}', '\u{2066}', '\u{feff}', '\u{ffff}', '\u{1fffe}']
        {
            let shown = shown(&char.to_string());
            assert!(shown.starts_with("<span class=\"u\">\\"), "{shown}");
        }
        assert_eq!(shown("\t\n"), "<span class=\"u\">\\t</span><span class=\"u\">\\n</span>");
    }

    #[test]
    fn what_belongs_to_a_script_or_an_emoji_stays() {
        for text in ["שלום", "👩\u{200d}🚀", "e\u{301}", "नमस्ते", "می\u{200c}خواهم"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn elements_are_nested_and_ended_where_they_have_content() {
        let list = tag("ul").class("a").with_all(["x", "y"].map(|text| tag("li").with(text)));
        assert_eq!(Html::from(list.clone()).len(), 39);
        let page: Html =
            [Html::from(list), tag("br").into(), tag("input").flag("disabled").into()].into_iter().collect();
        assert_eq!(page.into_string(), "<ul class=\"a\"><li>x</li><li>y</li></ul><br><input disabled>");
    }
}
