//! JSON text to a tree that knows where each value stands.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Node {
    pub value: Value,
    pub span: Span,
}

impl Node {
    /// Whether it is an object with a field of this name.
    pub fn has(&self, field: &str) -> bool {
        matches!(&self.value, Value::Object(members) if members.iter().any(|member| member.key == field))
    }
}

/// A value. Numbers are kept as they are written, so that none loses a digit.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A field of an object, in the order of the text.
#[derive(Debug)]
pub(crate) struct Member {
    pub key: String,
    pub at: Span,
    pub node: Node,
}

/// So many lists and objects may be open: more than the longest formula needs, and few enough to walk by recursion.
const MOST_DEPTH: usize = 300;

/// Reads a text that is one JSON value.
///
/// # Errors
/// The first place that is not JSON, is nested too deeply, or holds a text that no rule file holds.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Node, Diagnostic> {
    let start = if source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let whole: &RawValue =
        serde_json::from_str(&source.text[start..]).map_err(|error| not_json(source, start, &error))?;
    Reader { source }.node(whole, 0)
}

struct Reader<'a> {
    source: &'a Arc<SourceText>,
}

impl Reader<'_> {
    /// The place of a raw value, which is a piece of the source.
    fn span(&self, raw: &RawValue) -> Span {
        let start = raw.get().as_ptr().addr() - self.source.text.as_ptr().addr();
        Span::new(start, start + raw.get().len())
    }

    fn node(&self, raw: &RawValue, depth: usize) -> Result<Node, Diagnostic> {
        let (text, span) = (raw.get(), self.span(raw));
        if depth > MOST_DEPTH {
            let title = format!("more than {MOST_DEPTH} lists and objects within each other");
            return Err(Diagnostic::error("deep-json", title)
                .at(self.source, Span::new(span.start, span.start + 1), "too deep from here on")
                .help("write a condition with fewer signs"));
        }
        // The text as a whole is JSON, so that its pieces are; only texts may still hold what is none.
        let wrong = |error: serde_json::Error| not_json(self.source, span.start, &error);
        let value = match text.as_bytes()[0] {
            b'{' => {
                let Members(members) = serde_json::from_str(text).map_err(wrong)?;
                let member = |(key, value): (&RawValue, &RawValue)| {
                    Ok(Member { key: self.text(key)?, at: self.span(key), node: self.node(value, depth + 1)? })
                };
                Value::Object(members.into_iter().map(member).collect::<Result<_, _>>()?)
            }
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
                Value::List(items.into_iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            b'"' => Value::Text(self.text(raw)?),
            b'n' => Value::Null,
            b't' => Value::Bool(true),
            b'f' => Value::Bool(false),
            _ => Value::Number(text.to_owned()),
        };
        Ok(Node { value, span })
    }

    fn text(&self, raw: &RawValue) -> Result<String, Diagnostic> {
        let span = self.span(raw);
        let text: String = serde_json::from_str(raw.get()).map_err(|error| {
            Diagnostic::error("not-json", format!("the text is not JSON: {}", cause(&error)))
                .at(self.source, span, "half of a character")
                .help("write the character itself, or both halves as in `\\ud83d\\ude00`")
        })?;
        if text.contains('\0') {
            return Err(Diagnostic::error("not-json", "a text holds the character zero, which no text file holds")
                .at(self.source, span, "holds `\\u0000`")
                .help("leave `\\u0000` out"));
        }
        Ok(text)
    }
}

