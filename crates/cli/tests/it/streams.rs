//! Standard input and output.

use std::fs::File;
use std::io::Write;
use std::process::{Output, Stdio};

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::{CITIES, Session};

/// Runs a line with bytes on its standard input, which is a pipe.
fn piped(session: &Session, line: &str, bytes: &[u8]) -> Output {
    let mut command = session.command(line);
    command.env("TMPDIR", temporary(session));
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = program.stdin.take().unwrap();
    // A program that refuses its arguments reads nothing.
    let _ = input.write_all(bytes);
    drop(input);
    let output = program.wait_with_output().unwrap();
    assert_eq!(std::fs::read_dir(temporary(session)).unwrap().count(), 0, "{line} leaves nothing behind");
    output
}

/// A folder for what is temporary.
fn temporary(session: &Session) -> std::path::PathBuf {
    let folder = session.path().join("tmp");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn repaired() -> String {
    CITIES.replace("Rom\n", "Rome\n")
}

#[test]
fn a_pipe_goes_in_and_comes_out_byte_for_byte() {
    let session = Session::of_cities();
    let (code, out, told) = texts(&piped(&session, "repair - -r cities.rules -o -", CITIES.as_bytes()));
    assert_eq!((code, out), (Some(0), repaired()));
    assert_data_eq!(
        told,
        str![[r#"
Table      standard input: 9 rows, 2 columns, 18 cells
Rules      1 given; 1 was broken (1 change needed), none is now
Repaired   1 of 18 cells (5.6 %): city 1
To review  0 of 18 cells
Such as    row 4, city: "Rom" -> "Rome" (0.99); 4 of 4 other rows with zip = "00184" agree (rule places)
Written    standard output; what was changed and why is kept in no file
Next       name a file with `--repairs`, which says for each cell what, why and how sure

"#]]
        .raw()
    );
    assert_eq!(session.names(), ["cities.csv", "cities.rules", "tmp"]);
}

#[test]
fn what_comes_out_has_the_form_of_what_goes_in() {
    let session = Session::of_cities();
    session.done("repair cities.csv -o cities.csv.zst --apply-at 1");
    session.done("repair cities.csv -o cities.parquet --apply-at 1 --force");
    for name in ["cities.csv.zst", "cities.parquet"] {
        let bytes = std::fs::read(session.path().join(name)).unwrap();
        let output = piped(&session, "repair - -r cities.rules -o -", &bytes);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout[..4], bytes[..4]);
        session.write(&format!("out.{name}"), &output.stdout);
        session.done(&format!("repair out.{name} -o {name}.csv --apply-at 1 --force"));
        assert_eq!(session.read(&format!("{name}.csv")), repaired());
    }
}

#[test]
fn files_are_named_after_the_output_where_the_input_has_no_name() {
    let session = Session::of_cities();
    let (code, out, _) = texts(&piped(&session, "repair - -r cities.rules -o out.csv", CITIES.as_bytes()));
    assert_eq!(code, Some(0));
    assert!(out.contains("Table      standard input: 9 rows"), "{out}");
    assert_eq!(session.read("out.csv"), repaired());
    let repairs = piped(&session, "apply out.repairs.csv - -o -", CITIES.as_bytes());
    assert_eq!(texts(&repairs).1, repaired());
    let undone = piped(&session, "apply out.repairs.csv - -o - --undo", repaired().as_bytes());
    assert_eq!(texts(&undone).1, CITIES);
    // The run that was piped is one of the file that was piped in.
    session.done("apply out.repairs.csv cities.csv -o again.csv");
    assert_eq!(session.read("again.csv"), repaired());
}

#[test]
fn repairs_and_rows_set_apart_are_kept_where_files_are_named_for_them() {
    let people = "id;state;age\n1;child;7\n2;married;5\n3;married;44\n4;child;9\n5;married;6\n6;married;51\n";
    let rule = "young: deny state = \"married\" and age < 14 hard because \"by law\"\n";
    let session = Session::with(&[("people.rules", rule)]);
    let (code, out, told) = texts(&piped(&session, "repair - -r people.rules --id id -o -", people.as_bytes()));
    assert_eq!((code, out.lines().count()), (Some(0), 5));
    assert!(told.contains("warning[rows-nowhere]: 2 rows are set apart, and are in no file"), "{told}");
    let line = "repair - -r people.rules --id id -o - --quarantine apart.csv --repairs why.csv";
    let (_, out, told) = texts(&piped(&session, line, people.as_bytes()));
    assert!(!told.contains("rows-nowhere"), "{told}");
    assert_eq!(session.read("apart.csv").lines().count(), 3);
    let undone = piped(&session, "apply why.csv - --undo --quarantine apart.csv -o -", out.as_bytes());
    assert_eq!(texts(&undone).1, people);
}

#[test]
fn all_commands_that_read_a_table_read_standard_input() {
    let session = Session::of_cities();
    let run = |line: &str| texts(&piped(&session, line, CITIES.as_bytes()));
    let (code, out, _) = run("detect - -r cities.rules --format sarif");
    assert_eq!(code, Some(1));
    assert!(out.contains("\"startLine\": 5"), "{out}");
    assert!(run("explain - 4:city -r cities.rules").1.contains("Rome"));
    assert!(run("check cities.rules -").1.contains("1 rule, 0 errors"));
    assert!(run("check cities.rules --data -").1.contains("1 rule, 0 errors"));
    let (code, out, _) = run("repair - -r cities.rules --dry-run -o -");
    assert_eq!(code, Some(0));
    assert!(out.contains("-00184,Rom\n"), "{out}");
}

#[test]
fn what_is_wrong_with_standard_input_is_told() {
    let session = Session::of_cities();
    let told = |line: &str, bytes: &[u8]| {
        let (code, out, told) = texts(&piped(&session, line, bytes));
        assert_eq!((code, out), (Some(2), String::new()));
        told
    };
    assert_data_eq!(
        told("repair - -r cities.rules", CITIES.as_bytes()),
        str![[r#"
error[no-output-name]: `standard input` is no file after which the output could be named
 |
 = help: name the output with `-o`, such as `-o clean.csv`; `-o -` is standard output


"#]]
        .raw()
    );
    assert_data_eq!(
        told("repair - -o -", b""),
        str![[r#"
error[empty-file]: `standard input` is empty
 |
 = help: name a file with a header and at least one data row


"#]]
        .raw()
    );
    assert_data_eq!(
        told("repair - -o -", b"zip,city\n\"1,Rome\n2,Bern\n"),
        str![[r#"
error[open-quote]: `standard input`, line 2, column 1: nothing closes the quote that opens here
 |
 = help: close the quote; if it is part of the text, put the field in quotes and double it: `""`


"#]]
        .raw()
    );
    assert_data_eq!(
        told("repair - -o -", b"PAR1"),
        str![[r#"
error[cut-short]: `standard input` is a Parquet file that was cut short: it does not end with `PAR1`
 |
 = help: write or download the file again


"#]]
        .raw()
    );
    assert_data_eq!(
        told("repair - -o -", b"\x1f\x8b\x08\x00\x00"),
        str![[r#"
error[cut-short]: `standard input` was cut short: it is compressed with gzip, and its end is missing
 |
 = help: download or compress the file again


"#]]
        .raw()
    );
    session.done("repair cities.csv -r cities.rules");
    assert_data_eq!(told("apply cities.repairs.csv - -o -", b"a,b\n1,2\n"), str![[r#"
error[other-table]: `standard input` is not the table that these repairs are of: its columns are a, b, those of cities.csv are zip, city
 |
 = help: name cities.csv as the run read it (115 bytes, SHA-256 605358be9d7b…); where rows or columns were added or taken away, nobody can tell which cells the records are of


"#]].raw());
}

#[test]
fn nobody_has_to_read_all_that_comes_out() {
    let session = Session::of_cities();
    let rows: String = (0..60_000).map(|row| format!("{row},x\n")).collect();
    session.write("long.csv", format!("id,a\n{rows}").as_bytes());
    let mut program = session
        .command("repair - -o - --apply-at 1")
        .stdin(File::open(session.path().join("long.csv")).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());
    let (code, _, told) = texts(&program.wait_with_output().unwrap());
    assert_eq!((code, told), (Some(0), String::new()));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_once() {
    let session = Session::of_cities();
    let pipe = session.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || std::fs::write(pipe, CITIES).unwrap());
    session.done("repair pipe -r cities.rules -o out.csv");
    writer.join().unwrap();
    assert_eq!(session.read("out.csv"), repaired());
    assert!(session.names().contains(&"pipe.repairs.csv".to_owned()));
}
