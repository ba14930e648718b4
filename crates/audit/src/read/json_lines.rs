//! The form with a JSON object a line.

use std::collections::BTreeSet;
use std::fmt;

use lustrate_diagnostic::{Diagnostic, SourceText};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Read;
use crate::REPAIRS_HEADER;
use crate::entry::field;
use crate::line::{Fields, Mistakes};

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Read, Diagnostic> {
    let text = SourceText::decode(name, bytes)?.text;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut mistakes = Mistakes::new(name, "line");
    let mut records = Vec::new();
    for (at, line) in (1..).zip(text.split_inclusive('\n')) {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(line) {
            Ok(Value::Object(object)) => {
                if let Some(name) = second_field(line) {
                    let what = format!("it has a second `{name}`");
                    mistakes.push(at, "two-fields", what, "delete one of the two");
                }
                records.extend(fields(at, object, &mut mistakes));
            }
            Ok(_) => mistakes.push(at, "no-object", "it is no JSON object", "write a record as `{\"row\": 1, …}`"),
            Err(error) if !line.ends_with('\n') && error.is_eof() => {
                let help = "fetch the file again, or delete the line";
                mistakes.push(at, "cut-short", "the file ends in the middle of this line", help);
            }
            Err(error) => {
                let what = error.to_string();
                // The place is told already, and to the reader of one line every line is the first.
                let what = what.split(" at line ").next().unwrap_or_default();
                let what = format!("column {}: it is no JSON: {what}", error.column());
                mistakes.push(at, "no-json", what, "write the line as it was, or delete it");
            }
        }
    }
    Ok(Read { records, mistakes, metadata: None })
}

/// The first name that an object of JSON has twice, of which a map keeps the last value without a word.
fn second_field(line: &str) -> Option<String> {
    struct Names(Option<String>);
    impl<'de> Deserialize<'de> for Names {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_map(Reader)
        }
    }
    struct Reader;
    impl<'de> Visitor<'de> for Reader {
        type Value = Names;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
            let (mut seen, mut second) = (BTreeSet::new(), None);
            while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                if !seen.insert(name.clone()) {
                    second.get_or_insert(name);
                }
            }
            Ok(Names(second))
        }
    }
    serde_json::from_str::<Names>(line).ok().and_then(|names| names.0)
}

/// The fields of a record; `None` where one has a mistake.
fn fields(at: u64, mut object: Map<String, Value>, mistakes: &mut Mistakes) -> Option<Fields> {
    let mut texts: [Option<String>; 11] = Default::default();
    let mut whole = true;
    for (place, name) in REPAIRS_HEADER.into_iter().enumerate() {
        let value = object.remove(name);
        let is_value = matches!(place, field::OLD | field::NEW);
        texts[place] = match value {
            None if is_value => {
                let help = format!("write `\"{name}\": null` for a missing value");
                mistakes.push(at, "no-field", format!("there is no `{name}`"), help);
                whole = false;
                None
            }
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(Value::Number(number)) if !is_value => Some(number.to_string()),
            Some(Value::Array(items)) if place == field::KEY => {
                let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                Some(texts.join("|"))
            }
            Some(other) if is_value => {
                let help = format!("write a text in double quotes, or null: `\"{name}\": \"{other}\"`");
                mistakes.push(at, "no-text", format!("`{name}` is no text"), help);
                whole = false;
                None
            }
            // What no condition compares.
            Some(other) => Some(other.to_string()),
        };
    }
    whole.then_some(Fields { at, texts })
}
