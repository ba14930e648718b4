//! `lustrate score`: the lines and the JSON of the reference implementation.

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::Session;

fn session() -> Session {
    Session::with(&[
        ("dirty.csv", "id,größe\n1,Rom\n2,Oslo\n3,Bern\n4,12.0\n"),
        ("clean.csv", "id,größe\n1,Rome\n2,Oslo\n3,Berlin\n4,12.0\n"),
        ("truth.csv", "id,größe\n1,Rome\n2,Oslo\n3,Bern\n4,12\n"),
    ])
}

#[test]
fn totals_are_two_lines() {
    assert_data_eq!(
        session().run("score dirty.csv clean.csv truth.csv"),
        str![[r#"
exit 0
--- stdout
raw        f1 0.5000  precision 0.5000  recall 0.5000  edr +0.0000  errors 2  changed 2  correct 1  broken 1
normalised f1 0.6667  precision 0.5000  recall 1.0000  edr +0.0000  errors 1  changed 2  correct 1  broken 1

"#]]
        .raw()
    );
}

#[test]
fn columns_are_shown_on_demand() {
    assert_data_eq!(
        session().run("score dirty.csv clean.csv truth.csv --by-column"),
        str![[r#"
exit 0
--- stdout
raw        f1 0.5000  precision 0.5000  recall 0.5000  edr +0.0000  errors 2  changed 2  correct 1  broken 1
  größe                    errors      2 changed      2 correct      1 broken      1
normalised f1 0.6667  precision 0.5000  recall 1.0000  edr +0.0000  errors 1  changed 2  correct 1  broken 1

"#]]
        .raw()
    );
}

#[test]
fn json_is_that_of_python() {
    assert_data_eq!(
        session().run("score dirty.csv clean.csv truth.csv --json"),
        str![[r#"
exit 0
--- stdout
{
 "raw": {
  "errors": 2,
  "changed": 2,
  "correct": 1,
  "broken": 1,
  "after": 2,
  "precision": 0.5,
  "recall": 0.5,
  "f1": 0.5,
  "edr": 0.0,
  "columns": {
   "gr\u00f6\u00dfe": {
    "errors": 2,
    "changed": 2,
    "correct": 1,
    "broken": 1,
    "after": 2,
    "precision": 0.5,
    "recall": 0.5,
    "f1": 0.5,
    "edr": 0.0
   }
  }
 },
 "normalised": {
  "errors": 1,
  "changed": 2,
  "correct": 1,
  "broken": 1,
  "after": 1,
  "precision": 0.5,
  "recall": 1.0,
  "f1": 0.6667,
  "edr": 0.0,
  "columns": {
   "gr\u00f6\u00dfe": {
    "errors": 1,
    "changed": 2,
    "correct": 1,
    "broken": 1,
    "after": 1,
    "precision": 0.5,
    "recall": 1.0,
    "f1": 0.6667,
    "edr": 0.0
   }
  }
 }
}

"#]]
        .raw()
    );
}
