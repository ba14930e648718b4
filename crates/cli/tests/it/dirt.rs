//! `lustrate dirt`: what it plants, and what it says of it.

use snapbox::{assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn a_table_that_is_made_up_comes_with_its_truth_its_rules_and_its_errors() {
    let session = Session::with(&[]);
    session.done("dirt --generate orders --rows 60 --seed 5 -o o.csv");
    assert_eq!(session.names(), ["o.csv", "o.planted.csv", "o.rules", "o.truth.csv"]);
    let planted = session.read("o.planted.csv").lines().count() - 1;
    let score = session.done("score o.csv o.truth.csv o.truth.csv");
    assert!(
        planted > 0 && score.contains(&format!("errors {planted}  changed {planted}  correct {planted}")),
        "{score}"
    );
    session.done("detect o.truth.csv -r o.rules");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let session = Session::with(&[]);
    for (name, seed) in [("a", 5), ("b", 5), ("c", 6)] {
        session.done(&format!("dirt --generate visits --rows 60 --seed {seed} -o {name}.csv"));
    }
    assert_eq!(session.read("a.csv"), session.read("b.csv"));
    assert_ne!(session.read("a.csv"), session.read("c.csv"));
}

#[test]
fn a_table_of_ones_own_is_the_truth_and_stays_as_it_is() {
    let session = Session::with(&[("cities.csv", CITIES)]);
    let said = session.run("dirt cities.csv -o dirty.csv --rate 0.2 --kinds typo --skip zip --seed 1");
    assert_data_eq!(
        said,
        str![[r#"
exit 0
--- stdout
Table      cities.csv: 9 rows, 2 columns, 18 cells
Planted    2 of 18 cells (11.1 %): typo 2
Written    dirty.csv and dirty.planted.csv, which lists each error
Next       repair it: `lustrate repair dirty.csv`
           and score it: `lustrate score dirty.csv dirty.clean.csv cities.csv`

"#]]
    );
    assert_eq!(session.read("cities.csv"), CITIES);
    let planted = session.read("dirty.planted.csv");
    assert!(planted.starts_with("row,column,kind,old,new\n"), "{planted}");
    assert!(planted.lines().skip(1).all(|line| line.contains(",city,typo,")), "{planted}");
}
