//! JSON that is written: values, and the layout of a file.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::ser::Formatter;

use crate::condition::Condition;
use crate::name::Name;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    True,
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

/// An object whose fields stay in the order in which they are added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    members: Vec<(&'static str, Json)>,
}

/// The greatest integer up to which a double holds every one.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Json {
    /// A text.
    pub fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// An object of one field.
    pub fn of(field: &'static str, value: Json) -> Json {
        Json::Object(Object::default().with(field, value))
    }

    /// The names of columns.
    pub fn names(names: &[Name]) -> Json {
        Json::List(names.iter().map(|name| Json::text(&name.text)).collect())
    }

    /// A number as it is written in a rule. One that a program which holds numbers as doubles would write otherwise
    /// (`007`, `0.10`, `9007199254740993`) is `{"number": "007"}`.
    pub fn number(written: &str) -> Json {
        exact(written).unwrap_or_else(|| Json::of("number", Json::text(written)))
    }

    /// A text of the table that a rule may write without quotes: a number where JSON writes it alike.
    pub fn scalar(text: &str) -> Json {
        exact(text).unwrap_or_else(|| Json::text(text))
    }

    /// A share, given in per cent.
    pub fn percent(percent: &str) -> Json {
        Json::of("percent", Json::Number(percent.parse().unwrap_or_default()))
    }

    /// The value on one line.
    pub fn line(&self) -> String {
        let mut line = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut line, OneLine);
        self.serialize(&mut serializer).expect("texts and numbers make JSON");
        String::from_utf8(line).expect("JSON is UTF-8")
    }
}

/// The number that JSON writes as this text, and every program that holds numbers as doubles too: how they write great
/// integers differs.
fn exact(written: &str) -> Option<Json> {
    let is_kept = |number: &f64| number.abs() < MOST_EXACT && !is_minus_zero(*number);
    let number = Json::Number(written.parse().ok().filter(is_kept)?);
    (number.line() == written).then_some(number)
}

impl Object {
    /// The object with a field more.
    pub fn with(mut self, field: &'static str, value: Json) -> Self {
        self.members.push((field, value));
        self
    }

    /// The object with a field more, where there is something to say.
    pub fn with_some(self, field: &'static str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// The object with a list more, unless it is empty.
    pub fn with_list(self, field: &'static str, items: Vec<Json>) -> Self {
        if items.is_empty() { self } else { self.with(field, Json::List(items)) }
    }

    /// The object with conditions more, unless there is none.
    pub fn with_conditions(self, field: &'static str, conditions: &[Condition]) -> Self {
        self.with_list(field, conditions.iter().map(Condition::to_json).collect())
    }

    /// These fields, and behind them those of another.
    pub fn and(mut self, other: Object) -> Self {
        self.members.extend(other.members);
        self
    }

    /// Whether it has no field.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::True => serializer.serialize_bool(true),
            Json::Number(number) if number.fract() == 0.0 && number.abs() < MOST_EXACT && !is_minus_zero(*number) => {
                serializer.serialize_i64(*number as i64)
            }
            Json::Number(number) => serializer.serialize_f64(*number),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Json::Object(Object { members }) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(field, value)| map.serialize_entry(field, value))?;
                map.end()
            }
        }
    }
}

fn is_minus_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

/// A file: what it is, a statement a line, and what stands behind them.
pub(super) fn file(version: u32, statements: &[Json], end: &[Json]) -> String {
    let list = |items: &[Json]| {
        let lines: Vec<_> = items.iter().map(|item| format!("\n    {}", item.line())).collect();
        if lines.is_empty() { "[]".to_owned() } else { format!("[{}\n  ]", lines.join(",")) }
    };
    let end = if end.is_empty() { String::new() } else { format!(",\n  \"end\": {}", list(end)) };
    format!("{{\n  \"version\": {version},\n  \"statements\": {}{end}\n}}\n", list(statements))
}

/// A value on one line, with a blank behind commas and colons.
struct OneLine;

impl Formatter for OneLine {
    fn begin_array_value<W: ?Sized + std::io::Write>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_doubles_do_not_keep_is_written_as_a_text() {
        for kept in ["0", "-3", "12.5", "9007199254740991", "1e-7"] {
            assert_eq!(Json::number(kept).line(), kept);
        }
        let great = ["9007199254740993", "-9612695000000000.0", "1e16", "1e999"];
        for lost in ["007", "0.10", "-0.0", "1.0", "1E5"].into_iter().chain(great) {
            assert_eq!(Json::number(lost).line(), format!("{{\"number\": \"{lost}\"}}"));
            assert_eq!(Json::scalar(lost).line(), format!("\"{lost}\""));
        }
    }

    #[test]
    fn every_double_is_written_so_that_it_is_read_as_the_same() {
        for number in [0.1, 1.0 / 3.0, 5e-324, f64::MAX, 1e20, 9_007_199_254_740_992.0, 0.95] {
            let written = Json::Number(number).line();
            assert_eq!(written.parse::<f64>().unwrap(), number, "{written}");
        }
    }
}
