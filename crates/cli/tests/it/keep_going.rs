//! `--keep-going`: rules with mistakes are left out, told, and counted.

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::{CITIES, Session};

/// One constraint that is right, one with a mistyped operator and one with a column that is not there.
const CONSTRAINTS: &str = "\
t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)
t1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)
t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.sity,t2.sity)
";

fn session() -> Session {
    Session::with(&[("cities.csv", CITIES), ("constraints.txt", CONSTRAINTS)])
}

#[test]
fn a_repair_leaves_out_the_rules_with_mistakes_and_uses_the_others() {
    assert_data_eq!(session().run("repair cities.csv -r constraints.txt --keep-going --dry-run"), str![[""]].raw());
}

#[test]
fn a_check_of_the_data_says_how_many_rules_were_left_out() {
    assert_data_eq!(session().run("detect cities.csv -r constraints.txt --keep-going"), str![[""]].raw());
}

#[test]
fn a_check_of_the_rules_takes_mistakes_for_doubts() {
    assert_data_eq!(session().run("check constraints.txt cities.csv --keep-going"), str![[""]].raw());
}

#[test]
fn without_it_the_mistakes_stop_the_run() {
    for command in [
        "repair cities.csv -r constraints.txt",
        "detect cities.csv -r constraints.txt",
        "check constraints.txt cities.csv",
    ] {
        assert_eq!(session().output(command).status.code(), Some(2), "{command}");
    }
}

#[test]
fn where_no_rule_is_left_the_run_stops() {
    let session = session();
    session.write("wrong.rules", b"fd zpi -> city\n");
    session.fails("detect cities.csv -r wrong.rules --keep-going", str![[""]]);
    session.fails("repair cities.csv -r wrong.rules -r gone.rules --keep-going", str![[""]]);
}
