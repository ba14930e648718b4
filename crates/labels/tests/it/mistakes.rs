//! Label files that cannot be used, and what is told of them.

use lustrate_labels::Labels;
use lustrate_table::Table;
use proptest::prelude::*;

use crate::cities::{CITIES, ID, read, read_for, sheet, table, tasks};

#[track_caller]
fn fails(text: &str, expected: &[&str]) {
    assert_eq!(read(text).unwrap_err(), expected);
}

fn sheet_with(from: &str, to: &str) -> String {
    assert!(sheet().contains(from), "{from} is in\n{}", sheet());
    sheet().replace(from, to)
}

#[test]
fn a_file_that_is_not_filled_in_is_told() {
    fails(&sheet(), &["no-labels: nothing is filled in in `l.csv`"]);
    fails(&tasks(), &["no-labels: nothing is filled in in `l.csv`"]);
}

#[test]
fn a_file_for_other_data_is_one_message() {
    let other = table("id,zip,city,day\n9,a,b,c\n8,d,e,f");
    let text = sheet().replace("correct,,", "correct,yes,");
    let told = read_for(&text, &other).unwrap_err();
    assert_eq!(told, ["other-data: `l.csv` is for other data: 4 of its 4 rows are not in the table"]);
    let told = read_for(&text, &table("name,x\na,b")).unwrap_err();
    assert_eq!(told, ["other-data: `l.csv` is for other data: the table has none of its columns"]);
    let text = "row,column,original,correct\n1,city,A,B\n2,city,A,B\n3,city,A,B\n";
    fails(text, &["other-data: `l.csv` is for other data: 3 of its 3 rows are not in the table"]);
}

#[test]
fn single_rows_that_are_gone_are_told_with_their_lines() {
    let text = sheet_with("correct,,", "correct,yes,");
    let told = read_for(&text, &table(&CITIES.replace("3,00195,Rome,?", "9,75002,Lyon,!"))).unwrap_err();
    assert_eq!(told, ["row-not-found: `l.csv`, line 6: row 3 is not in the table"]);
    fails("row,column,correct\n99,city,x\n", &["row-not-found: `l.csv`, line 2: row 99 is not in the table"]);
    let text = "row,column,original,correct\n1,city,Rom,Rome\n2,city,Bern,Berlin\n";
    fails(text, &["row-not-found: `l.csv`, line 3: row 2 is not in the table"]);
}

#[test]
fn an_unknown_column_has_its_nearest() {
    let told = Labels::read("l.csv", sheet_with("city", "ctiy").as_bytes(), &table(CITIES), &ID).unwrap_err();
    let first = told.iter().next().unwrap();
    assert_eq!(first.title, "`l.csv`, line 1: the table has no column `ctiy`");
    assert_eq!(first.help.as_deref(), Some("write `city`; its columns are id, zip, city, day"));
    let label = first.label.as_ref().unwrap();
    assert_eq!(&label.source.text[label.span.start..label.span.end], "ctiy");
    fails("row,column,correct\n1,ctiy,x\n", &["unknown-column: `l.csv`, line 2: the table has no column `ctiy`"]);
}

#[test]
fn half_filled_rows_are_told() {
    let checked = sheet().replace("1,1,correct,,", "1,1,correct,yes,");
    let without_original: String =
        checked.lines().filter(|line| !line.starts_with("1,1,original")).map(|line| format!("{line}\n")).collect();
    fails(&without_original, &["half-filled: `l.csv`, line 2: row 1 is checked, and its line `original` is not there"]);
    let checked = sheet().replace("1,1,original,,", "1,1,original,yes,");
    let without_correct: String =
        checked.lines().filter(|line| !line.starts_with("1,1,correct")).map(|line| format!("{line}\n")).collect();
    fails(&without_correct, &["half-filled: `l.csv`, line 2: row 1 is checked, and its line `correct` is not there"]);
    fails(&sheet_with("2,2,correct,,", "2,2,correct,maybe,"), &["bad-checked: `l.csv`, line 5: `checked` is `maybe`"]);
    fails(&sheet_with("2,2,correct,,", "2,2,corect,yes,"), &["bad-what: `l.csv`, line 5: `what` is `corect`"]);
}

