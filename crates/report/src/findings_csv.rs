//! What breaks the rules, as delimited text.

use lustrate::{Findings, Formulas, Places, escape_formula, write_record};

use crate::DataName;
use crate::finding::{Finding, Kind, one_by_one, word};

/// The columns of [`findings_csv`].
pub const FINDINGS_HEADER: [&str; 10] =
    ["finding", "kind", "rule", "policy", "rule_file", "rule_line", "row", "line", "column", "message"];

/// One record for each cell to blame, for each row that is in no reference or is one thing with another, and for each check
/// that does not hold. Records of one cause have one number in `finding`; `kind` is `cell`, `unknown`, `duplicate` or
/// `check`, `row` the data row and `line` the line of the table's file, both from 1 and empty where there is none. Of a table of
/// several files these are the row and the line of one of them, which a further column, `file`, names.
///
/// Fields that a spreadsheet would take for formulas are escaped where that is asked for.
pub fn findings_csv(findings: &Findings, places: &Places, data: impl Into<DataName>, formulas: Formulas) -> String {
    let data = data.into();
    let is_several = !data.files().is_empty();
    let mut out = Vec::new();
    let mut write = |fields: [String; 10], file: &str| {
        let file = is_several.then(|| file.to_owned());
        let fields = fields.into_iter().chain(file).map(|field| match formulas {
            Formulas::AsTheyAre => field,
            Formulas::Escaped => escape_formula(&field).into_owned(),
        });
        write_record(&mut out, fields).expect("memory can be written to");
    };
    write(FINDINGS_HEADER.map(str::to_owned), "file");
    for (place, finding) in one_by_one(findings).iter().enumerate() {
        for (row, column) in records(finding) {
            let line = row.and_then(|row| places.line(row));
            let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
            let own = row.map(|row| data.own(row));
            let fields = [
                (place + 1).to_string(),
                kind(finding.kind).to_owned(),
                finding.rule.to_owned(),
                word(finding.meant).to_owned(),
                finding.file.to_owned(),
                finding.line.to_string(),
                number(own.map(|own| own.row)),
                number(line),
                column.to_owned(),
                finding.message.clone(),
            ];
            write(fields, own.map_or("", |own| own.file));
        }
    }
    String::from_utf8(out).expect("fields are UTF-8, and so are commas and quotes")
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Cells => "cell",
        Kind::Unknown => "unknown",
        Kind::Duplicate => "duplicate",
        Kind::Table => "check",
    }
}

/// The row and the column of each record of a finding.
fn records<'a>(finding: &Finding<'a>) -> Vec<(Option<u64>, &'a str)> {
    match finding.kind {
        Kind::Cells => finding.cells.iter().map(|cell| (Some(cell.row), cell.column.as_str())).collect(),
        Kind::Unknown | Kind::Duplicate => finding.rows.iter().map(|&row| (Some(row), "")).collect(),
        Kind::Table => vec![(None, "")],
    }
}
