//! Reading the form for spreadsheets.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::alike::{Likeness, likeness};
use crate::find::Finder;
use crate::lost::{LostRow, tell_lost};
use crate::mistakes::{Mistake, Mistakes};
use crate::records::Record;
use crate::rewritten::Rewritten;
use crate::sheet::{CORRECT, ORIGINAL, ROW_HEADER, Sheet, SheetRow, YES, field};
use crate::spelling::{said, value};
use crate::why::proposals_of;
use crate::{Question, Said};

/// A sheet with the line of each of its rows.
pub(crate) struct ReadSheet {
    pub(crate) sheet: Sheet,
    /// The line that was filled in, for each row.
    pub(crate) lines: Vec<usize>,
}

/// Whether a header is that of the form.
pub(crate) fn is_sheet(header: &Record) -> bool {
    (0..ROW_HEADER.len()).all(|place| header.text(place).trim().eq_ignore_ascii_case(ROW_HEADER[place]))
}

/// A line of the file.
struct Line<'r> {
    record: &'r Record,
    number: Option<u64>,
    is_correct: bool,
    checked: bool,
    /// Whether there is a mistake in it, which has been told.
    is_bad: bool,
}

/// What is written and what is correct of one row.
struct Pair<'r> {
    original: &'r Record,
    correct: &'r Record,
    number: u64,
    checked: bool,
}

/// Reads the records below the header.
pub(crate) fn read_sheet(
    source: &Arc<SourceText>,
    records: &[Record],
    table: &Table,
    finder: &Finder<'_>,
    mistakes: &mut Mistakes<'_>,
) -> ReadSheet {
    let [header, records @ ..] = records else { return ReadSheet { sheet: Sheet::default(), lines: Vec::new() } };
    let columns = columns(source, header, table, mistakes);
    let lines: Vec<Line<'_>> = records.iter().filter_map(|record| line(record, header, mistakes)).collect();
    let pairs = pairs(&lines, &columns, mistakes);
    let found = find(source, &pairs, &columns, finder, mistakes);
    let mut rewritten = Rewritten::default();
    for (pair, row) in &found {
        for &(place, attribute) in &columns {
            rewritten.look(
                table.text(CellId { row: *row, attribute }),
                value(pair.original.text(place)).as_deref(),
                attribute,
            );
        }
    }
    let mut read = ReadSheet {
        sheet: Sheet { columns: columns.iter().map(|&(_, attribute)| attribute).collect(), rows: Vec::new() },
        lines: Vec::new(),
    };
    for (pair, row) in found {
        let proposals = proposals_of(table.schema(), pair.correct.text(field::WHY));
        let cell = |&(place, attribute): &(usize, AttributeId)| {
            let proposed = proposals.iter().find(|proposal| proposal.attribute == attribute);
            let proposed = proposed.and_then(|proposal| proposal.value.as_deref());
            let said = cell(pair, place, CellId { row, attribute }, proposed, &rewritten, table);
            said.unwrap_or_else(|unsure| {
                if pair.checked {
                    mistakes.push(pair.correct.span_of(place), unsure);
                }
                Said::Unknown
            })
        };
        let cells = columns.iter().map(cell).collect();
        let who = [pair.correct, pair.original].map(|record| record.text(field::WHO).trim().to_owned());
        let question = Question { row, why: pair.original.text(field::WHY).to_owned(), proposals };
        let who = who.into_iter().find(|who| !who.is_empty());
        read.sheet.rows.push(SheetRow { question, cells, checked: pair.checked, who });
        read.lines.push(pair.correct.line);
    }
    read
}

