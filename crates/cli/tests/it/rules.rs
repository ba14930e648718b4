//! `lustrate rules`: the reference and its pages.

use snapbox::str;

use crate::session::Session;

#[test]
fn the_whole_reference_has_every_statement_and_every_warning() {
    let reference = Session::with(&[]).done("rules");
    for part in ["# The rule language\n", "### `fd`: ", "### `version`: ", "- `no-support`: "] {
        assert!(reference.contains(part), "{part}");
    }
}

#[test]
fn a_word_shows_its_page_alone() {
    let session = Session::with(&[]);
    let page = session.done("rules fd");
    assert!(page.starts_with("### `fd`: ") && page.contains("```rules\n") && !page.contains("### `deny`"), "{page}");
    assert!(session.done("rules rewrite").starts_with("### `rewrite`: "));
    assert!(session.done("rules dependency-cycle").starts_with("### `dependency-cycle`: "));
}

#[test]
fn an_unknown_word_is_told_with_the_nearest() {
    let told = Session::with(&[]).run("rules uniq");
    assert!(told.starts_with("exit 2\n--- stderr\nerror[unknown-page]: the reference has no page `uniq`\n"), "{told}");
    assert!(told.contains("help: write `lustrate rules unique`; the statements are "), "{told}");
}

/// A rule file that is not in the canonical form, and its form.
const LOOSE: &str = "#by law\nzip:  fd zip->city   hard # since 1963\n\n\ncheck rows>=1 ; check nulls( zip )<=5%\n";
const CANONICAL: &str = "# by law\nzip: fd zip -> city hard  # since 1963\n\ncheck rows >= 1\ncheck nulls(zip) <= 5%\n";

#[test]
fn a_rule_file_is_shown_in_its_canonical_form() {
    let session = Session::with(&[("x.rules", LOOSE), ("y.rules", "unique id\n")]);
    assert_eq!(session.done("rules fmt x.rules"), CANONICAL);
    assert_eq!(session.done("rules fmt x.rules y.rules"), format!("{CANONICAL}unique id\n"));
    assert_eq!(session.read("x.rules"), LOOSE);
}

