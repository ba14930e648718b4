//! `lustrate discover`, and runs without rules.

use snapbox::str;

use crate::session::Session;

/// Sixty rows of three towns with two postal codes each, one town misspelt once.
fn towns() -> String {
    let towns = [("00184", "Rome"), ("10115", "Berlin"), ("75001", "Paris")];
    let more = [("00195", "Rome"), ("10437", "Berlin"), ("75002", "Paris")];
    let towns: Vec<_> = towns.into_iter().chain(more).collect();
    let rows = (0..60).map(|row| {
        let (zip, town) = towns[row % 6];
        let town = if row == 25 { "Belrin" } else { town };
        format!("{},{zip},{town}\n", 100 + row * 7)
    });
    "order,zip,town\n".to_owned() + &rows.collect::<String>()
}

fn of_towns() -> Session {
    Session::with(&[("towns.csv", &towns())])
}

#[test]
fn rules_go_to_standard_output_with_their_evidence() {
    let session = of_towns();
    let output = session.command("discover towns.csv").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    assert!(text.contains("\nfd zip -> town  # holds in 98.3 % of 60 rows; 1 exception\n"), "{text}");
    assert_eq!(session.names(), ["towns.csv"]);
}

#[test]
fn the_file_gives_the_repairs_of_a_run_without_rules() {
    let session = of_towns();
    for command in ["discover towns.csv -o towns.rules", "check towns.rules towns.csv", "repair towns.csv -o none.csv"]
    {
        assert!(session.command(command).output().unwrap().status.success(), "{command}");
    }
    let with = "repair towns.csv -r towns.rules -o some.csv --repairs some.repairs.csv";
    assert!(session.command(with).output().unwrap().status.success());
    assert_eq!(session.read("none.csv"), session.read("some.csv"));
    assert_eq!(session.read("towns.repairs.csv"), session.read("some.repairs.csv"));
    assert!(session.read("none.csv").matches("Berlin").count() == 20 && !session.read("none.csv").contains("Belrin"));
}

#[test]
fn a_file_that_is_there_stays_without_force() {
    let session = of_towns();
    session.write("towns.rules", b"mine\n");
    let refused = session.command("discover towns.csv -o towns.rules").output().unwrap();
    assert_eq!((refused.status.code(), session.read("towns.rules").as_str()), (Some(2), "mine\n"));
    assert!(session.command("discover towns.csv -o towns.rules --force").output().unwrap().status.success());
    assert!(session.read("towns.rules").contains("fd zip -> town"));
}

#[test]
fn programs_get_an_object() {
    let session = of_towns();
    let output = session.command("discover towns.csv --format json").output().unwrap();
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["data"], &object["rows"]), (&"towns.csv".into(), &60.into()));
    let rules = object["rules"].as_array().unwrap();
    let fd = rules.iter().find(|rule| rule["rule"] == "fd zip -> town").unwrap();
    assert_eq!(
        (&fd["about"], &fd["evidence"]),
        (&"dependencies".into(), &"holds in 98.3 % of 60 rows; 1 exception".into())
    );
}

#[test]
fn detection_without_rules_goes_by_those_that_the_table_shows() {
    let session = of_towns();
    let output = session.command("detect towns.csv").output().unwrap();
    let [text, notes] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(1), "{text}{notes}");
    assert!(text.contains("Belrin") && notes.contains("no rules were given"), "{text}{notes}");
}

#[test]
fn a_table_that_there_is_not_is_told() {
    let session = Session::with(&[]);
    session.fails(
        "discover none.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-file]: there is no file `none.csv`
 |
 = help: check the path


"#]],
    );
}
