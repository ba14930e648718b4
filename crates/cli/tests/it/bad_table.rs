//! Tables that cannot be read.

use snapbox::str;

use crate::session::{CITIES, Session};

#[test]
fn a_missing_table_is_told_with_the_one_that_was_meant() {
    let session = Session::of_cities();
    session.fails(
        "repair citie.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-file]: there is no file `citie.csv`
 |
 = help: did you mean `cities.csv`?


"#]],
    );
    session.fails(
        "repair no/cities.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-file]: there is no file `no/cities.csv`
 |
 = help: there is no folder `no` either: check the path


"#]],
    );
}

#[test]
fn a_folder_is_no_table() {
    let session = Session::of_cities();
    std::fs::create_dir(session.path().join("folder")).unwrap();
    session.fails(
        "repair folder",
        str![[r#"
exit 2
--- stderr
error[is-a-folder]: `folder` is a folder
 |
 = help: name a file in it


"#]],
    );
}

#[test]
fn an_empty_table_and_a_header_alone_are_told_apart() {
    let session = Session::with(&[("empty.csv", ""), ("header.csv", "zip,city\n")]);
    session.fails(
        "repair empty.csv",
        str![[r#"
exit 2
--- stderr
error[empty-file]: `empty.csv` is empty
 |
 = help: name a file with a header and at least one data row


"#]],
    );
    session.fails(
        "repair header.csv",
        str![[r#"
exit 2
--- stderr
error[no-rows]: `header.csv` has a header and no data rows
 |
 = help: name a file with at least one data row below the header


"#]],
    );
}

#[test]
fn binary_rubbish_is_no_table_and_no_rule_file() {
    let session = Session::of_cities();
    session.write("rubbish", b"\x7fELF\x02\x01\0\0\0\xff\xfe");
    session.fails(
        "repair rubbish",
        str![[r#"
exit 2
--- stderr
error[not-text]: `rubbish` is no text: line 1, byte 7 is 0x00
 |
 = help: name a CSV or Parquet file


"#]],
    );
    session.fails(
        "repair cities.csv -r rubbish",
        str![[r#"
exit 2
--- stderr
error[rule-file]: `rubbish` is no rule file: byte 10 is not UTF-8
 |
 = help: name a rule file here and the table before it; rules are UTF-8 text, such as `fd zip -> city`


"#]],
    );
}

#[test]
fn tables_that_cannot_be_compared_are_not_scored() {
    let session = Session::of_cities();
    session.write("short.csv", b"zip,city\n00184,Rome\n");
    session.write("narrow.csv", CITIES.replace(',', ";").as_bytes());
    session.fails(
        "score cities.csv short.csv cities.csv",
        str![[r#"
exit 2
--- stderr
error[not-comparable]: rows differ: dirty 9, repaired 1, truth 9
 |
 = help: give three tables with the same rows in the same order


"#]],
    );
    session.fails(
        "score cities.csv cities.csv narrow.csv --delimiter ,",
        str![[r#"
exit 2
--- stderr
error[not-comparable]: columns differ: dirty 2, truth 1
 |
 = help: give a truth with the columns of the dirty table, in the same order


"#]],
    );
}
