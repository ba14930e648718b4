//! `lustrate repair --dry-run`: which lines would change.

use snapbox::{assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn changed_lines_are_shown_old_and_new_with_the_changed_part_marked() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("repair cities.csv -r cities.rules --dry-run"),
        str![[r#"
exit 0
--- stdout
--- cities.csv
+++ cities.clean.csv
@@ row 4, line 5 @@
-00184,Rom
?      ^^^
+00184,Rome
?      ^^^^

Table      cities.csv: 9 rows, 2 columns, 18 cells
Rules      1 given; 1 was broken (1 change needed), none is now
To repair  1 of 18 cells (5.6 %): city 1
To review  0 of 18 cells
Such as    row 4, city: "Rom" -> "Rome" (0.[..]); [..]
Written    nothing: this was a dry run of what goes to cities.clean.csv and cities.repairs.csv
Next       run it again without `--dry-run` to write the files

"#]]
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}

#[test]
fn where_nothing_changes_there_is_the_summary_only() {
    let session = Session::of_cities();
    session.write("cities.csv", CITIES.replace("Rom\n", "Rome\n").as_bytes());
    assert!(session.done("repair cities.csv -r cities.rules --dry-run").starts_with("Table "));
}

#[test]
fn of_many_changed_lines_some_are_shown_and_the_others_counted() {
    let rows: String =
        (0..40).map(|zip| format!("{zip},City{zip}\n").repeat(9) + &format!("{zip},Cit{zip}\n")).collect();
    let session = Session::with(&[("t.csv", &format!("zip,city\n{rows}")), ("t.rules", "fd zip -> city\n")]);
    let said = session.done("repair t.csv -r t.rules --dry-run");
    assert_eq!(said.matches("@@ row ").count(), 20, "{said}");
    assert!(said.contains("… and 20 more changed rows; `--format json` tells of all\n"), "{said}");
}

#[test]
fn the_form_for_programs_stays_one_object() {
    let session = Session::of_cities();
    let json: serde_json::Value =
        serde_json::from_str(&session.done("repair cities.csv -r cities.rules --dry-run --format json")).unwrap();
    assert_eq!((&json["totals"]["applied"], &json["cleaned_file"]), (&1.into(), &serde_json::Value::Null));
}

/// Nobody can say which of the two cells of row 2 is wrong: nothing else is known of them.
const PEOPLE: &str = "id;state;age\n1;child;7\n2;married;5\n3;married;44\n4;child;9\n";
const BY_LAW: &str = "young: deny state = \"married\" and age < 14 hard\n";

#[test]
fn rows_that_would_be_set_apart_are_shown_as_lines_that_go() {
    let session = Session::with(&[("people.csv", PEOPLE), ("people.rules", BY_LAW)]);
    let said = session.done("repair people.csv -r people.rules --id id --dry-run");
    let lines = "--- people.csv\n+++ people.clean.csv\n@@ row 2, line 3, to people.quarantine.csv @@\n-2;married;5\n\n";
    assert!(said.starts_with(lines), "{said}");
    let files = "goes to people.clean.csv, people.repairs.csv and people.quarantine.csv\n";
    assert!(said.contains(files), "{said}");
    assert!(said.ends_with("run it again without `--dry-run` to write the files\n"), "{said}");
    assert_eq!(session.names(), ["people.csv", "people.rules"]);
}

#[test]
fn of_many_rows_that_would_be_set_apart_some_are_shown_and_the_others_counted() {
    let people: String = (0..25).map(|id| format!("{id};married;5\n")).collect();
    let session = Session::with(&[("people.csv", &format!("{PEOPLE}{people}")), ("people.rules", BY_LAW)]);
    let said = session.done("repair people.csv -r people.rules --id id --dry-run");
    assert_eq!(said.matches("@@ row ").count(), 20, "{said}");
    assert!(said.contains("… and 6 more rows; `--format json` tells of all\n"), "{said}");
}
