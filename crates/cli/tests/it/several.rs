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
    assert_data_eq!(session.run("repair part-*.csv -r cities.rules"), str![[r#""#]]);
    let session = self::session();
    assert_data_eq!(session.run("repair part-1.csv part-2.csv -r cities.rules --dry-run"), str![[r#""#]]);
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
        ("t.rules", "once: duplicate on id keep first\n"),
    ]);
    session.done("repair a.csv b.csv -r t.rules");
    assert_eq!(session.read("b.clean.csv"), "id;name\n3;z\n");
    assert_data_eq!(session.read("b.quarantine.csv"), str![[r#""#]]);
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
    assert_data_eq!(session.run("detect part-*.csv -r cities.rules"), str![[r#""#]]);
    assert_data_eq!(session.run("detect part-1.csv part-2.csv -r cities.rules --format csv"), str![[r#""#]]);
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
    session.fails("repair part-*.csv other.csv", str![[r#""#]]);
    session.fails("repair part-*.csv -o all.csv", str![[r#""#]]);
    session.fails("repair part-*.csv -o -", str![[r#""#]]);
    session.fails("repair part-*.csv --repairs all.csv", str![[r#""#]]);
    session.fails("repair part-*.csv part-1.csv", str![[r#""#]]);
    session.fails("repair part-1.csv -", str![[r#""#]]);
    session.fails("repair none-*.csv", str![[r#""#]]);
    session.fails("repair part-1.csv none.csv", str![[r#""#]]);
    session.fails("repair part-*.csv -o nowhere/", str![[r#""#]]);
    session.fails("explain part-*.csv part-2.csv:7:city", str![[r#""#]]);
    session.write("part-2.clean.csv", b"zip,city\n");
    session.fails("repair part-1.csv part-2.csv", str![[r#""#]]);
    session.fails("repair part-2.csv part-2.clean.csv", str![[r#""#]]);
}

#[test]
fn files_without_rows_add_none() {
    let session = session();
    session.write("part-3.csv", b"zip,city\n");
    session.done("repair part-*.csv -r cities.rules");
    assert_eq!(session.read("part-3.clean.csv"), "zip,city\n");
    session.fails("repair part-3.csv", str![[r#""#]]);
    session.write("part-4.csv", b"zip,city\n");
    session.fails("repair part-3.csv part-4.csv", str![[r#""#]]);
}
