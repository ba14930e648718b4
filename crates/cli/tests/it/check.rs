//! `lustrate check`: messages, the last line and exit codes.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

const TABLE: &str = "zip,city,state\n00184,Rome,IT\n00184,Rome,IT\n10115,Berlin,DE\n10115,Berlin,DE\n";

#[test]
fn rules_without_a_doubt_exit_with_0() {
    let session = Session::with(&[("t.csv", TABLE), ("t.rules", "version 1\nfd zip -> city, state\n")]);
    for line in ["check t.rules", "check t.rules t.csv", "check t.rules --data t.csv"] {
        assert_eq!(session.run(line), "exit 0\n--- stdout\n1 rule, 0 errors, 0 warnings: nothing stops a run\n");
    }
    assert_eq!(session.names(), ["t.csv", "t.rules"]);
}

#[test]
fn doubts_are_the_result_and_exit_with_1() {
    let rules = "fd zip -> city\nfd city -> state\nfd zip -> state\n";
    let session = Session::with(&[("t.rules", rules)]);
    assert_data_eq!(
        session.run("check t.rules"),
        str![[r#"
exit 1
--- stdout
warning[implied-dependency]: `zip -> state` follows from `fd zip -> city` (t.rules:1) and `fd city -> state` (t.rules:2)
 --> t.rules:3:1
  |
3 | fd zip -> state
  | ^^^^^^^^^^^^^^^ adds nothing
  |
  = help: leave `state` out on the right, or the rule if nothing else is there

3 rules, 0 errors, 1 warning: nothing stops a run, and the warnings are worth a look first

"#]]
    );
}

#[test]
fn the_table_shows_more() {
    let session = Session::with(&[("t.csv", TABLE), ("t.rules", "if zip = \"0184\" then city = \"Rome\"\n")]);
    assert!(session.run("check t.rules").starts_with("exit 0\n"));
    assert_data_eq!(
        session.run("check t.rules t.csv"),
        str![[r#"
exit 1
--- stdout
warning[no-support]: no row meets `zip = "0184"`
 --> t.rules:1:10
  |
1 | if zip = "0184" then city = "Rome"
  |          ^^^^^^ never met
  |
  = help: write `"00184"`

1 rule, 0 errors, 1 warning: nothing stops a run, and the warnings are worth a look first

"#]]
    );
}

#[test]
fn mistakes_of_all_kinds_are_told_at_once_and_exit_with_2() {
    let rules = "fd zip city\nfd zipp -> city\nif zip = \"0184\" then city = \"Rome\"\n";
    let session = Session::with(&[("t.csv", TABLE), ("t.rules", rules)]);
    session.fails(
        "check t.rules t.csv",
        str![[r#"
exit 2
--- stdout
error[syntax]: expected `,` or `->`, found `city`
 --> t.rules:1:8
  |
1 | fd zip city
  |        ^^^^ not expected
  |
  = help: write `zip -> city`

error[unknown-column]: no column `zipp` in t.csv
 --> t.rules:2:4
  |
2 | fd zipp -> city
  |    ^^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city, state

warning[no-support]: no row meets `zip = "0184"`
 --> t.rules:3:10
  |
3 | if zip = "0184" then city = "Rome"
  |          ^^^^^^ never met
  |
  = help: write `"00184"`

2 rules, 2 errors, 1 warning: correct what is wrong and check again

"#]],
    );
}

#[test]
fn a_file_that_is_not_there_is_told_beside_the_rest() {
    let session = Session::with(&[("t.rules", "require age > 9\nrequire age < 5\n")]);
    let told = session.run("check t.rules nope.rules nope.csv");
    assert!(told.starts_with("exit 2\n"), "{told}");
    for part in ["nope.rules", "nope.csv", "contradictory-rules", "1 warning: correct what is wrong and check again\n"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_table_among_the_rules_is_refused() {
    let session = Session::with(&[("t.csv", TABLE), ("t.rules", "fd zip -> city\n")]);
    session.fails(
        "check t.csv t.rules",
        str![[r#"
exit 2
--- stderr
error[table-for-rules]: `t.csv` is a table, and rules are expected here
 |
 = help: name the files of rules first and one table last, or the table with `--data FILE`


"#]],
    );
}

#[test]
fn json_holds_every_message_and_the_counts() {
    let session = Session::with(&[("t.rules", "require age > 9\nrequire age < 5\n")]);
    let output = session.output("check t.rules --format json");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["rules"], &json["errors"], &json["warnings"]), (&2.into(), &0.into(), &1.into()));
    let message = &json["diagnostics"][0];
    assert_eq!((&message["code"], &message["line"]), (&"contradictory-rules".into(), &2.into()));
}
