//! Repairs made again, all or some, by edited files, and taken back.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::session::Session;

/// Five wrong cells, one of them in quotes that it does not need, in a file as a spreadsheet writes it.
fn table() -> String {
    let mut text = "\u{feff}id;zip;city;note\r\n".to_owned();
    for id in 1..=36 {
        let (zip, city, note) =
            [("00184", "Rome", "x"), ("10115", "Berlin", "y"), ("75001", "Paris", "z")][(id - 1) % 3];
        let city = match id {
            4 => "\"Rom\"",
            8 => "Berln",
            15 => "",
            18 => "Prais",
            _ => city,
        };
        let zip = if id == 19 { "\"00148\"" } else { zip };
        text += &format!("{id};{zip};{city};{note}\r\n");
    }
    text.trim_end().to_owned()
}

/// A folder in which the table was repaired.
pub fn repaired() -> Session {
    let session = Session::with(&[("t.csv", &table()), ("t.rules", "places: fd zip -> city\n")]);
    session.done("repair t.csv -r t.rules --id id");
    session
}

/// The bytes of a file.
pub fn bytes(session: &Session, name: &str) -> Vec<u8> {
    fs::read(session.path().join(name)).unwrap()
}

/// Changes the repairs file as a person would.
pub fn edit(session: &Session, change: impl Fn(String) -> String) {
    let text = session.read("t.repairs.csv");
    let changed = change(text.clone());
    assert_ne!(changed, text);
    session.write("t.repairs.csv", changed.as_bytes());
}

/// What a failing line says of each mistake, without the mends.
pub fn told(session: &Session, line: &str) -> Vec<String> {
    let before = session.names();
    let said = session.run(line);
    assert!(said.starts_with("exit 2\n--- stderr\n"), "{said}");
    assert_eq!(session.names(), before);
    said.lines().filter_map(|line| line.strip_prefix("error")).map(str::to_owned).collect()
}

