//! The form with two lines a row.

use lustrate_labels::{Proposal, Question, Said, Sheet, write_tasks};
use lustrate_table::{AttributeId, Column, RowId, Table};
use proptest::prelude::*;

use crate::cities::{CITIES, ID, cell, question, read, read_for, said, sheet, table};

/// The sheet with the line that is to be filled in of a row replaced by a function of it.
fn filled(row: u32, fill: impl Fn(&str) -> String) -> String {
    fill_in(&sheet(), row, fill)
}

fn fill_in(sheet: &str, row: u32, fill: impl Fn(&str) -> String) -> String {
    let start = format!("{row},{row},correct,,");
    let line = |line: &str| if line.starts_with(&start) { fill(line) } else { line.to_owned() };
    sheet.lines().map(line).map(|line| line + "\n").collect()
}

fn checked(line: &str) -> String {
    line.replacen("correct,,", "correct,yes,", 1)
}

#[test]
fn a_checked_row_has_a_label_for_each_cell() {
    let labels = read(&filled(1, checked)).unwrap();
    assert_eq!(
        (0..4).flat_map(|column| said(&labels, column)).map(|(_, said)| said).collect::<Vec<_>>(),
        ["1", "00184", "Rome", "1/2"]
    );
    assert!(labels.items.iter().all(|label| label.place.line == 3 && label.who.is_none()));
}

#[test]
fn missing_unknown_and_a_question_mark_are_told_apart() {
    let text = fill_in(&filled(2, |line| checked(line).replace("Berlin", "").replace("10115", "?")), 3, checked);
    let labels = read(&text).unwrap();
    assert_eq!(said(&labels, 2), [(2, "-".to_owned()), (3, "Rome".to_owned())]);
    let of = |row, column| &labels.items.iter().find(|label| label.cell == cell(row, column)).unwrap().said;
    assert_eq!((of(2, 1), of(3, 3)), (&Said::Unknown, &Said::Value(Some("?".to_owned()))));
}

#[test]
fn what_a_spreadsheet_does_to_the_file_is_no_correction() {
    // Another delimiter, byte order mark and line ends, numbers and dates in its own way, empty fields dropped.
    let text = fill_in(&filled(1, checked), 2, checked);
    let text =
        text.replace(',', ";").replace("(0.90); as", "(0,90), as").replace("00184", "184").replace("00195", "195");
    let text = text.replace("1/2", "01.02.2026").replace("3/4", "03.04.2026").replace("5/6", "05.06.2026");
    let text = format!("\u{feff}{}", text.replace(";\n", "\n").replace('\n', "\r\n"));
    let labels = read(&text).unwrap();
    assert_eq!(said(&labels, 1), [(1, "00184".to_owned()), (2, "10115".to_owned())]);
    assert_eq!(said(&labels, 2), [(1, "Rome".to_owned()), (2, "Berlin".to_owned())]);
    assert_eq!(said(&labels, 3), [(1, "1/2".to_owned()), (2, "3/4".to_owned())]);
}

#[test]
fn a_file_in_utf_16_is_read() {
    let text = filled(1, checked).replace(',', "\t").replace("(0.90)\t as", "(0.90), as").replace("Rome", "Röme");
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let labels = lustrate_labels::Labels::read("l.csv", &bytes, &table(&CITIES.replace("Rome", "Röme")), &ID).unwrap();
    assert_eq!(said(&labels, 2), [(1, "Röme".to_owned())]);
}

#[test]
fn rows_that_moved_are_found_again() {
    let text = filled(1, checked);
    let mut lines: Vec<&str> = CITIES.lines().collect();
    lines[1..].reverse();
    assert_eq!(said(&read_for(&text, &table(&lines.join("\n"))).unwrap(), 2), [(4, "Rome".to_owned())]);
    // By the key, where a cell was changed since.
    let changed = lines.join("\n").replace("1,00184,Rom,1/2", "001,00184,Rom,2/2");
    let labels = read_for(&text, &table(&changed)).unwrap();
    assert_eq!(said(&labels, 2), [(4, "Rome".to_owned())]);
    assert_eq!(said(&labels, 3), [(4, "1/2".to_owned())], "what the person saw and left");
}