#[test]
fn standard_input_is_a_rule_file() {
    let session = Session::with(&[("x.rules", LOOSE)]);
    let shown = |line: &str| {
        let input = std::fs::File::open(session.path().join("x.rules")).unwrap();
        let output = session.command(line).stdin(input).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(shown("rules fmt -"), (Some(0), CANONICAL.to_owned(), String::new()));
    assert_eq!(shown("rules fmt --check -"), (Some(1), "standard input\n".to_owned(), String::new()));
    assert_eq!(shown("rules json -").1, session.done("rules json x.rules"));
    let (code, _, told) = shown("rules fmt --write -");
    assert_eq!((code, told.starts_with("error[standard-input]: ")), (Some(2), true), "{told}");
}

#[test]
fn only_files_that_are_not_canonical_are_rewritten_and_named() {
    let session = Session::with(&[("x.rules", LOOSE), ("y.rules", CANONICAL)]);
    let unchanged = std::fs::metadata(session.path().join("y.rules")).unwrap().modified().unwrap();
    assert_eq!(session.run("rules fmt --check x.rules y.rules"), "exit 1\n--- stdout\nx.rules\n");
    assert_eq!(session.read("x.rules"), LOOSE);
    assert_eq!(session.run("rules fmt --write x.rules y.rules"), "exit 0\n--- stdout\nx.rules\n");
    assert_eq!([session.read("x.rules"), session.read("y.rules")], [CANONICAL, CANONICAL]);
    assert_eq!(std::fs::metadata(session.path().join("y.rules")).unwrap().modified().unwrap(), unchanged);
    assert_eq!(session.run("rules fmt --check x.rules y.rules"), "exit 0\n");
    assert_eq!(session.names(), ["x.rules", "y.rules"]);
}

#[test]
fn a_mistake_in_one_file_leaves_all_as_they_were_and_every_one_is_told() {
    let session = Session::with(&[("x.rules", LOOSE), ("y.rules", "fd zip city\nuniq id\n"), ("z.json", "{}")]);
    let told = session.run("rules fmt --write x.rules y.rules none.rules");
    for part in ["exit 2\n--- stderr\n", "no rule file `none.rules`", "y.rules:1:8\n", "y.rules:2:1\n"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(session.read("x.rules"), LOOSE);
    let told = session.run("rules json z.json");
    assert!(
        told.starts_with("exit 2\n--- stderr\nerror[missing-field]: a rule file lacks the field `version`\n"),
        "{told}"
    );
}

#[test]
fn files_of_other_forms_are_converted_and_never_rewritten() {
    let published = "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\nt1&EQ(t1.city,\"ROME\")\n";
    let session = Session::with(&[("x.txt", published), ("y.txt", "a b -> c\n"), ("z.rules", "a -> b\n")]);
    assert_eq!(session.done("rules fmt x.txt"), "fd zip -> city\ndeny city = \"ROME\" ignoring case\n");
    assert_eq!(session.done("rules fmt y.txt"), "fd \"a b\" -> c\n");
    session.fails(
        "rules fmt --write x.txt",
        "exit 2
--- stderr
error[foreign-form]: `x.txt` is constraints in the form of HoloClean, which other programs may read, and is not rewritten
 |
 = help: write `lustrate rules fmt x.txt > x.rules`

",
    );
    assert_eq!(session.read("x.txt"), published);
    // A shell empties the file that output goes to before it is read.
    assert!(session.run("rules fmt --write z.rules").contains("write `lustrate rules fmt z.rules > z.text.rules`"));
}

#[test]
fn json_is_a_rule_file_like_any_other() {
    let session = Session::of_cities();
    let json = session.done("rules json cities.rules");
    session.write("cities.json", json.as_bytes());
    session.write("use.rules", b"use \"cities.json\" as json\n");
    assert_eq!(session.done("rules fmt cities.json"), session.read("cities.rules"));
    assert_eq!(session.done("rules json cities.json"), json);
    let found = session.run("detect cities.csv -r cities.rules");
    assert!(found.contains("places"), "{found}");
    for rules in ["cities.json", "use.rules"] {
        let place = found.replace("cities.rules:1", "cities.json:4");
        assert_eq!(session.run(&format!("detect cities.csv -r {rules}")), place);
        assert!(session.done(&format!("check {rules}")).contains("1 rule, 0 errors"));
    }
    session.write("bad.json", json.replace("[\"zip\"]", "[\"zipcode\"]").as_bytes());
    let told = session.run("detect cities.csv -r bad.json");
    assert!(told.contains("error[unknown-column]: no column `zipcode`") && told.contains("bad.json:4:"), "{told}");
}

#[test]
fn a_word_that_is_nearly_a_conversion_is_told() {
    let told = Session::with(&[]).run("rules fmtt");
    assert!(told.contains("help: write `lustrate rules fmt`; "), "{told}");
}

#[test]
fn every_conversion_has_examples_and_exit_codes_in_its_help() {
    for conversion in ["fmt", "json"] {
        let help = Session::with(&[]).done(&format!("rules {conversion} --help"));
        for heading in ["Examples:\n", "What is written:\n", "Exit codes:\n"] {
            assert!(help.contains(heading), "{help}");
        }
    }
}

#[test]
fn a_table_given_for_a_rule_file_is_told_in_one_message() {
    let session = Session::of_cities();
    session.fails(
        "rules fmt cities.csv",
        str![[r#"
exit 2
--- stderr
error[table-for-rules]: `cities.csv` is a table, and rules are expected here
 |
 = help: name a file of rules


"#]],
    );
}

#[test]
fn a_code_without_a_page_is_told_which_have_one() {
    let told = Session::with(&[]).run("rules unknown-column");
    assert!(told.contains("the reference has no page `unknown-column`\n"), "{told}");
    assert!(told.contains("the warnings are ") && told.contains("no-support"), "{told}");
}
