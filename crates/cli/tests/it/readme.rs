//! The commands of the README.

use crate::session::{Session, project_root};

/// Its first command, on the table that ships. The output goes elsewhere, so that the test can run twice.
#[test]
fn the_first_command_repairs_the_table_that_ships() {
    let session = Session::with(&[]);
    let [table, rules, truth] = ["orders.csv", "orders.rules", "orders.truth.csv"].map(|name| {
        let path = project_root().join("testdata").join(name);
        path.to_str().expect("the project lies in a folder with a UTF-8 name").to_owned()
    });
    let said = session.done(&format!("repair {table} --rules {rules} -o orders.clean.csv"));
    assert!(said.lines().count() <= 10, "{said}");
    assert!(said.lines().last().unwrap().starts_with("Next "), "{said}");
    assert_eq!(session.names(), ["orders.clean.csv", "orders.repairs.csv", "orders.repairs.meta.json"]);

    let before = session.done(&format!("score {table} {table} {truth}"));
    let after = session.done(&format!("score {table} orders.clean.csv {truth}"));
    let f1 = |score: &str| score.split_whitespace().nth(2).unwrap().parse::<f64>().unwrap();
    assert!(f1(&before) == 0.0 && f1(&after) > 0.9, "{after}");
}
