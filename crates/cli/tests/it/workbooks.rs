//! Sheets of workbooks.

use snapbox::{assert_data_eq, str};

use crate::session::{CITY_RULE, Session, project_root};

fn session() -> Session {
    let session = Session::with(&[("cities.rules", CITY_RULE)]);
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        session.write(name, &std::fs::read(project_root().join("testdata/workbooks").join(name)).unwrap());
    }
    session
}

const REPAIRED: &str = "\
zip,city,ordered,at,paid,price,units,note
00184,Rome,2024-01-31,2024-01-31T08:30:00,TRUE,12.5,3, x\u{20}
10115,Berlin,2024-02-01,2024-02-01T00:00:01,FALSE,0.3,10,
00184,Rome,2024-02-29,2024-02-29T23:59:59,TRUE,7,1,
,,,,,,,
00184,Rome,2024-03-01,2024-03-01T12:00:00,TRUE,1000000,2,
10115,Berlin,,,,,,
00184,Rome,2024-03-02,,TRUE,4,5,
";

#[test]
fn a_sheet_is_repaired_into_text() {
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let session = session();
        let said = session.done(&format!("repair {name} -r cities.rules --apply-at 0.5"));
        assert!(said.contains("Written    orders.clean.csv and orders.repairs.csv"), "{said}");
        assert_eq!(session.read("orders.clean.csv"), REPAIRED, "{name}");
        let repairs = session.read("orders.repairs.csv");
        assert!(repairs.contains("\n5,6,"), "row 5 is in row 6 of the sheet: {repairs}");
    }
}

#[test]
fn repairs_of_a_sheet_are_made_again_and_taken_back() {
    let session = session();
    session.done("repair orders.xlsx -r cities.rules --apply-at 0.5");
    session.done("apply orders.repairs.csv orders.xlsx -o again.csv");
    assert_eq!(session.read("again.csv"), REPAIRED);
    let said = session.done("apply orders.repairs.csv orders.clean.csv --undo");
    assert_eq!(
        session.read("orders.clean.undone.csv"),
        REPAIRED.replace("00184,Rome,2024-03-01", "00184,Rom,2024-03-01")
    );
    assert!(said.contains("with the names, types and values of orders.xlsx of the run"), "{said}");
    // The same table in another workbook is the table of the run.
    session.done("apply orders.repairs.csv orders.ods -o other.csv");
    assert_eq!(session.read("other.csv"), REPAIRED);
}

#[test]
fn a_sheet_is_chosen_and_the_others_are_told() {
    let session = session();
    assert_data_eq!(
        session.run("repair orders.xlsx --dry-run"),
        str![[r#"
exit 0
--- stdout
Table      orders.xlsx: 7 rows, 8 columns, 56 cells
Rules      none given; repairs rest on what the columns say of each other
To repair  0 of 56 cells
To review  0 of 56 cells
Written    nothing: this was a dry run of what goes to orders.clean.csv and orders.repairs.csv
Next       say what must hold with `--rules FILE`, in lines such as `fd zip -> city`
--- stderr
note[other-sheets]: of `orders.xlsx` the sheet `Orders` is read
 |
 = help: `--sheet NAME` reads another: `Places`


"#]]
    );
    let said = session.run("repair orders.xlsx --sheet Places");
    assert!(said.contains("Table      orders.xlsx: 2 rows, 2 columns"), "{said}");
    assert_eq!(session.read("orders.clean.csv"), "zip,town\n1,Bern\n2,Basel\n");
    session.done("apply orders.repairs.csv orders.xlsx -o again.csv");
    assert_eq!(session.read("again.csv"), "zip,town\n1,Bern\n2,Basel\n");
    assert!(session.run("check cities.rules orders.xlsx --sheet 3").contains("no column `city`"));
}

#[test]
fn all_commands_that_read_a_table_read_sheets() {
    let session = session();
    assert_eq!(session.output("detect orders.ods -r cities.rules").status.code(), Some(1));
    assert!(session.done("explain orders.xls 5:city -r cities.rules").contains("Rome"));
    assert!(session.run("check cities.rules orders.xls").contains("1 rule, 0 errors"));
    assert!(
        session.done("repair orders.xls -r cities.rules --apply-at 0.5 --dry-run").contains("+00184,Rome,2024-03-01")
    );
    session.done("repair orders.xls -r cities.rules --apply-at 0.5 -o -");
}

#[test]
fn what_cannot_be_read_or_written_is_told() {
    let session = session();
    session.fails(
        "repair orders.xlsx --sheet Place",
        str![[r#"
exit 2
--- stderr
error[no-such-sheet]: `orders.xlsx` has no sheet `Place`
 |
 = help: did you mean `Places`? its sheets are `Orders`, `Empty`, `Places`


"#]],
    );
    session.fails(
        "repair orders.xlsx --sheet 2",
        str![[r#"
exit 2
--- stderr
error[empty-sheet]: sheet `Empty` of `orders.xlsx` is empty
 |
 = help: `--sheet NAME` reads another: `Orders`, `Places`


"#]],
    );
    session.fails(
        "repair orders.xlsx -o orders.clean.xlsx",
        str![[r#"
exit 2
--- stderr
error[output-is-workbook]: cannot write `orders.clean.xlsx`: workbooks are read, and not written
 |
 = help: name it `orders.clean.csv`, which spreadsheets open


"#]],
    );
    session.write("cities.csv", crate::session::CITIES.as_bytes());
    session.fails(
        "repair cities.csv --sheet 1",
        str![[r#"
exit 2
--- stderr
error[no-workbook]: `cities.csv` is no workbook, so it has no sheet `1`
 |
 = help: leave `--sheet` out


"#]],
    );
    session.write("text.xlsx", crate::session::CITIES.as_bytes());
    session.fails(
        "repair text.xlsx",
        str![[r#"
exit 2
--- stderr
error[no-workbook]: `text.xlsx` is called like a workbook and is none
 |
 = help: save it again; if it is CSV, name it `.csv`


"#]],
    );
    session.write("archive.zip", b"PK\x03\x04\x14\0\0\0");
    session.fails(
        "repair archive.zip",
        str![[r#"
exit 2
--- stderr
error[not-a-workbook]: `archive.zip` is an archive or a document, and no workbook
 |
 = help: unpack it, or export the table in it as CSV


"#]],
    );
    // At this byte the one who reads it panics.
    let mut damaged = std::fs::read(project_root().join("testdata/workbooks/orders.xls")).unwrap();
    damaged[1564] ^= 0x5a;
    session.write("damaged.xls", &damaged);
    session.fails(
        "repair damaged.xls",
        str![[r#"
exit 2
--- stderr
error[damaged-workbook]: `damaged.xls` is a workbook that cannot be read: what is in it contradicts itself
 |
 = help: save or download it again, or export the sheet as CSV


"#]],
    );
    session.write("damaged.xlsx", b"PK\x03\x04\x14\0\0\0");
    session.fails("repair damaged.xlsx", str![[r#"
exit 2
--- stderr
error[damaged-workbook]: `damaged.xlsx` is a workbook that cannot be read: Xlsx error: Zip error: invalid Zip archive: Could not find EOCD
 |
 = help: save or download it again, or export the sheet as CSV


"#]]);
}