/// The fields of an object in their order, repeated ones too.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// What the reader of JSON says, without the place.
fn cause(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The diagnostic for a text that is not JSON, which begins at a byte of the source.
fn not_json(source: &Arc<SourceText>, start: usize, error: &serde_json::Error) -> Diagnostic {
    let text = &source.text[start..];
    let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut place = (line + error.column().saturating_sub(1)).min(text.len());
    if error.is_eof() {
        place = text.trim_end().len();
    }
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    let said = cause(error);
    if said.starts_with("control character") {
        // Its place is given as that of the character before.
        place += text[place..].find(char::is_control).unwrap_or_default();
    }
    let found = text[place..].chars().next().filter(|_| !error.is_eof());
    let before = text[..place].trim_end().chars().next_back();
    let help = match found {
        _ if error.is_eof() => "close what is open: a text with `\"`, a list with `]`, an object with `}`",
        Some('}' | ']') if before == Some(',') => "leave the comma before it out",
        Some('\'' | '“' | '”' | '`') => "write texts in double quotes",
        Some('#' | '/') => "JSON has no comments: write `\"before\": [\"COMMENT\"]` into the statement that follows",
        Some('"' | '{' | '[') => "write a comma between values, and a colon between the name of a field and its value",
        Some(c) if c.is_control() => "write `\\n` for a line end in a text and `\\t` for a tab",
        _ => "write texts and the names of fields in double quotes, and no comma behind the last",
    };
    let end = place + found.map_or(0, char::len_utf8);
    Diagnostic::error("not-json", format!("the file begins like JSON and is none: {said}"))
        .at(source, Span::new(start + place, start + end), "not JSON from here on")
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<String, (String, String)> {
        let source = Arc::new(SourceText::new("x.json", text));
        read(&source).map(|node| format!("{:?}", node.value)).map_err(|error| {
            let label = error.label.unwrap();
            let (line, column) = label.source.place(label.span.start);
            (
                format!("{line}:{column} {}", label.source.text.get(label.span.start..label.span.end).unwrap()),
                error.help.unwrap(),
            )
        })
    }

    #[test]
    fn every_value_knows_its_place() {
        let source = Arc::new(SourceText::new("x.json", "\u{feff} {\"é\\u00e9\" : [ 1.50e3, null,\ntrue ]}"));
        let node = read(&source).unwrap();
        let Value::Object(members) = &node.value else { panic!("{node:?}") };
        let Value::List(items) = &members[0].node.value else { panic!("{node:?}") };
        let at = |span: Span| &source.text[span.start..span.end];
        assert_eq!((at(members[0].at), members[0].key.as_str()), ("\"é\\u00e9\"", "éé"));
        assert_eq!(items.iter().map(|item| at(item.span)).collect::<Vec<_>>(), ["1.50e3", "null", "true"]);
        assert!(matches!(&items[0].value, Value::Number(number) if number == "1.50e3"));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place_and_a_mend() {
        let told = |text: &str| check(text).unwrap_err();
        let comma = "leave the comma before it out".to_owned();
        assert_eq!(told("{\"a\": [1,\n 2,]}"), ("2:4 ]".to_owned(), comma.clone()));
        assert_eq!(told("{\"é\": 1,\n}"), ("2:1 }".to_owned(), comma));
        assert_eq!(told("{'a': 1}"), ("1:2 '".to_owned(), "write texts in double quotes".to_owned()));
        assert_eq!(told("{\n# x\n}").0, "2:1 #");
        assert_eq!(told("{\"a\" 1}").0, "1:6 1");
        assert_eq!(told("{\"a\": 1 \"b\": 2}").0, "1:9 \"");
        assert_eq!(told("{\"a\": \"x\ny\"}").0, "1:9 \n");
        assert_eq!(told("{\"a\": [\n").0, "1:8 ");
        assert_eq!(told("{} x").0, "1:4 x");
        assert_eq!(told("{\"a\": 1e}").0, "1:9 }");
    }

    #[test]
    fn texts_that_no_file_holds_are_refused() {
        assert_eq!(check("{\"a\": \"x\\ud800\"}").unwrap_err().0, "1:7 \"x\\ud800\"");
        assert_eq!(check("{\"a\\u0000\": 1}").unwrap_err().1, "leave `\\u0000` out");
        assert!(check("[\"\\ud83d\\ude00\"]").is_ok());
    }

    #[test]
    fn very_deep_json_is_refused_and_not_walked() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(check(&deep).unwrap_err().0, "1:302 [");
        let deep = "[".repeat(300) + &"]".repeat(300);
        assert!(check(&deep).is_ok());
    }
}
