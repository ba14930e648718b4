//! Several files as one table.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::session::{CITY_RULE, Session};

/// The second file has its columns in another order and its own delimiter, and no row of its own from which to tell what is
/// wrong; the third is UTF-16.
fn session() -> Session {
    let session = Session::with(&[("cities.rules", CITY_RULE)]);
    session.write("part-1.csv", first().as_bytes());
    session.write("part-2.csv", second().as_bytes());
    session.write("part-10.csv", &utf16(&third()));
    session
}

fn first() -> String {
    "zip,city\n".to_owned() + &"00184,Rome\n10115,Berlin\n".repeat(5)
}

fn second() -> String {
    "city;zip\r\n\"Rom\";00184\r\n\r\nBerlin;10115\r\n".to_owned()
}

fn third() -> String {
    "zip,city\n10115,Berlin\n10115,Berlim".to_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

fn bytes(session: &Session, name: &str) -> Vec<u8> {
    fs::read(session.path().join(name)).unwrap()
}

/// All files are as they were but for what was repaired with the help of the others.
fn assert_repaired(session: &Session, folder: &str) {
    assert_eq!(session.read(&format!("{folder}part-1.clean.csv")), first());
    assert_eq!(session.read(&format!("{folder}part-2.clean.csv")), second().replace("Rom\"", "Rome\""));
    assert_eq!(bytes(session, &format!("{folder}part-10.clean.csv")), utf16(&third().replace("Berlim", "Berlin")));
}

#[test]
fn all_files_teach_and_each_comes_out_beside_itself() {
    for words in ["part-*.csv", "part-1.csv part-10.csv part-2.csv"] {
        let session = session();
        session.done(&format!("repair {words} -r cities.rules"));
        assert_repaired(&session, "");
        // What was written is no part of the pattern.
        session.done(&format!("repair {words} -r cities.rules --force"));
        assert_repaired(&session, "");
    }
}

#[test]
fn the_summary_counts_all_and_says_how_many_files() {
    let session = session();
    assert_data_eq!(
        session.run("repair part-*.csv -r cities.rules"),
        str![[r#"
exit 0
--- stdout
Table      part-*.csv: 14 rows, 2 columns, 28 cells in 3 files
Rules      1 given; 1 was broken (2 changes needed), none is now
Repaired   2 of 28 cells (7.1 %): city 2
To review  0 of 28 cells
Such as    part-10.csv, row 2, city: "Berlim" -> "Berlin" (0.99); 7 of 7 other rows with zip = "10115" agree (rule places)
Written    part-1.clean.csv and part-1.repairs.csv, which says for each cell what, why and how sure; so for 2 more files
Next       see what changed: `diff part-1.csv part-1.clean.csv`, and so for each file

"#]]
    );
    let session = self::session();
    assert_data_eq!(
        session.run("repair part-1.csv part-2.csv -r cities.rules --dry-run"),
        str![[r#"
exit 0
--- stdout
--- part-2.csv
+++ part-2.clean.csv
@@ row 1, line 2 @@
-"Rom";00184
?^^^^^
+"Rome";00184
?^^^^^^

Table      part-1.csv and 1 more file: 12 rows, 2 columns, 24 cells in 2 files
Rules      1 given; 1 was broken (1 change needed), none is now
To repair  1 of 24 cells (4.2 %): city 1
To review  0 of 24 cells
Such as    part-2.csv, row 1, city: "Rom" -> "Rome" (0.99); 5 of 5 other rows with zip = "00184" agree (rule places)
Written    nothing: this was a dry run of what goes to part-1.clean.csv and part-1.repairs.csv, and so for 1 more file
Next       run it again without `--dry-run` to write the files

"#]]
    );
    assert!(!session.names().iter().any(|name| name.contains("clean")));
    let json = session.done("repair part-*.csv -r cities.rules --format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["totals"]["rows"], 14);
    let files: Vec<_> = json["files"].as_array().unwrap().iter().map(|file| (&file["data"], &file["rows"])).collect();
    assert_eq!(
        format!("{files:?}"),
        r#"[(String("part-1.csv"), Number(10)), (String("part-10.csv"), Number(2)), (String("part-2.csv"), Number(2))]"#
    );
}

#[test]
fn repairs_are_made_again_and_taken_back_file_by_file() {
    let session = session();
    session.done("repair part-*.csv -r cities.rules");
    assert_eq!(session.read("part-1.repairs.csv").lines().count(), 1);
    let repairs = session.read("part-2.repairs.csv");
    assert!(repairs.lines().nth(1).unwrap().starts_with("1,2,,city,Rom,Rome,"), "row 1 is on line 2: {repairs}");
    for (name, whole) in [("part-2", second().into_bytes()), ("part-10", utf16(&third()))] {
        session.done(&format!("apply {name}.repairs.csv {name}.csv -o again.csv --force"));
        assert_eq!(bytes(&session, "again.csv"), bytes(&session, &format!("{name}.clean.csv")));
        session.done(&format!("apply {name}.repairs.csv {name}.clean.csv --undo -o back.csv --force"));
        assert_eq!(bytes(&session, "back.csv"), whole);
    }
}

#[test]
fn a_folder_takes_them_all() {
    let session = session();
    fs::create_dir(session.path().join("out")).unwrap();
    session.done("repair part-*.csv -r cities.rules -o out/");
    assert_repaired(&session, "out/");
    assert!(session.names().iter().all(|name| !name.contains("clean") && !name.contains("repairs")));
    session.done("repair part-*.csv -r cities.rules -o out --force");
    session.done("repair part-1.csv -r cities.rules -o out --force");
}

#[test]
fn rows_are_set_apart_beside_their_own_file() {
    let session = Session::with(&[
        ("a.csv", "id;name\n1;x\n2;y\n"),
        ("b.csv", "id;name\n3;z\n1;x\n"),
        ("t.rules", "once: duplicate when id = keep first\n"),
    ]);
    session.done("repair a.csv b.csv -r t.rules");
    assert_eq!(session.read("b.clean.csv"), "id;name\n3;z\n");
    assert_data_eq!(
        session.read("b.quarantine.csv"),
        str![[r#"
id;name;quarantined_because
1;x;it is one thing with row 1 (line 2) of a.csv, which stays (rule once)

"#]]
    );
    assert!(!session.names().contains(&"a.quarantine.csv".to_owned()));
    session.done("apply b.repairs.csv b.clean.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), "id;name\n3;z\n1;x\n");
}

#[test]
fn files_of_all_kinds_are_one_table() {
    let session = session();
    session.done("repair part-1.csv -o one.parquet --apply-at 1");
    session.done("repair part-1.csv -o two.csv.zst --apply-at 1 --force");
    let said = session.done("repair one.parquet two.csv.zst part-2.csv -r cities.rules --force");
    assert!(said.contains("22 rows, 2 columns, 44 cells in 3 files"), "{said}");
    for name in ["one.clean.parquet", "two.clean.csv.zst", "part-2.clean.csv"] {
        assert!(session.names().contains(&name.to_owned()), "{name}");
    }
    assert_eq!(session.read("part-2.clean.csv"), second().replace("Rom\"", "Rome\""));
}

#[test]
fn all_commands_that_read_a_table_read_several_files() {
    let session = session();
    assert_data_eq!(
        session.run("detect part-*.csv -r cities.rules"),
        str![[r#"
exit 1
--- stdout
places (cities.rules:1): 2 of 14 rows (14.3 %) have to change; 2 to blame, 14 involved
  part-10.csv:3: city "Berlim"
  part-2.csv:2: city "Rom"

1 of 1 rule is broken; 2 of 28 cells (7.1 %) are to blame

"#]]
    );
    assert_data_eq!(
        session.run("detect part-1.csv part-2.csv -r cities.rules --format csv"),
        str![[r#"
exit 1
--- stdout
finding,kind,rule,policy,rule_file,rule_line,row,line,column,message,file
1,cell,places,soft,cities.rules,1,1,2,city,"city ""Rom"" breaks the rule places",part-2.csv

"#]]
    );
    let explained = session.done("explain part-*.csv part-2.csv:1:city -r cities.rules");
    assert!(explained.contains("Rom"), "{explained}");
    assert!(session.done("explain part-1.csv part-2.csv 11:city -r cities.rules").contains("Rom"));
    assert!(session.run("check cities.rules part-1.csv part-2.csv").contains("1 rule, 0 errors"));
    assert!(session.run("check cities.rules --data part-*.csv").contains("1 rule, 0 errors"));
    session.done("repair part-*.csv -r cities.rules --report report.html");
    assert!(session.read("report.html").contains("part-10.clean.csv"));
}

#[test]
fn what_does_not_go_together_is_told() {
    let session = session();
    session.write("other.csv", b"zip,town,state\n1,Bern,BE\n");
    session.fails(
        "repair part-*.csv other.csv",
        str![[r#"
exit 2
--- stderr
error[other-columns]: `other.csv` has other columns than `part-1.csv`: it lacks `city` and has besides `town`, `state`
 |
 = help: files that are read together have the same columns, in any order; leave this one out, or run it alone


"#]],
    );
    session.fails(
        "repair part-*.csv -o all.csv",
        str![[r#"
exit 2
--- stderr
error[one-output]: the tables of 3 files cannot go into one, `all.csv`
 |
 = help: each goes beside its own, or into a folder that you name with `-o FOLDER/`


"#]],
    );
    session.fails(
        "repair part-*.csv -o -",
        str![[r#"
exit 2
--- stderr
error[one-output]: the tables of 3 files cannot go into one, `-`
 |
 = help: each goes beside its own, or into a folder that you name with `-o FOLDER/`


"#]],
    );
    session.fails(
        "repair part-*.csv --repairs all.csv",
        str![[r#"
exit 2
--- stderr
error[one-output]: the repairs of 3 files cannot go into one, `all.csv`
 |
 = help: leave `--repairs` out: each repairs file goes beside its table


"#]],
    );
    session.fails(
        "repair part-*.csv part-1.csv",
        str![[r#"
exit 2
--- stderr
error[same-input]: `part-1.csv` is named twice
 |
 = help: name each file once: its rows would count twice


"#]],
    );
    session.fails(
        "repair part-1.csv -",
        str![[r#"
exit 2
--- stderr
error[stream-among-files]: standard input (`-`) cannot be one of several files
 |
 = help: name `-` alone, or files only


"#]],
    );
    session.fails(
        "repair none-*.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-file]: no file matches `none-*.csv`
 |
 = help: check the path, or name the files one by one


"#]],
    );
    session.fails(
        "repair part-1.csv none.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-file]: there is no file `none.csv`
 |
 = help: check the path


"#]],
    );
    session.fails(
        "repair part-*.csv -o nowhere/",
        str![[r#"
exit 2
--- stderr
error[no-such-folder]: cannot write `nowhere/part-1.clean.csv`: there is no folder `nowhere`
 |
 = help: make the folder first


"#]],
    );
    session.fails(
        "explain part-*.csv part-2.csv:7:city",
        str![[r#"
exit 2
--- stderr
error[unknown-row]: no row 7 in `part-2.csv`, which was to be explained
 |
 = help: its data rows are 1 to 2: the header is not counted


"#]],
    );
    session.write("part-2.clean.csv", b"zip,city\n");
    session.fails(
        "repair part-1.csv part-2.csv",
        str![[r#"
exit 2
--- stderr
error[output-exists]: `part-2.clean.csv` is there already
 |
 = help: add `--force` to overwrite it, or name another output


"#]],
    );
    session.fails(
        "repair part-2.csv part-2.clean.csv",
        str![[r#"
exit 2
--- stderr
error[output-is-input]: `part-2.clean.csv` is an input, which is never written to
 |
 = help: name another output


"#]],
    );
}

#[test]
fn files_without_rows_add_none() {
    let session = session();
    session.write("part-3.csv", b"zip,city\n");
    session.done("repair part-*.csv -r cities.rules");
    assert_eq!(session.read("part-3.clean.csv"), "zip,city\n");
    session.fails(
        "repair part-3.csv --force",
        str![[r#"
exit 2
--- stderr
error[no-rows]: `part-3.csv` has a header and no data rows
 |
 = help: name a file with at least one data row below the header


"#]],
    );
    session.write("part-4.csv", b"zip,city\n");
    session.fails(
        "repair part-3.csv part-4.csv --force",
        str![[r#"
exit 2
--- stderr
error[no-rows]: none of the 2 files has data rows
 |
 = help: name a file with at least one data row


"#]],
    );
}