/// The columns of the table that the file has, each with its place there.
fn columns(
    source: &Arc<SourceText>,
    header: &Record,
    table: &Table,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(usize, AttributeId)> {
    let schema = table.schema();
    let front = ROW_HEADER.len();
    let named = header.fields.iter().rposition(|field| !field.text.trim().is_empty()).map_or(0, |last| last + 1);
    let as_table = named.max(front) - front <= schema.len()
        && schema.ids().all(|id| likeness(schema.name(id), header.text(front + id.index())) != Likeness::Different);
    if as_table {
        return schema.ids().map(|id| (front + id.index(), id)).collect();
    }
    let mut columns: Vec<(usize, AttributeId)> = Vec::new();
    let mut unknown = Vec::new();
    for place in front..named {
        let name = header.text(place);
        let of_name = || schema.ids().find(|&id| likeness(schema.name(id), name) != Likeness::Different);
        match schema.find(name).or_else(of_name) {
            Some(id) if columns.iter().any(|&(_, other)| other == id) => {
                let what = format!("the column `{name}` is there twice");
                let help = "delete one of the two".to_owned();
                mistakes.push(
                    header.span_of(place),
                    Mistake { code: "two-columns", what, label: "again here".into(), help },
                );
            }
            Some(id) => columns.push((place, id)),
            None => unknown.push(place),
        }
    }
    if columns.is_empty() {
        let title = format!("`{}` is for other data: the table has none of its columns", source.name);
        let first = header.span_of(unknown.first().copied().unwrap_or(0));
        mistakes.push_whole(
            Diagnostic::error("other-data", title)
                .at(source, first, "no such column")
                .help(format!("name the table that it was written for; the columns of this one are {}", names(table))),
        );
        return columns;
    }
    for place in unknown {
        mistakes.push(header.span_of(place), unknown_column(header.text(place), table));
    }
    columns
}

/// What is told of a column that the table lacks.
pub(crate) fn unknown_column(name: &str, table: &Table) -> Mistake {
    let attributes = table.schema().attributes();
    let near = nearest(name, attributes.iter().map(|attribute| attribute.name.as_str()));
    let meant = near.map_or(String::new(), |near| format!("write `{near}`; "));
    Mistake {
        code: "unknown-column",
        what: format!("the table has no column `{name}`"),
        label: "no such column".to_owned(),
        help: format!("{meant}its columns are {}", names(table)),
    }
}

fn names(table: &Table) -> String {
    let names: Vec<&str> = table.schema().attributes().iter().map(|attribute| attribute.name.as_str()).collect();
    names.join(", ")
}

fn line<'r>(record: &'r Record, header: &Record, mistakes: &mut Mistakes<'_>) -> Option<Line<'r>> {
    let told = |mistakes: &mut Mistakes<'_>, place: usize, code, what: String, label: &str, help: &str| {
        let label = label.to_owned();
        mistakes.push(record.span_of(place), Mistake { code, what, label, help: help.to_owned() });
    };
    let mut is_bad = false;
    if let Some(extra) = (header.fields.len()..record.fields.len()).find(|&place| !record.text(place).trim().is_empty())
    {
        let what = format!("the line has {} fields, and the header {}", record.fields.len(), header.fields.len());
        let help = "put a field that holds the delimiter in quotes, or delete what is too much";
        told(mistakes, extra, "field-count", what, "one field too many", help);
        is_bad = true;
    }
    let number = read_number(record.text(field::ROW));
    if number.is_none() {
        let what = format!("`{}` is no number of a row", record.text(field::ROW));
        told(mistakes, field::ROW, "bad-row", what, "not a whole number from 1", "put the number of the data row back");
        is_bad = true;
    }
    let what = record.text(field::WHAT).trim();
    let is_correct = what.eq_ignore_ascii_case(CORRECT);
    if !is_correct && !what.eq_ignore_ascii_case(ORIGINAL) {
        let help = "write `original` in the line of what the table has, and `correct` in the one below it";
        let what = format!("`what` is `{what}`");
        told(mistakes, field::WHAT, "bad-what", what, "neither `original` nor `correct`", help);
        return None;
    }
    let checked = read_checked(record.text(field::CHECKED));
    if checked.is_none() {
        let what = format!("`checked` is `{}`", record.text(field::CHECKED));
        let help = "write `yes` if somebody has looked at the row, else leave it empty";
        told(mistakes, field::CHECKED, "bad-checked", what, "neither `yes` nor empty", help);
        is_bad = true;
    }
    Some(Line { record, number, is_correct, checked: checked.unwrap_or(true), is_bad })
}

/// The number of a row; some programs write whole numbers with a fraction.
pub(crate) fn read_number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok().filter(|&number| number > 0)
}

fn read_checked(text: &str) -> Option<bool> {
    match text.trim() {
        "" => Some(false),
        text => [YES, "y", "x"].iter().any(|yes| text.eq_ignore_ascii_case(yes)).then_some(true),
    }
}

