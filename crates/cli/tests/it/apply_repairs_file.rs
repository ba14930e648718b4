//! Repairs files and metadata that are cut short, damaged, of another version, or none.

use std::fs;

use snapbox::str;

use crate::apply::{edit, repaired, told};

#[test]
fn a_file_that_was_cut_short_is_told_from_one_with_fewer_lines() {
    let session = repaired();
    let whole = session.read("t.repairs.csv");
    let third = whole.match_indices('\n').nth(2).unwrap().0;
    for end in 1..whole.len() - 1 {
        if end % 7 == 0 || end == third || end == third + 1 {
            session.write("t.repairs.csv", &whole.as_bytes()[..end]);
            let said = session.run("apply t.repairs.csv t.csv -o out.csv --dry-run");
            // What is missing at the very end are alternatives, of which the last record has none.
            assert!(said.starts_with("exit 2\n"), "cut at byte {end} of {}: {said}", whole.len());
        }
    }
    session.write("t.repairs.csv", &whole.as_bytes()[..=third]);
    session.fails(
        "apply t.repairs.csv t.csv -o out.csv",
        str![[r#"
exit 2
--- stderr
error[cut-short]: `t.repairs.csv` was cut short: its first 2 of 5 records are there, the rest is missing
 |
 = help: fetch the whole file again; if you deleted its last 3 records on purpose, add `--shortened`


"#]],
    );
    let said = session.done("apply t.repairs.csv t.csv -o out.csv --shortened");
    assert!(said.contains("Edited     3 records since the run: deleted 3\n"), "{said}");
    let first: String = whole.lines().filter(|line| !line.starts_with("4,")).map(|line| format!("{line}\n")).collect();
    session.write("t.repairs.csv", first.as_bytes());
    session.done("apply t.repairs.csv t.csv -o fewer.csv");
}

#[test]
fn cut_json_lines_are_told_with_their_line() {
    let session = repaired();
    session.done("repair t.csv -r t.rules --id id -o c.csv --repairs r.jsonl");
    let whole = session.read("r.jsonl");
    session.write("r.jsonl", &whole.as_bytes()[..whole.len() - 9]);
    assert_eq!(
        told(&session, "apply r.jsonl t.csv -o out.csv"),
        ["[cut-short]: `r.jsonl`, line 5: the file ends in the middle of this line"]
    );
    session.write(
        "r.jsonl",
        whole.replacen("\"new\":\"Rome\"", "\"new\":5", 1).replacen("{\"row\":8", "row 8", 1).as_bytes(),
    );
    let said = told(&session, "apply r.jsonl t.csv -o out.csv");
    assert_eq!(said[0], "[no-text]: `r.jsonl`, line 1: `new` is no text");
    assert!(
        said[1].starts_with("[no-json]: `r.jsonl`, line 2: column 1: it is no JSON: ") && !said[1].contains("line 1"),
        "{said:?}"
    );
}

#[test]
fn metadata_of_another_version_or_none_are_told() {
    let session = repaired();
    let metadata = session.read("t.repairs.meta.json");
    session.write("t.repairs.meta.json", metadata.replace("\"schema\": 1", "\"schema\": 2").as_bytes());
    assert!(
        told(&session, "apply t.repairs.csv t.csv -o out.csv")[0].contains("has version 2 of the schema of repairs")
    );
    session.write("t.repairs.meta.json", &metadata.as_bytes()[..200]);
    assert!(
        told(&session, "apply t.repairs.csv t.csv -o out.csv")[0]
            .starts_with("[bad-metadata]: `t.repairs.meta.json`, line 4")
    );
    session.write("t.repairs.meta.json", metadata.replacen("\"rows\":[4,", "\"rows\":[", 1).as_bytes());
    assert!(told(&session, "apply t.repairs.csv t.csv -o out.csv")[0].contains("`rows` has 4 items for 5 records"));
    fs::rename(session.path().join("t.repairs.meta.json"), session.path().join("u.meta.json")).unwrap();
    session.write("u.meta.json", metadata.as_bytes());
    session.fails(
        "apply t.repairs.csv t.csv -o out.csv",
        str![[r#"
exit 2
--- stderr
error[cannot-read]: there is no file `t.repairs.meta.json`
 |
 = help: `repair` wrote it beside the repairs file: put it back there, or say `--meta u.meta.json`


"#]],
    );
    session.done("apply t.repairs.csv t.csv -o out.csv --meta u.meta.json");
}

#[test]
fn what_is_no_repairs_file_is_told() {
    let session = repaired();
    assert_eq!(
        told(&session, "apply t.csv t.csv -o out.csv --meta t.repairs.meta.json"),
        [
            "[repairs-header]: `t.csv` is no repairs file: its header has none of `row`, `column`, `old`, `new`, `confidence`, `decision`"
        ]
    );
    edit(&session, |text| text.replacen(",new,", ",newer,", 1));
    session.fails(
        "apply t.repairs.csv t.csv -o out.csv",
        str![[r#"
exit 2
--- stderr
error[repairs-header]: `t.repairs.csv`, line 1: the header lacks `new`
 |
 = help: write `new` for `newer`; the header of a repairs file is `row,line,key,column,old,new,confidence,decision,rule,reason,alternatives`


"#]],
    );
}

#[test]
fn a_second_column_of_a_name_and_a_workbook_are_told() {
    let session = repaired();
    let lines = session.read("t.repairs.csv").lines().map(|line| format!("{line},new\n")).collect::<String>();
    session.write("twice.csv", lines.as_bytes());
    let metadata = "--meta t.repairs.meta.json";
    assert_eq!(
        told(&session, &format!("apply twice.csv t.csv -o out.csv {metadata}")),
        ["[repairs-header]: `twice.csv`, line 1: the column `new.2` is a second `new`"]
    );
    let said = session.run(&format!("apply t.repairs.xlsx t.csv -o out.csv {metadata}"));
    assert!(said.contains("save it as CSV from the spreadsheet"), "{said}");
}

#[test]
fn a_field_that_a_json_line_has_twice_is_told() {
    let session = repaired();
    session.done("repair t.csv -r t.rules --id id -o c.csv --repairs r.jsonl");
    let whole = session.read("r.jsonl");
    session.write("r.jsonl", whole.replacen("\"new\":", "\"new\":\"Roma\",\"new\":", 1).as_bytes());
    assert_eq!(
        told(&session, "apply r.jsonl t.csv -o out.csv"),
        ["[two-fields]: `r.jsonl`, line 1: it has a second `new`"]
    );
}
