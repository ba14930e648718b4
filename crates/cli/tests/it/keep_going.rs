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
    assert_data_eq!(
        session().run("repair cities.csv -r constraints.txt --keep-going --dry-run"),
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
Rules      1 used, 2 left out for mistakes; 1 was broken (1 change needed), none is now
To repair  1 of 18 cells (5.6 %): city 1
To review  0 of 18 cells
Such as    row 4, city: "Rom" -> "Rome" (0.99); 4 of 4 other rows with zip = "00184" agree (rule fd zip -> city)
Written    nothing: this was a dry run of what goes to cities.clean.csv and cities.repairs.csv
Next       run it again without `--dry-run` to write the files
--- stderr
warning[unknown-operator]: no operator is called `NEQ`, so the rule is left out
 --> constraints.txt:2:25
  |
2 | t1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)
  |                         ^^^ not an operator
  |
  = help: write `IQ`; the operators are EQ, IQ, LT, GT, LTE, GTE

warning[unknown-column]: no column `sity` in cities.csv, so the rule is left out
 --> constraints.txt:3:39
  |
3 | t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.sity,t2.sity)
  |                                       ^^^^ not in the header
  |
  = help: write `city`; the columns are zip, city


"#]]
        .raw()
    );
}

#[test]
fn a_check_of_the_data_says_how_many_rules_were_left_out() {
    assert_data_eq!(
        session().run("detect cities.csv -r constraints.txt --keep-going"),
        str![[r#"
exit 1
--- stdout
fd zip -> city (constraints.txt:1): 1 of 9 rows (11.1 %) has to change; 1 to blame, 5 involved
  cities.csv:5: city "Rom"

1 of 1 rule is broken; 1 of 18 cells (5.6 %) is to blame; 2 rules left out for mistakes
--- stderr
warning[unknown-operator]: no operator is called `NEQ`, so the rule is left out
 --> constraints.txt:2:25
  |
2 | t1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)
  |                         ^^^ not an operator
  |
  = help: write `IQ`; the operators are EQ, IQ, LT, GT, LTE, GTE

warning[unknown-column]: no column `sity` in cities.csv, so the rule is left out
 --> constraints.txt:3:39
  |
3 | t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.sity,t2.sity)
  |                                       ^^^^ not in the header
  |
  = help: write `city`; the columns are zip, city


"#]]
        .raw()
    );
}

#[test]
fn a_check_of_the_rules_takes_mistakes_for_doubts() {
    assert_data_eq!(
        session().run("check constraints.txt cities.csv --keep-going"),
        str![[r#"
exit 1
--- stdout
warning[unknown-operator]: no operator is called `NEQ`, so the rule is left out
 --> constraints.txt:2:25
  |
2 | t1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)
  |                         ^^^ not an operator
  |
  = help: write `IQ`; the operators are EQ, IQ, LT, GT, LTE, GTE

warning[unknown-column]: no column `sity` in cities.csv, so the rule is left out
 --> constraints.txt:3:39
  |
3 | t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.sity,t2.sity)
  |                                       ^^^^ not in the header
  |
  = help: write `city`; the columns are zip, city

1 rule (2 left out), 0 errors, 2 warnings: nothing stops a run, and the warnings are worth a look first

"#]]
        .raw()
    );
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
    session.fails(
        "detect cities.csv -r wrong.rules --keep-going",
        str![[r#"
exit 2
--- stderr
error[no-rules]: the one rule has a mistake, so none is left
 |
 = help: correct one of them at least

warning[unknown-column]: no column `zpi` in cities.csv, so the rule is left out
 --> wrong.rules:1:4
  |
1 | fd zpi -> city
  |    ^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city


"#]],
    );
    session.fails(
        "repair cities.csv -r wrong.rules -r gone.rules --keep-going",
        str![[r#"
exit 2
--- stderr
error[rule-file]: there is no rule file `gone.rules`
 |
 = help: check the path

error[no-rules]: the one rule has a mistake, so none is left
 |
 = help: correct one of them at least

warning[unknown-column]: no column `zpi` in cities.csv, so the rule is left out
 --> wrong.rules:1:4
  |
1 | fd zpi -> city
  |    ^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city


"#]],
    );
}
