//! Rows that cannot satisfy a hard rule.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

/// Nobody can say which of the two cells of rows 2 and 5 is wrong: nothing else is known of them.
const PEOPLE: &str = "id;state;age\n1;child;7\n2;married;5\n3;married;44\n4;child;9\n5;married;6\n6;married;51\n";
const RULE: &str = "young: deny state = \"married\" and age < 14 hard because \"by law\"\n";

fn session() -> Session {
    Session::with(&[("people.csv", PEOPLE), ("people.rules", RULE)])
}

#[test]
fn clean_and_quarantined_rows_are_all_rows_and_the_reason_is_beside_them() {
    let session = session();
    let said = session.run("repair people.csv -r people.rules --id id");
    assert!(said.contains("Set apart  2 of 6 rows (33.3 %) in people.quarantine.csv"), "{said}");
    assert_data_eq!(
        session.read("people.quarantine.csv"),
        str![[r#"
id;state;age;quarantined_because
2;married;5;no repair that is sure enough satisfies the hard rule young (by law)
5;married;6;no repair that is sure enough satisfies the hard rule young (by law)

"#]]
    );
    let clean = session.read("people.clean.csv");
    assert_eq!(clean, "id;state;age\n1;child;7\n3;married;44\n4;child;9\n6;married;51\n");
}

#[test]
fn the_clean_table_breaks_no_hard_rule() {
    let session = session();
    session.done("repair people.csv -r people.rules --id id");
    assert!(session.run("detect people.clean.csv -r people.rules").starts_with("exit 0"));
}

#[test]
fn a_value_that_only_the_run_takes_for_missing_breaks_no_hard_rule_afterwards() {
    // Nothing declares `N/A`; that it means a missing value is found in the table, of which the clean one is a part.
    let cities = ["Rome", "Rome", "N/A", "Rome", "Bern", "N/A", "Rome", "Rom"];
    let rows: String = cities.map(|city| format!("00184,{city}\n")).concat();
    let session = Session::with(&[("t.csv", &format!("zip,city\n{rows}")), ("t.rules", "fd zip -> city hard\n")]);
    // Once more, with "Rom" put right, would be sure enough of the others.
    session.done("repair t.csv -r t.rules --passes 1");
    assert_eq!(session.run("detect t.clean.csv -r t.rules").lines().next(), Some("exit 0"));
    let lines = |name: &str| session.read(name).lines().count() - 1;
    assert_eq!(lines("t.clean.csv") + lines("t.quarantine.csv"), cities.len());
}

#[test]
fn an_old_quarantine_is_not_left_beside_a_new_table() {
    let session = session();
    session.done("repair people.csv -r people.rules --id id");
    session.write("people.csv", PEOPLE.replace("married;5", "child;5").replace("married;6", "child;6").as_bytes());
    session.done("repair people.csv -r people.rules --id id --force");
    assert_eq!(session.read("people.quarantine.csv"), "id;state;age;quarantined_because\n");
}

#[test]
fn the_quarantine_goes_where_it_is_asked_for() {
    let session = session();
    session.done("repair people.csv -r people.rules --quarantine apart.csv");
    assert!(session.names().contains(&"apart.csv".to_owned()));
    assert!(!session.names().contains(&"people.quarantine.csv".to_owned()));
}

#[test]
fn the_reason_of_a_line_with_too_many_fields_is_under_its_header() {
    let session = session();
    let ragged = PEOPLE.replace("5;married;6\n", "5;married;6;x;y\n");
    session.write("people.csv", ragged.as_bytes());
    session.done("repair people.csv -r people.rules --id id");
    assert_data_eq!(
        session.read("people.quarantine.csv"),
        str![[r#"
id;state;age;column_4;column_5;quarantined_because
2;married;5;;;no repair that is sure enough satisfies the hard rule young (by law)
5;married;6;x;y;no repair that is sure enough satisfies the hard rule young (by law)

"#]]
    );
    session.done("apply people.repairs.csv people.clean.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), ragged);
}
