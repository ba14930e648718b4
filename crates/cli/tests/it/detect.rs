//! `lustrate detect`: findings and exit codes.

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn findings_name_the_cells_and_exit_with_1() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("detect cities.csv -r cities.rules"),
        str![[r#"
exit 1
--- stdout
places (cities.rules:1): 1 of 9 rows (11.1 %) has to change; 1 to blame, 5 involved
  cities.csv:5: city "Rom"

1 of 1 rule is broken; 1 of 18 cells (5.6 %) is to blame

"#]]
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}

#[test]
fn a_table_that_holds_its_rules_exits_with_0() {
    let session = Session::of_cities();
    session.write("cities.csv", CITIES.replace("Rom\n", "Rome\n").as_bytes());
    assert_data_eq!(
        session.run("detect cities.csv -r cities.rules"),
        str![[r#"
exit 0
--- stdout
1 rule checked on 9 rows: none is broken

"#]]
    );
}

#[test]
fn a_rule_on_single_rows_blames_all_cells_that_it_names() {
    let table = "ordered,shipped\n2024-01-05,2024-01-07\n2024-01-09,2024-01-02\n";
    let session = Session::with(&[("t.csv", table), ("t.rules", "times: deny shipped < ordered by text\n")]);
    assert_data_eq!(
        session.run("detect t.csv -r t.rules"),
        str![[r#"
exit 1
--- stdout
times (t.rules:1): 1 of 2 rows (50.0 %) has to change; 1 to blame, 1 involved
  t.csv:3: ordered "2024-01-09", shipped "2024-01-02"

1 of 1 rule is broken; 2 of 4 cells (50.0 %) are to blame

"#]]
    );
}

#[test]
fn json_lists_every_rule_and_cell() {
    let session = Session::of_cities();
    let output = session.output("detect cities.csv -r cities.rules --format json");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["blamed_cells"], &json["rules"][0]["broken"]), (&1.into(), &1.into()));
    assert_eq!((&json["rules"][0]["cells"][0]["row"], &json["rules"][0]["cells"][0]["line"]), (&4.into(), &5.into()));
}

#[test]
fn missing_values_count_in_a_holoclean_file_that_is_used_so() {
    let session = Session::with(&[
        ("cities.csv", "zip,city\n1,Rome\n1,Rome\n1,\n,Bern\n,Bern\n,Basel\n"),
        ("constraints.txt", "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\n"),
        ("old.rules", "use \"constraints.txt\" as holoclean counting null\n"),
    ]);
    assert!(session.run("detect cities.csv -r constraints.txt").starts_with("exit 0\n"));
    assert_data_eq!(
        session.run("detect cities.csv -r old.rules"),
        str![[r#"
exit 1
--- stdout
fd zip -> city counting null (constraints.txt:1): 2 of 6 rows (33.3 %) have to change; 2 to blame, 6 involved
  cities.csv:4: city (missing)
  cities.csv:7: city "Basel"

1 of 1 rule is broken; 2 of 12 cells (16.7 %) are to blame

"#]]
        .raw()
    );
}