#[test]
fn all_repairs_are_made_again_and_taken_back_byte_for_byte() {
    let session = repaired();
    assert_data_eq!(
        session.run("apply t.repairs.csv t.csv -o again.csv"),
        str![[r#"
exit 0
--- stdout
Table      t.csv: 36 rows, 4 columns, 144 cells
Repaired   5 of 144 cells (3.5 %): city 4, zip 1
Records    5 of 5 records (100.0 %) in t.repairs.csv made
Such as    row 4, city: "Rom" -> "Rome"
           row 19, zip: "00148" -> "00184"
Written    again.csv, byte for byte t.clean.csv of the run
Next       `lustrate apply t.repairs.csv again.csv --undo` takes the repairs back

"#]]
    );
    assert_eq!(bytes(&session, "again.csv"), bytes(&session, "t.clean.csv"));
    assert_data_eq!(
        session.run("apply t.repairs.csv t.clean.csv --undo"),
        str![[r#"
exit 0
--- stdout
Table      t.clean.csv: 36 rows, 4 columns, 144 cells
Restored   5 of 144 cells (3.5 %): city 4, zip 1
Records    5 of 5 records (100.0 %) in t.repairs.csv taken back
Such as    row 4, city: "Rome" -> "Rom"
           row 19, zip: "00184" -> "00148"
Written    t.clean.undone.csv, byte for byte t.csv of the run
Next       `lustrate apply t.repairs.csv t.clean.undone.csv` makes the repairs again

"#]]
    );
    assert_eq!(bytes(&session, "t.clean.undone.csv"), bytes(&session, "t.csv"));
}

#[test]
fn the_forms_of_the_repairs_file_all_do() {
    for form in ["jsonl", "parquet"] {
        let session = repaired();
        session.done(&format!("repair t.csv -r t.rules --id id -o c.csv --repairs r.{form}"));
        session.done(&format!("apply r.{form} t.csv -o again.csv"));
        session.done(&format!("apply r.{form} c.csv --undo -o back.csv"));
        assert_eq!(bytes(&session, "again.csv"), bytes(&session, "c.csv"), "{form}");
        assert_eq!(bytes(&session, "back.csv"), bytes(&session, "t.csv"), "{form}");
        let key =
            session.command(&format!("apply r.{form} t.csv -o k.csv --where")).arg("key = \"19\"").output().unwrap();
        assert!(String::from_utf8(key.stdout).unwrap().contains("Repaired   1 of 144 cells"), "{form}");
    }
}

#[test]
fn metadata_in_a_parquet_file_are_enough() {
    let session = repaired();
    session.done("repair t.csv -r t.rules --id id -o c.csv --repairs r.parquet");
    fs::remove_file(session.path().join("r.meta.json")).unwrap();
    session.done("apply r.parquet t.csv -o again.csv");
    assert_eq!(bytes(&session, "again.csv"), bytes(&session, "c.csv"));
}

#[test]
fn some_of_the_repairs_are_made_and_the_others_taken_back() {
    let session = repaired();
    let run = |line: &str, only: &str| {
        let output = session.command(line).args(["--where", only]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run("apply t.repairs.csv t.csv -o cities.csv", "column = city and confidence >= .9");
    assert!(
        session.read("cities.csv").contains("4;00184;\"Rome\";x") && session.read("cities.csv").contains("\"00148\"")
    );
    run("apply t.repairs.csv t.clean.csv -o others.csv --undo", "column != city");
    assert_eq!(bytes(&session, "others.csv"), bytes(&session, "cities.csv"));
    session.done("apply t.repairs.csv cities.csv --undo -o back.csv");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "t.csv"));
}

#[test]
fn a_file_that_a_spreadsheet_saved_is_read() {
    let session = repaired();
    edit(&session, |text| {
        // Sorted the other way, `;` between fields, a byte order mark, other line ends, all in quotes, an empty line.
        let mut lines: Vec<Vec<String>> = text.lines().map(fields).collect();
        lines[1..].reverse();
        lines.push(vec![String::new(); 11]);
        for line in &mut lines[1..] {
            line[6] = line[6].replace('.', ",");
        }
        let quoted = |line: &Vec<String>| {
            line.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect::<Vec<_>>().join(";")
        };
        format!("\u{feff}{}", lines.iter().map(quoted).collect::<Vec<_>>().join("\r\n"))
    });
    session.done("apply t.repairs.csv t.csv -o again.csv");
    assert_eq!(bytes(&session, "again.csv"), bytes(&session, "t.clean.csv"));
}

/// The fields of a line of the repairs file.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn what_a_person_decided_is_done_and_told_and_can_be_taken_back() {
    let session = repaired();
    edit(&session, |text| {
        let lines = text.lines().filter(|line| !line.starts_with("8,"));
        let decided = lines.map(|line| match line.split_once(',').unwrap().0 {
            "15" => line.replace(",Paris,", ",\"Paris, \"\"F\"\"\","),
            "18" => line.replace(",apply,", ",Keep,"),
            _ => line.to_owned(),
        });
        decided.collect::<Vec<_>>().join("\n") + "\n"
    });
    let said = session.done("apply t.repairs.csv t.csv -o decided.csv");
    assert!(said.contains("Records    3 of 4 records (75.0 %) in t.repairs.csv made; 1 marked `keep`\n"), "{said}");
    assert!(said.contains("Edited     3 records since the run: new value 1, turned down 1, deleted 1\n"), "{said}");
    let expected = session.read("t.clean.csv").replace(";Berlin;y\r\n9", ";Berln;y\r\n9");
    let expected = expected
        .replace("15;75001;Paris;z", "15;75001;\"Paris, \"\"F\"\"\";z")
        .replace("18;75001;Paris", "18;75001;Prais");
    assert_eq!(session.read("decided.csv"), expected);
    session.done("apply t.repairs.csv decided.csv --undo -o back.csv");
    assert_eq!(bytes(&session, "back.csv"), bytes(&session, "t.csv"));
}

#[test]
fn records_for_review_are_made_where_they_are_accepted() {
    let session = Session::with(&[("t.csv", &table()), ("t.rules", "places: fd zip -> city\n")]);
    session.done("repair t.csv -r t.rules --id id --apply-at 1");
    let said = session.done("apply t.repairs.csv t.csv -o none.csv");
    assert!(said.contains("Records    0 of 5 records in t.repairs.csv made; 5 marked `review`\n"), "{said}");
    session.command("apply t.repairs.csv t.csv -o two.csv --accept").arg("row in 1..8").output().unwrap();
    assert_eq!(session.read("two.csv"), table().replace("\"Rom\"", "\"Rome\"").replace("Berln", "Berlin"));
    edit(&session, |text| text.replace(",review,", ",apply,"));
    let said = session.done("apply t.repairs.csv t.csv -o all.csv");
    assert!(said.contains("Edited     5 records since the run: accepted 5\n"), "{said}");
    session.done("apply t.repairs.csv all.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), table());
}

#[test]
fn a_table_that_the_repairs_are_not_of_is_refused_with_what_it_is() {
    let session = repaired();
    session.fails(
        "apply t.repairs.csv t.clean.csv -o out.csv",
        str![[r#"
exit 2
--- stderr
error[already-applied]: `t.clean.csv` has these repairs already: it is what the run wrote as t.clean.csv
 |
 = help: name t.csv, which the run read, or add `--undo` to take them back


"#]],
    );
    session.fails(
        "apply t.repairs.csv t.csv --undo -o out.csv",
        str![[r#"
exit 2
--- stderr
error[nothing-to-undo]: `t.csv` has none of these repairs: it is what the run read as t.csv
 |
 = help: name t.clean.csv, which the run wrote, or leave `--undo` out to make the repairs


"#]],
    );
    session.write("other.csv", table().replace("note", "remark").as_bytes());
    let columns = "its columns are id, zip, city, remark, those of t.csv are id, zip, city, note";
    let said = told(&session, "apply t.repairs.csv other.csv -o out.csv");
    assert_eq!(said, [format!("[other-table]: `other.csv` is not the table that these repairs are of: {columns}")]);
    session.write("fewer.csv", table().replace("36;75001;Paris;z", "").as_bytes());
    assert!(told(&session, "apply t.repairs.csv fewer.csv")[0].ends_with("it has 35 data rows, t.csv has 36"));
    session.write("since.csv", table().replace("1;00184;Rome", "1;00184;Roma").as_bytes());
    assert!(told(&session, "apply t.repairs.csv since.csv")[0].ends_with("but was changed since the run"));
    assert!(
        told(&session, "apply t.repairs.csv since.csv --undo")[0].contains("neither what the run wrote nor made from")
    );
    session.write("latin.csv", b"id;zip\n1;K\xf6ln\n");
    let said = told(&session, "apply t.repairs.csv latin.csv");
    assert!(said[0].starts_with("[other-table]: `latin.csv` cannot be read as t.csv was: "), "{said:?}");
}

#[test]
fn all_mistakes_of_an_edited_file_are_told_at_once_with_their_lines() {
    let session = repaired();
    edit(&session, |text| {
        let lines: Vec<&str> = text.lines().collect();
        [
            lines[0].to_owned(),
            lines[1].replace(",apply,", ",aply,"),
            lines[2].replace("8,9,8", "80,9,8"),
            lines[3].replace(",city,", ",ctiy,"),
            lines[4].replace("0.9999", "sure"),
            lines[4].to_owned(),
            lines[4].replace("Paris", "Lutetia"),
            lines[5].replace("00148", "148"),
            "1,2,1,note,x,y,0.9,apply,,,".to_owned(),
            "1,2".to_owned(),
        ]
        .join("\n")
    });
    assert_eq!(
        told(&session, "apply t.repairs.csv t.csv -o out.csv"),
        [
            "[unknown-decision]: `t.repairs.csv`, line 2: no decision is called `aply`",
            "[unknown-row]: `t.repairs.csv`, line 3: t.csv has no data row 80",
            "[unknown-column]: `t.repairs.csv`, line 4: t.csv has no column `ctiy`",
            "[bad-confidence]: `t.repairs.csv`, line 5: the confidence `sure` is no probability",
            "[two-records]: `t.repairs.csv`, line 7: row 18, column `city` has a record in line 6 already",
            "[edited-old]: `t.repairs.csv`, line 8: `old` was edited: the cell never held `148`",
            "[no-such-record]: `t.repairs.csv`, line 9: the run has no record of row 1, column `note`",
            "[ragged-line]: `t.repairs.csv`, line 10: it has too few or too many fields",
        ]
    );
    assert_eq!(session.read("t.csv"), table());
}

#[test]
fn what_cannot_be_taken_back_is_told_and_nothing_else() {
    let session = repaired();
    edit(&session, |text| text.replace(",Rome,", ",Roma,").replace("8,9,8", "80,9,8"));
    let old_and_new = "which is neither the old value, `Rom`, nor the new one, `Roma`";
    assert_eq!(
        told(&session, "apply t.repairs.csv t.clean.csv --undo -o out.csv"),
        [
            format!(
                "[other-value]: `t.repairs.csv`, line 2: row 4, column `city`: the table holds `Rome`, {old_and_new}"
            ),
            "[unknown-row]: `t.repairs.csv`, line 3: t.csv has no data row 80".to_owned(),
        ]
    );
}

#[test]
fn a_number_that_a_spreadsheet_has_changed_is_told() {
    let session = repaired();
    edit(&session, |text| text.replace(",00184,0.9999", ",184,0.9999"));
    session.fails(
        "apply t.repairs.csv t.csv -o out.csv",
        str![[r#"
exit 2
--- stderr
error[changed-number]: `t.repairs.csv`, line 6: `new` is `184` and was `00184`
 |
 = help: write `00184`: a spreadsheet has taken it for a number; let it take all columns as text


"#]],
    );
}

#[test]
fn conditions_that_are_wrong_are_shown_with_their_place() {
    let session = repaired();
    let output = session.command("apply t.repairs.csv t.csv --where").arg("colum = city").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(" --> --where:1:1\n") && said.contains("write `column`"), "{said}");
}

#[test]
fn a_dry_run_writes_nothing_and_nothing_is_overwritten_unasked() {
    let session = repaired();
    let before = session.names();
    let said = session.done("apply t.repairs.csv t.csv --dry-run");
    assert!(said.contains("To repair  5 of 144 cells") && said.contains("Written    nothing: "), "{said}");
    assert_eq!(session.names(), before);
    assert!(
        told(&session, "apply t.repairs.csv t.csv")[0].starts_with("[output-exists]: `t.clean.csv` is there already")
    );
    assert!(told(&session, "apply t.repairs.csv t.csv -o t.csv --force")[0].starts_with("[output-is-input]"));
    session.done("apply t.repairs.csv t.csv --force");
}

#[test]
fn a_program_is_told_what_was_done() {
    let session = repaired();
    let json: serde_json::Value =
        serde_json::from_str(&session.done("apply t.repairs.csv t.csv -o o.csv --format json")).unwrap();
    assert_eq!((json["likeness"].as_str(), json["direction"].as_str()), (Some("same-bytes"), Some("apply")));
    assert_eq!((json["records"].as_u64(), json["changes"].as_array().map(Vec::len)), (Some(5), Some(5)));
    assert_eq!(json["changes"][2], serde_json::json!({"row": 15, "column": "city", "from": null, "to": "Paris"}));
}

#[test]
fn metadata_are_the_same_wherever_and_however_often_a_run_is_made() {
    let (one, other) = (repaired(), repaired());
    other.done("repair t.csv -r t.rules --id id --threads 1 --force");
    assert_eq!(one.read("t.repairs.meta.json"), other.read("t.repairs.meta.json"));
    let metadata: serde_json::Value = serde_json::from_str(&one.read("t.repairs.meta.json")).unwrap();
    assert_eq!(metadata["settings"]["ids"], serde_json::json!(["id"]));
    assert_eq!(metadata["rules"][0]["name"], "t.rules");
    assert_eq!(metadata["data"]["rows"], 36);
}
