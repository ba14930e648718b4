//! `lustrate explain`: what is said of a cell, and of cells that there are not.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

/// The number at the start of each line of terms, by candidate: all but the last add up to the last.
fn terms(text: &str) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = Vec::new();
    for line in text.lines() {
        if line.ends_with(':') {
            all.push(Vec::new());
        } else if let (true, Some(terms)) = (line.starts_with(' '), all.last_mut()) {
            let term = line.trim_start().split_once("  ").expect("a term and its words").0;
            terms.push(term.parse().expect("a term is a number"));
        }
    }
    all
}

#[test]
fn a_wrong_cell_is_explained() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("explain cities.csv 4:city -r cities.rules"),
        str![[r#"
exit 0
--- stdout
Cell       row 4 (line 5), city
Written    "Rom"; this is right with a probability of 3.3e-5
Instead    "Rome" 0.9993, "Berlin" 1.3e-9, none of these 6.1e-4
Decision   changed to "Rome" (0.9993): cells are changed from 0.7 on

"Rome", with a probability of 0.9993:
     +8.08  "Rome" fits the column better
     +7.39  4 of 4 other rows with zip = "00184" agree (rule places) [cities.rules:1; rows 1, 3, 6, 8]
     -5.73  "Rom" would be an error: typing error
     +0.58  it goes with zip "00184"
     -0.01  rounding
    +10.31  in sum, in nats: the log odds against "Rom", ln(0.9993 / 3.3e-5)

"Berlin", with a probability of 1.3e-9:
    -13.35  "Rom" would be an error: value that does not belong here
     +3.21  "Berlin" fits the column and the row better
     +0.01  rounding
    -10.13  in sum, in nats: the log odds against "Rom", ln(1.3e-9 / 3.3e-5)

"#]]
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}

#[test]
fn what_is_printed_adds_up() {
    let session = Session::of_cities();
    let text = session.done("explain cities.csv 4:city 1:city 1:zip -r cities.rules --all");
    let terms = terms(&text);
    assert!(terms.len() >= 3, "{text}");
    for terms in terms {
        let (sum, parts) = terms.split_last().unwrap();
        assert!(!parts.is_empty() && (parts.iter().sum::<f64>() - sum).abs() < 1e-9, "{text}");
    }
}

#[test]
fn a_cell_that_is_right_and_one_that_is_left_alone_are_explained_too() {
    let session = Session::of_cities();
    let text = session.done("explain cities.csv 1:city 1:zip -r cities.rules --id zip");
    assert_data_eq!(
        text,
        str![[r#"
Cell       row 1 (line 2) of 00184, city
Written    "Rome"; this is right with a probability of 0.9868
Instead    "Berlin" 0.0014, none of these 0.0117
Decision   left as it is written: nothing else is more probable than what is written

"Berlin", with a probability of 0.0014:
     -5.36  "Rome" would be an error: value that does not belong here
     -1.18  "Rome" fits the column better
     -6.54  in sum, in nats: the log odds against "Rome", ln(0.0014 / 0.9868)

Cell       row 1 (line 2) of 00184, zip
Written    "00184"
Column     it is left alone: it identifies rows
Decision   left as it is written: the column identifies rows, and is never changed

"#]]
    );
}

#[test]
fn json_gives_the_same_with_all_digits() {
    let session = Session::of_cities();
    let text = session.done("explain cities.csv 4:city 1:zip -r cities.rules --id zip --json");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["schema"], &json["data"]), (&1.into(), &"cities.csv".into()));
    let cell = &json["cells"][0];
    assert_eq!((&cell["row"], &cell["line"], &cell["key"][0]), (&4.into(), &5.into(), &"00184".into()));
    assert_eq!((&cell["written"], &cell["fate"]["decision"]), (&"Rom".into(), &"apply".into()));
    let written = cell["probability"].as_f64().unwrap();
    let candidates = cell["candidates"].as_array().unwrap();
    assert!((1..=3).contains(&candidates.len()));
    for candidate in candidates {
        let number = |value: &serde_json::Value| value.as_f64().unwrap();
        let sum: f64 = candidate["contributions"].as_array().unwrap().iter().map(|c| number(&c["log_odds"])).sum();
        assert!((sum - (number(&candidate["probability"]) / written).ln()).abs() < 1e-6, "{candidate}");
        assert!((sum - number(&candidate["log_odds"])).abs() < 1e-9, "{candidate}");
    }
    let id = &json["cells"][1];
    assert!(id["probability"].is_null() && id["candidates"].as_array().unwrap().is_empty());
    assert_eq!(id["fate"]["decision"], "leave");

    // The fields are those that the help names.
    let help = session.done("explain --help");
    for fields in [cell, &cell["fate"], &candidates[0], &candidates[0]["contributions"][0]] {
        for field in fields.as_object().unwrap().keys() {
            assert!(help.contains(field.as_str()), "{field}");
        }
    }
}

#[test]
fn options_are_those_of_a_repair() {
    let session = Session::of_cities();
    let text = session.done("explain cities.csv 4:city -r cities.rules --apply-at 1");
    assert!(text.contains("for review, perhaps \"Rome\""), "{text}");
    session.write("cities.csv", session.read("cities.csv").replace(',', ";").as_bytes());
    session.write("cities.rules", b"fd zip -> city\nfd zip -> town\n");
    let output = session.output("explain cities.csv 4:city -r cities.rules --delimiter ; --keep-going");
    assert!(output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("town"));
}

#[test]
fn a_cell_that_there_is_not_is_told_with_what_to_write() {
    let session = Session::of_cities();
    session.fails(
        "explain cities.csv 4:ctiy -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `ctiy` in the table, of which a cell was to be explained
 |
 = help: write `4:city`; the columns are zip, city


"#]],
    );
    session.fails(
        "explain cities.csv 10:city -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[unknown-row]: no row 10 in the table, of which a cell was to be explained
 |
 = help: the data rows are 1 to 9: the header is not counted


"#]],
    );
    session.fails(
        "explain cities.csv 4;city -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[bad-cell]: `4;city` names no cell
 |
 = help: write `4:city`; a cell is named by its data row, a colon and its column: `12:city`


"#]],
    );
    // No cell is named at all.
    session.fails(
        "explain cities.csv",
        str![[r#"
exit 2
--- stderr
error[nothing-named]: no cell is named, and no rule or column, so there is nothing to explain
 |
 = help: name a cell behind the table, such as `12:city`, a row, such as `12`, or `--rule` or `--column`


"#]],
    );
}

#[test]
fn a_row_is_explained_cell_by_cell_and_what_is_doubtful_in_full() {
    let session = Session::of_cities();
    let said = session.done("explain cities.csv 4 -r cities.rules");
    let (row, full) = said.split_once("\n\n").expect("the row and what is doubtful");
    assert!(row.starts_with("Row        4 (line 5)\nCells      zip \"00184\", right with 0."), "{row}");
    assert!(row.contains("\n           city \"Rom\", right with 3.3e-5: changed to \"Rome\" (0.9993)"), "{row}");
    assert_eq!(row.lines().count(), 3);
    assert!(full.starts_with("Cell       row 4 (line 5), city\n") && !full.contains("Cell       row 4 (line 5), zip"));
    session.fails(
        "explain cities.csv 10 -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[unknown-row]: no row 10 in the table, which was to be explained
 |
 = help: the data rows are 1 to 9: the header is not counted


"#]],
    );
}

#[test]
fn a_rule_says_what_it_found_and_what_came_of_it() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("explain cities.csv --rule places -r cities.rules"),
        str![[r#"
exit 0
--- stdout
Rule       places on city (cities.rules:1), soft
Support    9 rows share their key with another row; in about 90.9 % of them most others say the same
Before     1 of 9 rows (11.1 %) had to change; 5 of 9 rows (55.6 %) took part in a violation
After      0 of 9 rows still have to; 0 of 9 rows take part
Blamed     1 cell: 1 changed, 0 for review, 0 left as they are, where something else is believed more
Cells      row 4 (line 5), city "Rom": changed to "Rome" (0.9993): cells are changed from 0.7 on

"#]]
    );
    let said = session.run("explain cities.csv --rule palces -r cities.rules");
    assert!(said.starts_with("exit 2") && said.contains("write `places`; the rules are places"), "{said}");
}

#[test]
fn a_column_says_what_is_doubtful_and_what_tells_of_it() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("explain cities.csv --column city -r cities.rules"),
        str![[r#"
exit 0
--- stdout
Column     city: 3 different values; 0 of 9 cells missing
Is         text
Shapes     Aa+ in 9 (9 a digit, A and a letters, + more of them)
Changed    1 of 9 cells (11.1 %)
To review  0 of 9 cells
Errors     typing error 1
Learned    14.2 % of the cells are wrong; of these typing error 29 %, value that does not belong here 27 %, missing value 14 %, scrambled characters 12 %, written backwards 9 %, stray character 9 %
Told by    zip, trusted 0.9990

"#]]
    );
    let said = session.run("explain cities.csv --column ctiy -r cities.rules");
    assert!(said.starts_with("exit 2") && said.contains("write `city`; the columns are zip, city"), "{said}");
}

#[test]
fn rules_and_columns_are_in_the_form_for_programs_too() {
    let session = Session::of_cities();
    let json = session.done("explain cities.csv 4 --rule places --column city -r cities.rules --json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["cells"].as_array().unwrap().len(), 2);
    let rule = &json["rules"][0];
    assert_eq!((&rule["line"], &rule["blamed"][0]["fate"]["decision"]), (&1.into(), &"apply".into()));
    assert_eq!((&json["columns"][0]["changed"], &json["columns"][0]["distinct"]), (&1.into(), &3.into()));
    let contributions = json["cells"][1]["candidates"][0]["contributions"].as_array().unwrap();
    let by_rule = contributions.iter().find(|one| one["rule"] == "places").unwrap();
    assert_eq!((&by_rule["rule_at"]["line"], &by_rule["rows"]), (&1.into(), &serde_json::json!([1, 3, 6, 8])));
}

#[test]
fn each_rule_is_named_once_where_one_is_unknown() {
    let session = Session::of_cities();
    session.write("two.csv", "a,b,c\n1,2,3\n1,2,3\n".as_bytes());
    session.write("two.rules", b"both: fd a -> b, c\nother: fd b -> c\n");
    let told = session.run("explain two.csv --rule nope -r two.rules");
    assert!(told.contains("the rules are both, other\n"), "{told}");
}

#[test]
fn the_probabilities_of_a_cell_add_up_to_one_though_not_all_candidates_are_listed() {
    let rows: String = (0..120).map(|row| format!("{row},Town{}\n", (b'a' + row % 12) as char)).collect();
    let session = Session::with(&[("t.csv", &format!("id,town\n{rows}120,\n121,Townx\n"))]);
    let said = session.done("explain t.csv 121:town 122:town 5:town --id id --all --json");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    for cell in json["cells"].as_array().unwrap() {
        let listed: f64 = cell["candidates"].as_array().unwrap().iter().map(|one| number(&one["probability"])).sum();
        let sum = number(&cell["probability"]) + listed + number(&cell["unlisted"]);
        assert!((sum - 1.0).abs() < 1e-9, "{sum}: {cell}");
    }
}