#[test]
fn columns_of_the_table_may_be_called_like_those_in_front() {
    let table = table("row,who,,checked\n7,me,a,yes\n8,you,b,no");
    let mut out = Vec::new();
    Sheet::new(&table, vec![question(1, None)], Some("ann")).write(&table, &[], &mut out).unwrap();
    let text = String::from_utf8(out).unwrap().replace("correct,,", "correct,YES,");
    let labels = lustrate_labels::Labels::read("l.csv", text.as_bytes(), &table, &[]).unwrap();
    let values: Vec<_> = labels.items.iter().map(|label| label.said.clone()).collect();
    assert_eq!(values, ["8", "you", "b", "no"].map(|text| Said::Value(Some(text.to_owned()))));
    assert!(labels.items.iter().all(|label| label.who.as_deref() == Some("ann")));
}

#[test]
fn columns_may_be_deleted_and_moved() {
    let line = |line: &str| {
        let fields: Vec<&str> = line.rsplitn(5, ',').collect();
        format!("{},{},{}", fields[4], fields[1], fields[2])
    };
    let text: String = filled(1, checked).lines().map(line).map(|line| line + "\n").collect();
    let labels = read(&text).unwrap();
    assert_eq!((labels.items.len(), said(&labels, 2)), (2, vec![(1, "Rome".to_owned())]));
}

#[test]
fn several_people_may_fill_in_a_line_each() {
    let text = filled(1, |line| {
        let line = checked(line);
        format!(
            "{}\n{}",
            line.replace("yes,,", "yes,ann,"),
            line.replace("yes,,", "yes,bob,").replace("Rome,", "Roma,")
        )
    });
    let labels = read(&text).unwrap();
    assert_eq!(said(&labels, 2), [(1, "Rome".to_owned()), (1, "Roma".to_owned())]);
    assert_eq!(labels.agree().people.len(), 2);
}

#[test]
fn a_sheet_comes_back_with_everything_that_was_in_it() {
    let table = table(CITIES);
    let mut sheet = Sheet::new(&table, vec![question(0, Some("Rome")), question(3, Some("Paris"))], Some("ann"));
    sheet.rows[1].checked = true;
    sheet.rows[1].cells[2] = Said::Value(Some("\"\"".to_owned()));
    sheet.rows[1].cells[3] = Said::Unknown;
    sheet.rows[0].cells[1] = Said::Value(None);
    let mut out = Vec::new();
    sheet.write(&table, &ID, &mut out).unwrap();
    assert_eq!(Sheet::read("l.csv", &out, &table, &ID).unwrap(), sheet);
}

#[test]
fn a_blank_that_is_taken_away_is_a_correction() {
    let table = table("id,city\n1,Rome \n2,Oslo ");
    let mut sheet =
        Sheet::new(&table, vec![Question { row: RowId(0), why: String::new(), proposals: Vec::new() }], None);
    sheet.rows[0].checked = true;
    sheet.rows[0].cells[1] = Said::Value(Some("Rome".to_owned()));
    let mut out = Vec::new();
    sheet.write(&table, &ID, &mut out).unwrap();
    let labels = read_for(&String::from_utf8(out).unwrap(), &table).unwrap();
    assert_eq!(said(&labels, 1), [(1, "Rome".to_owned())]);
    let tasks = "row,column,original,answer,correct\n1,city,Rome ,wrong,Rome\n2,city,Oslo ,right,Oslo\n";
    assert_eq!(said(&read_for(tasks, &table).unwrap(), 1), [(1, "Rome".to_owned()), (2, "Oslo ".to_owned())]);
}

