//! The repairs file: one record for each cell that was changed or should be looked at.

use std::io::{self, Write};

use lustrate::{Alternative, Decision, Repair, write_record};
use serde::Serialize;

/// The columns of the repairs file.
pub const REPAIRS_HEADER: [&str; 11] =
    ["row", "line", "key", "column", "old", "new", "confidence", "decision", "rule", "reason", "alternatives"];

/// A form of the repairs file. Both have the fields of [`REPAIRS_HEADER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairsForm {
    /// Comma-separated, with a header. Missing is the empty field; keys and alternatives are joined by `|`.
    Csv,
    /// A JSON object a line. Missing is `null`; keys and alternatives are lists.
    JsonLines,
}

impl RepairsForm {
    /// The form for the extension of a file name, without regard to case; `None` where there is no such form.
    pub fn by_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(RepairsForm::Csv),
            "jsonl" => Some(RepairsForm::JsonLines),
            _ => None,
        }
    }
}

/// Writes all repairs, in the order that they have: by row and then by column.
///
/// # Errors
/// Those of the writer.
pub fn write_repairs<W: Write + ?Sized>(out: &mut W, repairs: &[Repair], form: RepairsForm) -> io::Result<()> {
    match form {
        RepairsForm::Csv => {
            write_record(out, REPAIRS_HEADER)?;
            repairs.iter().try_for_each(|repair| write_record(out, fields(repair)))
        }
        RepairsForm::JsonLines => repairs.iter().try_for_each(|repair| {
            serde_json::to_writer(&mut *out, &Line::new(repair))?;
            out.write_all(b"\n")
        }),
    }
}

/// The fields of one record, in the order of the header.
fn fields(repair: &Repair) -> [String; 11] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        repair.row.to_string(),
        repair.line.map(|line| line.to_string()).unwrap_or_default(),
        repair.key.join("|"),
        repair.column.clone(),
        text(&repair.old),
        text(&repair.new),
        rounded_down(repair.confidence, 4),
        decision(repair.decision).to_owned(),
        text(&repair.rule),
        repair.reason.clone(),
        alternatives(&repair.alternatives),
    ]
}

/// A record as JSON: the schema of the file, whatever else an outcome knows of a repair.
#[derive(Serialize)]
struct Line<'a> {
    row: u64,
    line: Option<u64>,
    key: &'a [String],
    column: &'a str,
    old: Option<&'a str>,
    new: Option<&'a str>,
    confidence: f64,
    decision: &'static str,
    rule: Option<&'a str>,
    reason: &'a str,
    alternatives: &'a [Alternative],
}

impl<'a> Line<'a> {
    fn new(repair: &'a Repair) -> Self {
        Line {
            row: repair.row,
            line: repair.line,
            key: &repair.key,
            column: &repair.column,
            old: repair.old.as_deref(),
            new: repair.new.as_deref(),
            confidence: repair.confidence,
            decision: decision(repair.decision),
            rule: repair.rule.as_deref(),
            reason: &repair.reason,
            alternatives: &repair.alternatives,
        }
    }
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Apply => "apply",
        Decision::Review => "review",
    }
}

fn alternatives(alternatives: &[Alternative]) -> String {
    let shown = alternatives.iter().map(|alternative| {
        let value = alternative.value.as_deref().unwrap_or("(missing)");
        format!("{value} {}", rounded_down(alternative.probability, 2))
    });
    shown.collect::<Vec<_>>().join(" | ")
}

/// A probability is never shown as higher than it is: 0.99996 is 0.9999, not 1.0000.
pub(crate) fn rounded_down(probability: f64, places: u32) -> String {
    let scale = 10_f64.powi(places as i32);
    let places = places as usize;
    format!("{:.places$}", (probability * scale).floor() / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair() -> Repair {
        Repair {
            row: 4127,
            line: Some(4130),
            key: vec!["10001".into(), "P-1".into()],
            column: "city".into(),
            old: Some("Rom, \"A\"".into()),
            new: None,
            confidence: 0.999_96,
            decision: Decision::Apply,
            doubt: None,
            kind: lustrate::ErrorKind::Typo,
            rule: Some("zip".into()),
            reason: "28 of 28 agree".into(),
            alternatives: vec![
                Alternative { value: Some("Rome".into()), probability: 0.029 },
                Alternative { value: None, probability: 0.01 },
            ],
        }
    }

    fn written(form: RepairsForm) -> String {
        let mut out = Vec::new();
        write_repairs(&mut out, &[repair()], form).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_has_the_fields_of_the_schema() {
        let expected = "\
row,line,key,column,old,new,confidence,decision,rule,reason,alternatives
4127,4130,10001|P-1,city,\"Rom, \"\"A\"\"\",,0.9999,apply,zip,28 of 28 agree,Rome 0.02 | (missing) 0.01
";
        assert_eq!(written(RepairsForm::Csv), expected);
    }

    #[test]
    fn a_line_of_json_has_the_same_fields() {
        let line: serde_json::Value = serde_json::from_str(&written(RepairsForm::JsonLines)).unwrap();
        let mut fields: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut header = REPAIRS_HEADER;
        fields.sort_unstable();
        header.sort_unstable();
        assert_eq!(fields, header);
        assert!(line["new"].is_null());
        assert_eq!(line["alternatives"][0]["value"], "Rome");
    }

    #[test]
    fn a_confidence_is_never_shown_as_higher_than_it_is() {
        assert_eq!(rounded_down(0.999_96, 4), "0.9999");
        assert_eq!(rounded_down(1.0, 4), "1.0000");
        assert_eq!(rounded_down(0.97, 2), "0.97");
    }

    #[test]
    fn the_form_follows_the_extension() {
        assert_eq!(RepairsForm::by_extension("CSV"), Some(RepairsForm::Csv));
        assert_eq!(RepairsForm::by_extension("jsonl"), Some(RepairsForm::JsonLines));
        assert_eq!(RepairsForm::by_extension("parquet"), None);
    }
}
