//! `lustrate detect`: findings and exit codes.

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn findings_name_the_cells_and_exit_with_1() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("detect cities.csv -r cities.rules"),
        str![[r#"
exit 1
--- stdout
places (cities.rules:1): 1 of 9 rows (11.1 %) has to change; 1 to blame, 5 involved
  cities.csv:5: city "Rom"

1 of 1 rule is broken; 1 of 18 cells (5.6 %) is to blame

"#]]
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}

#[test]
fn a_table_that_holds_its_rules_exits_with_0() {
    let session = Session::of_cities();
    session.write("cities.csv", CITIES.replace("Rom\n", "Rome\n").as_bytes());
    assert_data_eq!(
        session.run("detect cities.csv -r cities.rules"),
        str![[r#"
exit 0
--- stdout
1 rule checked on 9 rows: none is broken

"#]]
    );
}

#[test]
fn a_rule_on_single_rows_blames_all_cells_that_it_names() {
    let table = "ordered,shipped\n2024-01-05,2024-01-07\n2024-01-09,2024-01-02\n";
    let session = Session::with(&[("t.csv", table), ("t.rules", "times: deny shipped < ordered by text\n")]);
    assert_data_eq!(
        session.run("detect t.csv -r t.rules"),
        str![[r#"
exit 1
--- stdout
times (t.rules:1): 1 of 2 rows (50.0 %) has to change; 1 to blame, 1 involved
  t.csv:3: ordered "2024-01-09", shipped "2024-01-02"

1 of 1 rule is broken; 2 of 4 cells (50.0 %) are to blame

"#]]
    );
}

#[test]
fn json_lists_every_rule_and_cell() {
    let session = Session::of_cities();
    let output = session.output("detect cities.csv -r cities.rules --format json");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["blamed_cells"], &json["rules"][0]["broken"]), (&1.into(), &1.into()));
    assert_eq!((&json["rules"][0]["cells"][0]["row"], &json["rules"][0]["cells"][0]["line"]), (&4.into(), &5.into()));
}

#[test]
fn missing_values_count_in_a_holoclean_file_that_is_used_so() {
    let session = Session::with(&[
        ("cities.csv", "zip,city\n1,Rome\n1,Rome\n1,\n,Bern\n,Bern\n,Basel\n"),
        ("constraints.txt", "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\n"),
        ("old.rules", "use \"constraints.txt\" as holoclean counting null\n"),
    ]);
    assert!(session.run("detect cities.csv -r constraints.txt").starts_with("exit 0\n"));
    assert_data_eq!(
        session.run("detect cities.csv -r old.rules"),
        str![[r#"
exit 1
--- stdout
fd zip -> city counting null (constraints.txt:1): 2 of 6 rows (33.3 %) have to change; 2 to blame, 6 involved
  cities.csv:4: city (missing)
  cities.csv:7: city "Basel"

1 of 1 rule is broken; 2 of 12 cells (16.7 %) are to blame

"#]]
        .raw()
    );
}

/// A table with a wrong city behind a line end in quotes, a row that is there twice, and an empty city too many.
fn of_all_kinds() -> Session {
    let table = "zip,city,note\n00184,Rome,x\n00184,Rome,\"a\nb\"\n00184,Rom,é\n00184,Rome,x\n10115,,y\n";
    let rules = "places: fd zip -> city hard because \"the post says so\"\n\
                 same: duplicate when zip = and city = and note =\n\
                 known: lookup \"zips.csv\" on zip = zip, city = city warn\n\
                 filled: check nulls(city) <= 10%\n";
    Session::with(&[("my t.csv", table), ("t.rules", rules), ("zips.csv", "zip,city\n00184,Rome\n10115,Berlin\n")])
}

#[test]
fn csv_has_a_record_for_each_cell_and_a_number_for_each_cause() {
    let session = of_all_kinds();
    session.write("t.csv", session.read("my t.csv").as_bytes());
    assert_data_eq!(
        session.run("detect t.csv -r t.rules --format csv"),
        str![[r#"
exit 1
--- stdout
finding,kind,rule,policy,rule_file,rule_line,row,line,column,message
1,cell,places,hard,t.rules,1,3,5,city,"city ""Rom"" breaks the rule places (the post says so)"
2,unknown,known,warn,t.rules,3,3,5,,"row 3 is not in zips.csv, where the rule known looks it up"
3,duplicate,same,soft,t.rules,2,1,2,,"rows 1, 4 are one thing by the rule same"
3,duplicate,same,soft,t.rules,2,4,6,,"rows 1, 4 are one thing by the rule same"
4,check,filled,warn,t.rules,4,,,,`check nulls(city) <= 10%` does not hold: it is 20.0 %

"#]]
    );
}

#[test]
fn sarif_names_lines_and_characters_rules_and_levels() {
    let session = of_all_kinds();
    let output = session.command("detect -r t.rules --format sarif").arg("my t.csv").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &log["runs"][0];
    let [result, unknown, thing, check] = [0, 1, 2, 3].map(|place| &run["results"][place]);
    assert_eq!((&result["ruleId"], &result["level"]), (&"places".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20t.csv");
    let region = serde_json::json!({ "startLine": 5, "startColumn": 7, "endLine": 5, "endColumn": 10 });
    assert_eq!(place["region"], region);
    assert_eq!(result["message"]["text"], "city \"Rom\" breaks the rule places (the post says so)");
    assert_eq!(thing["locations"][0]["physicalLocation"]["region"]["startLine"], 6);
    assert_eq!(thing["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!((&unknown["ruleId"], &unknown["level"]), (&"known".into(), &"warning".into()));
    assert!(check["locations"][0]["physicalLocation"].get("region").is_none());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    }
}

#[test]
fn a_fingerprint_stays_when_rows_move() {
    let session = Session::of_cities();
    let fingerprints = |session: &Session| -> Vec<String> {
        let output = session.output("detect cities.csv -r cities.rules --format sarif");
        let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"]["finding/v1"].to_string()).collect()
    };
    let before = fingerprints(&session);
    session.write("cities.csv", CITIES.replace("zip,city\n", "zip,city\n10115,Berlin\n").as_bytes());
    assert_eq!(fingerprints(&session), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn a_share_that_is_allowed_lets_a_pipeline_go_on() {
    let session = Session::of_cities();
    let code = |line: &str| session.output(line).status.code().unwrap();
    assert_eq!(code("detect cities.csv -r cities.rules --fail-if >12%"), 0);
    assert_eq!(code("detect cities.csv -r cities.rules --fail-if >11%"), 1);
    session.write("some.rules", b"places: fd zip -> city fail if > 12%\n");
    assert_eq!(code("detect cities.csv -r some.rules"), 0);
    session.write("none.rules", b"places: fd zip -> city fail if > 11%\n");
    assert_eq!(code("detect cities.csv -r none.rules"), 2);
    let refused = session.run("detect cities.csv -r cities.rules --fail-if 2");
    assert!(refused.starts_with("exit 2") && refused.contains("write `> 2%`, in quotes"), "{refused}");
}

#[test]
fn all_findings_go_to_a_file_in_the_form_of_its_ending() {
    let session = Session::of_cities();
    assert_data_eq!(
        session.run("detect cities.csv -r cities.rules -o found.csv"),
        str![[r#"
exit 1
--- stdout
1 of 1 rule is broken; 1 of 18 cells (5.6 %) is to blame
all findings are in found.csv

"#]]
    );
    let piped = session.output("detect cities.csv -r cities.rules --format csv");
    assert_eq!(session.read("found.csv").as_bytes(), piped.stdout);
    assert!(session.run("detect cities.csv -r cities.rules -o found.csv").contains("add `--force`"));
    assert!(session.run("detect cities.csv -r cities.rules -o cities.csv --force").contains("never written to"));
    session.run("detect cities.csv -r cities.rules -o found.txt");
    assert!(session.read("found.txt").contains("cities.csv:5: city \"Rom\""));
}

#[test]
fn of_very_many_findings_the_text_says_how_to_get_the_others() {
    let rows: String = (0..50).map(|row| format!("{row},60\n")).collect();
    let session = Session::with(&[("t.csv", &format!("id,age\n{rows}")), ("t.rules", "deny age > 50\n")]);
    let said = session.run("detect t.csv -r t.rules");
    assert!(said.lines().count() < 30 && said.contains("  and 30 more rows\n"), "{said}");
    assert!(said.ends_with("30 findings are not shown; `-o FILE` writes all, as text, `.csv`, `.json` or `.sarif`\n"));
}