#[test]
fn a_proposal_that_a_spreadsheet_has_rewritten_is_the_proposal() {
    let table = table("id,zip,n\n1,x,7\n2,y,008");
    let question = |row| Question {
        row: RowId(row),
        why: String::new(),
        proposals: vec![Proposal {
            attribute: AttributeId(1),
            value: Some("00200".to_owned()),
            confidence: 0.9,
            reason: "r".to_owned(),
        }],
    };
    let read = |row: u32| {
        let mut out = Vec::new();
        Sheet::new(&table, vec![question(row)], None).write(&table, &ID, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap().replace("correct,", "correct,yes").replace(",00200,", ",200,");
        said(&read_for(&text, &table).unwrap(), 1)
    };
    assert_eq!(read(0), [(1, "00200".to_owned())]);
    assert_eq!(read(1), [(2, "200".to_owned())], "the zeros of `008` are there, so a person took those away");
}

#[test]
fn what_a_spreadsheet_would_run_is_text_in_what_is_filled_in_and_comes_back_as_it_was() {
    let table = table("=id,zip,@city,day\n=1+1,-7,'=x,+49 1\n-,b,=HYPERLINK(\"http://x\"),");
    let proposal = Proposal {
        attribute: AttributeId(2),
        value: Some("=A1".to_owned()),
        confidence: 0.9,
        reason: "as in other rows".to_owned(),
    };
    let question = |row: u32| Question { row: RowId(row), why: "=cmd".to_owned(), proposals: vec![proposal.clone()] };
    let questions = vec![question(0), question(1)];
    let [mut sheet, mut tasks] = [Vec::new(), Vec::new()];
    Sheet::new(&table, questions.clone(), Some("@ann")).write(&table, &ID, &mut sheet).unwrap();
    write_tasks(&table, &ID, &questions, Some("@ann"), &mut tasks).unwrap();
    for written in [&sheet, &tasks] {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&written[..]);
        for field in reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(field == "-7" || !field.starts_with(['=', '+', '-', '@']), "{field}");
        }
    }
    let said_of = |text: Vec<u8>| read_for(&String::from_utf8(text).unwrap(), &table).unwrap();
    let filled = String::from_utf8(sheet).unwrap().replace("correct,,", "correct,yes,");
    let labels = said_of(filled.into_bytes());
    assert_eq!(said(&labels, 0), [(1, "=1+1".to_owned()), (2, "-".to_owned())]);
    assert_eq!(said(&labels, 1), [(1, "-7".to_owned()), (2, "b".to_owned())]);
    assert_eq!(said(&labels, 2), [(1, "=A1".to_owned()), (2, "=A1".to_owned())]);
    assert_eq!(said(&labels, 3)[0], (1, "+49 1".to_owned()));
    assert!(labels.items.iter().all(|label| label.who.as_deref() == Some("@ann")));
    // By hand a `'` is what it is.
    assert_eq!(said(&said_of(b"row,column,correct\n1,zip,'=x\n".to_vec()), 1), [(1, "'=x".to_owned())]);
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::string::string_regex("[ab,;\"?\\\\\r\n\t é0-2./=+@'-]{0,4}").unwrap())
}

proptest! {
    #[test]
    fn what_is_filled_in_is_what_is_read(
        cells in prop::collection::vec((text(), text()), 1..5),
        answers in prop::collection::vec((prop::option::of(text()), prop::option::of(text())), 5),
    ) {
        type Pair = (Option<String>, Option<String>);
        let column = |of: fn(&Pair) -> Option<&str>| cells.iter().map(of).collect::<Column>();
        let columns = vec![
            ("a".to_owned(), column(|row| row.0.as_deref())),
            ("b".to_owned(), column(|row| row.1.as_deref())),
        ];
        let table = Table::new(columns).unwrap();
        let question = |row| Question { row, why: "w".to_owned(), proposals: Vec::new() };
        let mut sheet = Sheet::new(&table, table.row_ids().map(question).collect(), None);
        for (row, (a, b)) in sheet.rows.iter_mut().zip(&answers) {
            let said = |answer: &Option<Option<String>>| answer.clone().map_or(Said::Unknown, Said::Value);
            (row.checked, row.cells) = (true, vec![said(a), said(b)]);
        }
        let mut out = Vec::new();
        sheet.write(&table, &[], &mut out).unwrap();
        let labels = lustrate_labels::Labels::read("l.csv", &out, &table, &[]).unwrap();
        let read: Vec<_> = labels.items.iter().map(|label| label.said.clone()).collect();
        let meant: Vec<_> = sheet.rows.iter().flat_map(|row| row.cells.clone()).collect();
        prop_assert_eq!(read, meant);
    }
}
