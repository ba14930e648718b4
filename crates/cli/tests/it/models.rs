//! Saved models: `repair --save-model`, `repair --model`, `merge`.

use snapbox::{assert_data_eq, str};

use crate::session::{CITIES, Session};

/// A folder in which a model was saved of the cities, and the cities are gone.
fn saved() -> Session {
    let session = Session::of_cities();
    session.done("repair cities.csv -r cities.rules --save-model cities.lustrate");
    for name in ["cities.csv", "cities.rules", "cities.clean.csv", "cities.repairs.csv", "cities.repairs.meta.json"] {
        std::fs::remove_file(session.path().join(name)).unwrap();
    }
    session.write("new.csv", b"city,zip\nBerlin,10115\nRpme,00184\n");
    session
}

#[test]
fn a_run_saves_what_it_learned_and_says_what_for() {
    let session = Session::of_cities();
    let said = session.done("repair cities.csv -r cities.rules --save-model cities.lustrate");
    let written = said.lines().find(|line| line.starts_with("Written")).unwrap();
    assert!(
        written.ends_with("; cities.lustrate repairs the next file: `lustrate repair NEXT --model cities.lustrate`"),
        "{written}"
    );
    let metadata = session.read("cities.repairs.meta.json");
    assert!(metadata.contains("\"saved_model\": {\"name\":\"cities.lustrate\",\"bytes\":"), "{metadata}");
    let json = session.done("repair cities.csv -r cities.rules --save-model cities.lustrate --force --format json");
    assert!(json.contains("\"saved_model_file\": \"cities.lustrate\""), "{json}");
    let plain = Session::of_cities();
    plain.done("repair cities.csv -r cities.rules");
    assert_eq!(plain.read("cities.repairs.csv"), session.read("cities.repairs.csv"));
    assert!(!plain.read("cities.repairs.meta.json").contains("model"));
}

