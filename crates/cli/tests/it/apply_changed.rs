//! Tables that were changed since the run, and what a further command with them needs.

use std::fs;

use crate::apply::{bytes, told};
use crate::session::Session;

/// Two wrong cities, the rest of the rows alike.
fn table() -> String {
    let rows = (1..=36).map(|id| {
        let (zip, city) = [("00184", "Rome"), ("10115", "Berlin")][id % 2];
        let city = if id == 8 || id == 20 { "Rmoe" } else { city };
        format!("{id},{zip},{city},x\n")
    });
    "id,zip,city,note\n".to_owned() + &rows.collect::<String>()
}

/// A folder in which the table was repaired.
fn repaired() -> Session {
    let session = Session::with(&[("t.csv", &table()), ("t.rules", "places: fd zip -> city\n")]);
    session.done("repair t.csv -r t.rules --id id");
    session
}

#[test]
fn a_table_that_was_changed_elsewhere_is_taken_where_its_cells_are_as_they_were() {
    let session = repaired();
    let since = |text: String| text.replace("1,10115,Berlin,x", "1,10115,Berlin,why");
    session.write("since.csv", since(table()).as_bytes());
    session.done("apply t.repairs.csv since.csv -o out.csv --accept-changed");
    assert_eq!(session.read("out.csv"), since(session.read("t.clean.csv")));
    session.done("apply t.repairs.csv out.csv -o back.csv --undo --accept-changed");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "since.csv"));
    session.write("since.csv", table().replacen("Rmoe", "Roma", 1).as_bytes());
    assert_eq!(
        told(&session, "apply t.repairs.csv since.csv -o x.csv --accept-changed"),
        [
            "[other-value]: `t.repairs.csv`, line 2: row 8, column `city`: the table holds `Roma`, where the record has `Rmoe`"
        ]
    );
}

#[test]
fn a_table_with_another_number_of_rows_or_columns_is_never_taken() {
    let session = repaired();
    let refused = |name: &str, text: String, option: &str| {
        session.write(name, text.as_bytes());
        let line = format!("apply t.repairs.csv {name} -o out.csv --accept-changed {option}");
        let said = session.run(&line);
        assert!(said.contains("nobody can tell which cells the records are of"), "{said}");
        assert!(!session.names().contains(&"out.csv".to_owned()));
        told(&session, &line).remove(0)
    };
    let inserted = |text: String| text.replace("\n5,10115", "\n99,00184,Rmoe,x\n5,10115");
    assert!(refused("more.csv", inserted(table()), "").ends_with("it has 37 data rows, t.csv has 36"));
    let fewer = table().replace("36,00184,Rome,x\n", "");
    assert!(refused("fewer.csv", fewer, "").ends_with("it has 35 data rows, t.csv has 36"));
    let wider = table().replace('x', "x,y").replace("note", "note,more");
    let said = refused("wider.csv", wider, "");
    let columns = "it has 5 columns (id, zip, city, note, more), t.csv has 4 (id, zip, city, note)";
    assert!(said.ends_with(columns), "{said}");
    let wider = session.read("t.clean.csv").replace('x', "x,y").replace("note", "note,more");
    let said = refused("wider.clean.csv", wider, "--undo");
    assert!(said.contains("it has 5 columns (id, zip, city, note, more), t.clean.csv has 4"), "{said}");
    assert!(refused("more.clean.csv", inserted(session.read("t.clean.csv")), "--undo").contains("it has 37 data rows"));
}

#[test]
fn rows_that_were_moved_are_told_by_their_keys() {
    let session = repaired();
    // As many rows, but in row 8 there is another one now with the same wrong city.
    let moved = table().replace("36,00184,Rome,x\n", "").replace("8,00184,Rmoe", "99,00184,Rmoe,x\n8,00184,Rmoe");
    session.write("moved.csv", moved.as_bytes());
    let said = told(&session, "apply t.repairs.csv moved.csv -o out.csv --accept-changed");
    let key = "row 8: the key of the table's row is `99`, where the record has `8`";
    assert_eq!(said[0], format!("[other-key]: `t.repairs.csv`, line 2: {key}"));
}

/// The command that a result names next, as a shell reads its words.
fn next(said: &str) -> String {
    let next = said.lines().find(|line| line.starts_with("Next")).unwrap();
    next.split('`').nth(1).unwrap().strip_prefix("lustrate ").unwrap().to_owned()
}

#[test]
fn the_command_that_is_named_next_can_be_run_as_it_is() {
    let session = repaired();
    fs::rename(session.path().join("t.repairs.meta.json"), session.path().join("m.json")).unwrap();
    let records = session.read("t.repairs.csv");
    let first = records.lines().take(2).map(|line| format!("{line}\n")).collect::<String>();
    session.write("short.csv", first.as_bytes());
    session.write("since.csv", table().replacen(",x", ",why", 1).as_bytes());
    let said = session.done("apply short.csv since.csv --meta m.json --shortened --accept-changed -o out.csv");
    let undo = "apply short.csv out.csv --undo --meta m.json --shortened --accept-changed";
    assert_eq!(next(&said), undo);
    let said = session.done(&format!("{undo} -o back.csv"));
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "since.csv"));
    let again = next(&said);
    assert_eq!(again, "apply short.csv back.csv --meta m.json --shortened --accept-changed");
    assert!(said.contains("makes the repairs again"), "{said}");
    session.done(&format!("{again} -o again.csv"));
    assert_eq!(bytes(&session, "again.csv"), bytes(&session, "out.csv"));
}

#[test]
fn names_are_quoted_where_a_shell_needs_it() {
    let session = repaired();
    let output = session.command("apply t.repairs.csv t.csv -o").arg("it's my table; new.csv").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(next(&said), r"apply t.repairs.csv 'it'\''s my table; new.csv' --undo");
}
