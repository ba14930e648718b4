//! `lustrate repair --report`: the page for people.

use snapbox::str;

use crate::session::{CITIES, Session};

#[test]
fn a_report_is_written_beside_the_rest_and_told() {
    let session = Session::of_cities();
    let said = session.run("repair cities.csv -r cities.rules --report cities.html");
    assert!(said.contains("why and how sure; cities.html is the report"), "{said}");
    let page = session.read("cities.html");
    assert!(page.starts_with("<!doctype html>") && page.contains("1 of 18 cells (5.6 %) was changed"));
    assert!(!page.contains("Against the truth"));
    // It tells of the same run as the other files, by their hashes too.
    let metadata = session.read("cities.repairs.meta.json");
    let hashes: Vec<&str> = metadata.split("\"sha256\":\"").skip(1).map(|rest| &rest[..64]).collect();
    assert_eq!(hashes.len(), 3, "{metadata}");
    assert!(hashes.iter().all(|hash| page.contains(hash)), "{hashes:?}");
    assert_eq!(session.read("cities.clean.csv"), CITIES.replace("Rom\n", "Rome\n"));
}

#[test]
fn with_a_truth_the_report_says_what_the_repairs_are_worth() {
    let session = Session::of_cities();
    session.write("truth.csv", CITIES.replace("Rom\n", "Rome\n").replace("city", "town").as_bytes());
    session.done("repair cities.csv -r cities.rules --report cities.html --truth truth.csv");
    let page = session.read("cities.html");
    let worth = "To the letter, 1 of 1 change (100.0 %) is right, 1 of 1 wrong cell (100.0 %) is mended";
    assert!(page.contains(worth), "{page}");
    assert!(page.contains("aria-label=\"Reliability diagram"));
}

#[test]
fn a_report_and_its_run_are_the_same_for_any_number_of_threads() {
    let session = Session::of_cities();
    session.done("repair cities.csv -r cities.rules --report cities.html --threads 1");
    let one = session.read("cities.html");
    session.done("repair cities.csv -r cities.rules --report cities.html --threads 3 --force");
    assert_eq!(session.read("cities.html"), one);
}

#[test]
fn a_truth_of_another_shape_is_refused_before_the_work() {
    let session = Session::of_cities();
    session.write("truth.csv", b"zip,city\n00184,Rome\n");
    session.fails(
        "repair cities.csv --report cities.html --truth truth.csv",
        str![[r#"
exit 2
--- stderr
error[not-comparable]: `truth.csv` has 1 row and 2 columns, and `cities.csv` has 9 rows and 2 columns
 |
 = help: give a truth with the rows and the columns of the table, in the same order


"#]],
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules", "truth.csv"]);
}

#[test]
fn a_report_overwrites_nothing_and_is_no_input() {
    let session = Session::of_cities();
    session.write("cities.html", b"mine");
    session.fails(
        "repair cities.csv --report cities.html",
        str![[r#"
exit 2
--- stderr
error[output-exists]: `cities.html` is there already
 |
 = help: add `--force` to overwrite it, or name another output


"#]],
    );
    session.write("truth.csv", CITIES.as_bytes());
    session.fails(
        "repair cities.csv --report truth.csv --truth truth.csv --force",
        str![[r#"
exit 2
--- stderr
error[output-is-input]: `truth.csv` is an input, which is never written to
 |
 = help: name another output


"#]],
    );
    assert_eq!(session.read("cities.html"), "mine");
}

#[test]
fn a_truth_needs_a_report_and_a_dry_run_writes_none() {
    let session = Session::of_cities();
    for line in ["repair cities.csv --truth cities.csv", "repair cities.csv --report cities.html --dry-run"] {
        let said = session.run(line);
        assert!(said.starts_with("exit 2") && said.contains("--report"), "{said}");
    }
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}