#[test]
fn half_filled_answers_are_told() {
    let header = "row,column,original,proposed,answer,correct\n";
    let told = |line: &str| read(&format!("{header}{line}\n")).unwrap_err();
    let expected = |what: &str| vec![format!("half-filled: `l.csv`, line 2: {what}")];
    assert_eq!(told("1,city,Rom,Rome,wrong,Rom"), expected("the answer is `wrong`, and `correct` is what is written"));
    assert_eq!(
        told("1,city,Rom,Rome,right,Roma"),
        expected("the answer is `right`, and `correct` was changed to `Roma`")
    );
    assert_eq!(told("1,city,Rom,Rome,,Roma"), expected("`correct` was changed to `Roma`, and there is no answer"));
    assert_eq!(told("1,city,Rom,Rome,wong,Roma"), ["bad-answer: `l.csv`, line 2: no answer is called `wong`"]);
}

#[test]
fn fields_that_are_no_row_or_too_many_or_too_few_are_told() {
    fails(
        &sheet_with("2,2,correct,,", "two,2,correct,yes,"),
        &["bad-row: `l.csv`, line 5: `two` is no number of a row"],
    );
    fails("row,column,correct\n1.5,city,x\n", &["bad-row: `l.csv`, line 2: `1.5` is no number of a row"]);
    fails(
        "row,column,correct\n1,city,Rome,Italy\n",
        &["field-count: `l.csv`, line 2: the line has 4 fields, and the header 3"],
    );
    let short = sheet_with("2,2,correct,,,,2,10115,Berlin,3/4", "2,2,correct,yes,,,2,10115");
    fails(&short, &["field-count: `l.csv`, line 5: row 2: the line has 8 fields of 10"]);
    fails("row,column,correct\n1,city,\"Rome\n", &["open-quote: `l.csv`, line 2: a quote is never closed"]);
}

#[test]
fn a_file_that_is_no_label_file_is_told() {
    fails("", &["label-file: `l.csv` is empty"]);
    fails("a,b\n1,2\n", &["label-file: `l.csv` is no label file"]);
    fails("row,colum,correct\n1,city,x\n", &["label-file: `l.csv` is no label file: its header lacks `column`"]);
    fails("row,key,what,checkd,who,why,id\n", &["label-file: `l.csv` is no label file: its column 4 is not `checked`"]);
    let told = Labels::read("l.xlsx", b"PK\x03\x04\xff\x00", &table(CITIES), &ID).unwrap_err();
    assert_eq!(told.iter().next().unwrap().title, "`l.xlsx` is a workbook");
}

#[test]
fn a_slip_in_every_line_is_not_told_for_every_line() {
    let lines: String = (0..40).map(|_| "1,ctiy,x\n").collect();
    let told = read(&format!("row,column,correct\n{lines}")).unwrap_err();
    assert_eq!(told.len(), 11);
    assert_eq!(told[10], "unknown-column: `l.csv`: 30 more lines have the mistake `unknown-column`");
}

#[test]
fn a_correction_that_a_spreadsheet_may_have_rewritten_is_asked_for_again() {
    let text =
        sheet_with("1,1,correct,,", "1,1,correct,yes,").replace("00184", "184").replace(",184,Rome", ",200,Rome");
    fails(
        &text,
        &[
            "rewritten-by-spreadsheet: `l.csv`, line 3: `200` may not be what was meant: in the column `zip` a spreadsheet has rewritten values",
        ],
    );
}

fn small() -> Table {
    table("a,b\n1,x\n2,y")
}

proptest! {
    #[test]
    fn any_text_is_read_or_told(text in "(row|column|correct|answer|task|key|what|checked|who|why|a|b|original|yes|[,;\n\"?1-3xé]){0,60}") {
        let _ = Labels::read("l.csv", text.as_bytes(), &small(), &[]).map_err(|told| told.to_string());
    }

    #[test]
    fn any_bytes_are_read_or_told(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Labels::read("l.csv", &bytes, &small(), &[]).map_err(|told| told.to_string());
    }

    #[test]
    fn any_lines_below_a_header_are_read_or_told(
        header in prop::sample::select(vec!["row,key,what,checked,who,why,a,b\n", "task,row,key,column,original,answer,correct\n"]),
        lines in "((1|2|9|x|),(original|correct|t0|),(correct|a|b|),(yes||right),(wrong|right||unknown),(|x|2),(|y|[?]|1),(x|y|)\n){0,6}",
    ) {
        let text = format!("{header}{lines}");
        let _ = Labels::read("l.csv", text.as_bytes(), &small(), &ID).map_err(|told| told.to_string());
    }
}
