//! Rows that were set apart: left out again, brought back by a repair, and put back into the table.

use std::fs;

use crate::apply::{bytes, told};
use crate::session::Session;

/// Rows 2 and 5 are set apart.
fn quarantined() -> Session {
    let people =
        "id;state;age\r\n1;child;7\r\n\r\n2;married;5\r\n3;married;44\r\n4;child;9\r\n5;married;6\n6;married;51";
    let rule = "young: deny state = \"married\" and age < 14 hard\n";
    let session = Session::with(&[("p.csv", people), ("p.rules", rule)]);
    session.done("repair p.csv -r p.rules --id id");
    assert!(session.names().contains(&"p.quarantine.csv".to_owned()));
    session
}

#[test]
fn rows_that_were_set_apart_are_left_out_again_and_put_back() {
    let session = quarantined();
    let said = session.done("apply p.repairs.csv p.csv -o again.csv");
    let apart = "2 of 6 rows (33.3 %) are left out, as the run set them apart in p.quarantine.csv";
    assert!(said.contains(&format!("Set apart  {apart}\n")), "{said}");
    assert_eq!(bytes(&session, "again.csv"), bytes(&session, "p.clean.csv"));
    let said = session.done("apply p.repairs.csv p.clean.csv --undo -o back.csv");
    assert!(said.contains("Set apart  2 rows from p.quarantine.csv are back in place\n"), "{said}");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "p.csv"));
}

#[test]
fn a_row_comes_back_with_a_repair_that_was_accepted() {
    let session = quarantined();
    let text = session.read("p.repairs.csv").replacen(",review,", ",apply,", 1);
    session.write("p.repairs.csv", text.as_bytes());
    let said = session.done("apply p.repairs.csv p.csv -o one.csv");
    assert!(
        said.contains("1 of 6 rows (16.7 %) is left out") && said.contains("1 row is back, with a repair"),
        "{said}"
    );
    assert_eq!(
        session.read("one.csv").lines().filter(|line| line.starts_with('2') || line.starts_with('5')).count(),
        1
    );
    session.done("apply p.repairs.csv one.csv --undo -o back.csv");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "p.csv"));
}

#[test]
fn rows_that_cannot_be_put_back_are_told() {
    let session = quarantined();
    let rows = session.read("p.quarantine.csv");
    session.write("p.quarantine.csv", rows.replace("married", "child").as_bytes());
    assert!(told(&session, "apply p.repairs.csv p.clean.csv --undo")[0].starts_with("[other-quarantine]"));
    fs::rename(session.path().join("p.quarantine.csv"), session.path().join("q.csv")).unwrap();
    assert!(
        told(&session, "apply p.repairs.csv p.clean.csv --undo")[0]
            .starts_with("[no-quarantine]: 2 rows were set apart")
    );
    session.write("q.csv", rows.as_bytes());
    session.done("apply p.repairs.csv p.clean.csv --undo --quarantine q.csv -o back.csv");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "p.csv"));
}

#[test]
fn a_table_of_which_no_row_was_left_comes_back() {
    let session = Session::with(&[("a.csv", "id;n\r\n1;2\r\n2;3\r\n"), ("a.rules", "small: deny n > 1 hard\n")]);
    let said = session.done("repair a.csv -r a.rules --id id");
    assert!(said.contains("Set apart  2 of 2 rows (100.0 %) in a.quarantine.csv, "), "{said}");
    assert!(said.contains("; no row is left"), "{said}");
    assert_eq!(session.read("a.clean.csv"), "id;n\r\n");
    session.done("apply a.repairs.csv a.clean.csv --undo -o back.csv");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "a.csv"));
}

#[test]
fn the_way_back_of_accepted_rows_is_shown_after_them_and_in_the_message() {
    let session = quarantined();
    let output = session.command("apply p.repairs.csv p.csv -o one.csv --accept").arg("row = 2").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let undo = "`lustrate apply p.repairs.csv one.csv --undo --accept 'row = 2'` takes the repairs back";
    assert!(said.contains(undo), "{said}");
    let refused = session.run("apply p.repairs.csv one.csv --undo -o back.csv");
    assert!(refused.contains("add `--accept` with the same conditions"), "{refused}");
    let undone = session.command("apply p.repairs.csv one.csv --undo -o back.csv --accept").arg("row = 2").output();
    assert!(undone.unwrap().status.success());
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "p.csv"));
}