#[test]
fn new_rows_are_repaired_without_the_old_file_and_its_rules() {
    let session = saved();
    assert_data_eq!(
        session.run("repair new.csv --model cities.lustrate"),
        str![[r#"
exit 0
--- stdout
Table      new.csv: 2 rows, 2 columns, 4 cells
Rules      1 of the model; none is broken
Repaired   1 of 4 cells (25.0 %): city 1
To review  0 of 4 cells
Such as    row 2, city: "Rpme" -> "Rome" (0.[..]); [..]
Written    new.clean.csv and new.repairs.csv, which says for each cell what, why and how sure
Next       see what changed: `diff new.csv new.clean.csv`

"#]]
    );
    assert_eq!(session.read("new.clean.csv"), "city,zip\nBerlin,10115\nRome,00184\n");
    assert!(session.read("new.repairs.meta.json").contains("\"models\": [{\"name\":\"cities.lustrate\",\"bytes\":"));
    session.done("apply new.repairs.csv new.csv -o again.csv");
    assert_eq!(session.read("again.csv"), session.read("new.clean.csv"));
}

#[test]
fn several_new_files_are_repaired_each_in_its_own_form() {
    let session = saved();
    session.write("other.csv", b"zip;city\n00184;Rome\n10115;Berlln\n");
    session.done("repair new.csv other.csv --model cities.lustrate");
    assert_eq!(session.read("new.clean.csv"), "city,zip\nBerlin,10115\nRome,00184\n");
    assert_eq!(session.read("other.clean.csv"), "zip;city\n00184;Rome\n10115;Berlin\n");
}

#[test]
fn a_dry_run_with_a_model_shows_the_lines_that_would_change() {
    let session = saved();
    let before = session.names();
    let said = session.done("repair new.csv --model cities.lustrate --dry-run");
    assert!(said.contains("-Rpme,00184\n") && said.contains("+Rome,00184\n"), "{said}");
    assert_eq!(session.names(), before);
}

#[test]
fn what_is_saved_with_new_rows_is_what_all_rows_together_teach() {
    let session = Session::of_cities();
    let new = "zip,city\n75001,Paris\n75001,Paris\n10115,Berlin\n";
    session.write("new.csv", new.as_bytes());
    session.write("all.csv", (CITIES.to_owned() + new.split_once('\n').unwrap().1).as_bytes());
    session.done("repair cities.csv -r cities.rules --save-model a.lustrate");
    session.done("repair new.csv --model a.lustrate --save-model ab.lustrate");
    session.done("repair all.csv -r cities.rules --save-model all.lustrate");
    session.done("repair new.csv -r cities.rules --save-model b.lustrate --force");
    let said = session.done("merge a.lustrate b.lustrate -o sum.lustrate");
    assert_data_eq!(
        said,
        str![[r#"
Merged     2 models of 9 rows + 3 rows: 12 rows, 2 columns
Rules      1 statement, given
Written    sum.lustrate
Next       repair the next file: `lustrate repair NEXT --model sum.lustrate`

"#]]
    );
    let bytes = |name: &str| std::fs::read(session.path().join(name)).unwrap();
    assert!(bytes("ab.lustrate") == bytes("all.lustrate"));
    assert!(bytes("sum.lustrate") == bytes("all.lustrate"));
    session.write("row.csv", b"zip,city\n00184,Rpme\n");
    session.done("repair row.csv --model sum.lustrate -o one.csv");
    session.done("repair row.csv --model a.lustrate --model b.lustrate -o two.csv --force");
    assert_eq!(
        (session.read("one.csv"), session.read("two.csv")),
        ("zip,city\n00184,Rome\n".into(), session.read("one.csv"))
    );
}

#[test]
fn other_rules_than_those_of_the_model_are_learned_anew_with_a_note() {
    let session = saved();
    session.write("same.rules", b"# by law\nplaces:  fd zip->city\n");
    session.write("other.rules", b"fd city -> zip\n");
    let same = session.run("repair new.csv --model cities.lustrate -r same.rules");
    assert!(!same.contains("learned anew"), "{same}");
    let other = session.run("repair new.csv --model cities.lustrate -r other.rules --force");
    assert!(other.contains("note[model-learned-anew]") && other.contains("from its 9 rows"), "{other}");
}

#[test]
fn a_model_that_is_there_is_named_and_stays() {
    let session = saved();
    session.fails(
        "repair new.csv --model cities.lustrate --save-model new.csv",
        "exit 2\n--- stderr\nerror[output-is-input]: `new.csv` is an input, which is never written to\n |\n = help: name another output\n\n",
    );
    session.write("there.lustrate", b"mine");
    session.fails(
        "repair new.csv --model cities.lustrate --save-model there.lustrate",
        "exit 2\n--- stderr\nerror[output-exists]: `there.lustrate` is there already\n |\n = help: add `--force` to overwrite it, or name another output\n\n",
    );
    session.fails(
        "merge cities.lustrate cities.lustrate -o there.lustrate",
        "exit 2\n--- stderr\nerror[output-exists]: `there.lustrate` is there already\n |\n = help: add `--force` to overwrite it, or name another output\n\n",
    );
    assert_eq!(session.read("there.lustrate"), "mine");
}

#[test]
fn what_is_no_model_for_the_table_is_told_by_name_and_nothing_is_written() {
    let session = saved();
    let bytes = std::fs::read(session.path().join("cities.lustrate")).unwrap();
    session.write("half.lustrate", &bytes[..bytes.len() / 2]);
    session.write("columns.csv", b"zip,town\n00184,Rome\n");
    let told = |line: &str, words: [&str; 3]| {
        let before = session.names();
        let said = session.run(line);
        assert!(said.starts_with("exit 2\n--- stderr\nerror[") && said.matches("error[").count() == 1, "{said}");
        words.iter().for_each(|word| assert!(said.contains(word), "{word}: {said}"));
        assert_eq!(session.names(), before, "{line}");
    };
    told("repair new.csv --model new.csv", ["no-model", "`new.csv` is no saved model", "--save-model"]);
    told("repair new.csv --model half.lustrate", ["cut-off", "`half.lustrate` is cut off", "copy it again"]);
    told("repair new.csv --model none.lustrate", ["model-file", "no model `none.lustrate`", "check the path"]);
    told(
        "repair columns.csv --model cities.lustrate",
        ["other-columns", "`columns.csv` has other columns than the model `cities.lustrate`", "has no `city`"],
    );
    told("merge cities.lustrate -o sum.lustrate", ["one-model", "only one model", "name two"]);
    told("merge cities.lustrate half.lustrate -o sum.lustrate", ["cut-off", "half.lustrate", "help"]);
}
