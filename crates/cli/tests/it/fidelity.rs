//! `diff` shows the repaired fields and nothing else.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::session::Session;

/// Repairs the bytes of a table with a rule, and gives the bytes back.
fn repaired(bytes: &[u8], rule: &str) -> Vec<u8> {
    let session = Session::with(&[("t.rules", rule)]);
    session.write("t.csv", bytes);
    session.done("repair t.csv -r t.rules");
    fs::read(session.path().join("t.clean.csv")).unwrap()
}

#[test]
fn byte_order_mark_delimiter_quotes_and_line_ends_are_kept() {
    let row = "\"00184\";Rome; x ;\"say \"\"hi\"\"\r\n;\"\r\n";
    let (bare, in_quotes) = (row.replace("Rome", "Rom"), row.replace("Rome", "\"Rom\""));
    let table = format!("\u{feff}zip;city;a;b\r\n{}{bare}{in_quotes}{row}", row.repeat(9));
    let expected = table.replace(";Rom;", ";Rome;").replace("\"Rom\"", "\"Rome\"");
    assert_eq!(String::from_utf8(repaired(table.as_bytes(), "fd zip -> city")).unwrap(), expected);
}

#[test]
fn windows_1252_and_a_missing_last_line_end_are_kept() {
    let row = b"00184,K\xf6ln,\x80\n";
    let table = [b"zip,city,c\n".as_slice(), &row.repeat(9), b"00184,K\xf6lm,\x80"].concat();
    let expected = [b"zip,city,c\n".as_slice(), &row.repeat(9), b"00184,K\xf6ln,\x80"].concat();
    assert_eq!(repaired(&table, "fd zip -> city"), expected);
}

#[test]
fn odd_lines_are_told_and_kept() {
    let table = "zip,city\n00184,Rome\n00184\n00184,Rome,more\n";
    let session = Session::with(&[("t.csv", table)]);
    assert_data_eq!(
        session.run("repair t.csv"),
        str![[r#"
exit 0
--- stdout
Table      t.csv: 3 rows, 2 columns, 6 cells
Rules      none given; repairs rest on what the columns say of each other
Repaired   0 of 6 cells
To review  0 of 6 cells
Written    t.clean.csv and t.repairs.csv, which says for each cell what, why and how sure
Next       say what must hold with `--rules FILE`, in lines such as `fd zip -> city`
--- stderr
warning[ragged-rows]: `t.csv`: 1 row has fewer fields than the header, which has 2: line 3
 |
 = help: the missing cells are read as empty

warning[ragged-rows]: `t.csv`: 1 row has more fields than the header, which has 2: line 4
 |
 = help: the fields beyond the last column are kept in the file and not looked at


"#]]
    );
    assert_eq!(session.read("t.clean.csv"), table);
}

#[test]
fn parquet_goes_in_and_out() {
    let session = Session::of_cities();
    session.done("repair cities.csv -o cities.parquet --apply-at 1");
    session.done("repair cities.parquet -r cities.rules --force");
    session.done("repair cities.clean.parquet -o again.csv");
    let expected = crate::session::CITIES.replace("Rom\n", "Rome\n");
    assert_eq!(session.read("again.csv"), expected);
}

#[test]
fn a_repair_that_the_file_cannot_hold_is_left_to_a_person() {
    let session = Session::with(&[
        ("ref.csv", "zip,city\n00184,Łódź\n10115,Köln\n"),
        ("t.rules", "lookup \"ref.csv\" on zip = zip set city = city trust 0.999\n"),
    ]);
    let table = [b"zip,city\n".as_slice(), &b"00184,Lodz\n".repeat(3), &b"10115,K\xf6lm\n".repeat(3)].concat();
    session.write("t.csv", &table);
    let json = session.done("repair t.csv -r t.rules --format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let repairs = json["repairs"].as_array().unwrap();
    let of = |new: &str| repairs.iter().filter(|repair| repair["new"] == new).collect::<Vec<_>>();
    assert_eq!(of("Łódź").len(), 3, "{repairs:?}");
    assert!(of("Łódź").iter().all(|repair| repair["decision"] == "review" && repair["doubt"] == "column-type"));
    let expected = table.iter().map(|&byte| if byte == b'm' { b'n' } else { byte }).collect::<Vec<u8>>();
    assert_eq!(fs::read(session.path().join("t.clean.csv")).unwrap(), expected);
}

#[test]
fn a_value_with_quotes_behind_a_space_is_written_as_its_neighbours_are() {
    let rows: String = (0..40)
        .map(|id| match (id, id % 2) {
            (20, _) => "20, \"12345\", \"Springfeld\", \"x\"\n".to_owned(),
            (_, 0) => format!("{id}, \"12345\", \"Springfield\", \"x\"\n"),
            _ => format!("{id}, \"23456\", \"Munster\", \"x\"\n"),
        })
        .collect();
    let table = format!("id,zip,city,other\n{rows}");
    let session = Session::with(&[("t.csv", &table), ("t.rules", "fd zip -> city\n")]);
    session.done("repair t.csv -r t.rules");
    assert_eq!(session.read("t.clean.csv"), table.replace("Springfeld", "Springfield"));
    session.done("apply t.repairs.csv t.clean.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), table);
}