/// Puts each line that is to be filled in to that of what is written: the last one of its row before it, else any. Several people
/// may have filled in a line below one that is written.
fn pairs<'r>(lines: &[Line<'r>], columns: &[(usize, AttributeId)], mistakes: &mut Mistakes<'_>) -> Vec<Pair<'r>> {
    let mut originals: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_correct) {
        originals.entry(line.number.unwrap_or_default()).or_default().push(place);
    }
    let mut has_correct = vec![false; lines.len()];
    let mut pairs = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.is_correct) {
        let Some(number) = line.number else { continue };
        let of_row = originals.get(&number).map_or(&[][..], Vec::as_slice);
        let before = of_row.iter().rev().find(|&&other| other < place);
        let Some(&written) = before.or(of_row.first()) else {
            if line.checked && !line.is_bad {
                mistakes.push(line.record.span_of(field::WHAT), lone_line(number, ORIGINAL));
            }
            continue;
        };
        has_correct[written] = true;
        let original = &lines[written];
        if line.is_bad || original.is_bad {
            continue;
        }
        let checked = line.checked || original.checked;
        let pair = Pair { original: original.record, correct: line.record, number, checked };
        if !checked || is_whole(&pair, columns, mistakes) {
            pairs.push(pair);
        }
    }
    for (place, line) in lines.iter().enumerate() {
        if !line.is_correct && line.checked && !line.is_bad && !has_correct[place] {
            mistakes.push(line.record.span_of(field::CHECKED), lone_line(line.number.unwrap_or_default(), CORRECT));
        }
    }
    pairs
}

fn lone_line(number: u64, lacking: &str) -> Mistake {
    Mistake {
        code: "half-filled",
        what: format!("row {number} is checked, and its line `{lacking}` is not there"),
        label: format!("no line `{lacking}` of the row"),
        help: "put the line back as it was written, or delete what is left of the row".to_owned(),
    }
}

/// Whether the line that was filled in has a field for each that is written. A spreadsheet may drop fields at the end, but only
/// empty ones.
fn is_whole(pair: &Pair<'_>, columns: &[(usize, AttributeId)], mistakes: &mut Mistakes<'_>) -> bool {
    let fields = pair.correct.fields.len();
    let lacks = columns.iter().any(|&(place, _)| place >= fields && !pair.original.text(place).is_empty());
    if lacks {
        let all = columns.iter().map(|&(place, _)| place + 1).max().unwrap_or_default();
        let what = format!("row {}: the line has {fields} fields of {all}", pair.number);
        let label = "fields are missing at its end".to_owned();
        let help = "write a delimiter for each field at the end that should be empty, or the values".to_owned();
        mistakes.push(pair.correct.span, Mistake { code: "field-count", what, label, help });
    }
    !lacks
}

/// Finds the rows. If most are not in the table, that is one mistake.
fn find<'p, 'r>(
    source: &Arc<SourceText>,
    pairs: &'p [Pair<'r>],
    columns: &[(usize, AttributeId)],
    finder: &Finder<'_>,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(&'p Pair<'r>, RowId)> {
    let mut found = Vec::new();
    let mut lost = Vec::new();
    for pair in pairs.iter().filter(|_| !columns.is_empty()) {
        let texts: Vec<(AttributeId, String)> = columns
            .iter()
            .map(|&(place, attribute)| (attribute, value(pair.original.text(place)).unwrap_or_default()))
            .collect();
        let originals: Vec<(AttributeId, &str)> =
            texts.iter().map(|(attribute, text)| (*attribute, text.as_str())).collect();
        match finder.row(Some(pair.number), pair.original.text(field::KEY), &originals) {
            Ok(row) => found.push((pair, row)),
            Err(why) => {
                lost.push(LostRow { span: pair.original.span, number: Some(pair.number), why, matters: pair.checked })
            }
        }
    }
    tell_lost(source, &lost, pairs.len(), mistakes);
    found
}

/// Whether a field is as it was. A blank more or less is a correction; another line end in it is none.
pub(crate) fn unchanged(original: &str, correct: &str) -> bool {
    original == correct || original.replace("\r\n", "\n") == correct.replace("\r\n", "\n")
}

/// What a line says of one cell, of which the line tells what was proposed.
fn cell(
    pair: &Pair<'_>,
    place: usize,
    cell: CellId,
    proposed: Option<&str>,
    rewritten: &Rewritten,
    table: &Table,
) -> Result<Said, Mistake> {
    let (original, correct) = (pair.original.text(place), pair.correct.text(place));
    if unchanged(original, correct) {
        return Ok(Said::Value(rewritten.as_it_was(table.text(cell), value(original))));
    }
    match (said(correct), proposed) {
        (Said::Value(Some(text)), Some(proposed)) if rewritten.is_rewritten(proposed, &text) => {
            Ok(Said::Value(Some(proposed.to_owned())))
        }
        (Said::Value(Some(text)), _) => rewritten.meant(text, table, cell).map(|text| Said::Value(Some(text))),
        (said, _) => Ok(said),
    }
}
