//! The form with a JSON object a line.

use lustrate_diagnostic::{Diagnostic, SourceText};
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
            Ok(Value::Object(object)) => records.extend(fields(at, object, &mut mistakes)),
            Ok(_) => mistakes.push(at, "no-object", "it is no JSON object", "write a record as `{\"row\": 1, …}`"),
            Err(error) if !line.ends_with('\n') && error.is_eof() => {
                let help = "fetch the file again, or delete the line";
                mistakes.push(at, "cut-short", "the file ends in the middle of this line", help);
            }
            Err(error) => {
                let what = format!("column {}: it is no JSON: {error}", error.column());
                mistakes.push(at, "no-json", what, "write the line as it was, or delete it");
            }
        }
    }
    Ok(Read { records, mistakes, metadata: None })
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
