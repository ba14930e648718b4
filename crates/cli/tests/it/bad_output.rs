//! Outputs that cannot be written, which is told before the work.

use snapbox::{IntoData, assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn an_output_is_never_an_input_even_with_force() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv -o ./cities.csv --force",
        str![[r#"
exit 2
--- stderr
error[output-is-input]: `./cities.csv` is an input, which is never written to
 |
 = help: name another output


"#]],
    );
    session.fails(
        "repair cities.csv -r cities.rules -o cities.rules --force",
        str![[r#"
exit 2
--- stderr
error[output-is-input]: `cities.rules` is an input, which is never written to
 |
 = help: name another output


"#]],
    );
    session.fails(
        "dirt cities.csv -o cities.csv --force",
        str![[r#"
exit 2
--- stderr
error[output-is-input]: `cities.csv` is an input, which is never written to
 |
 = help: name another output


"#]],
    );
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_the_work() {
    let session = Session::of_cities();
    std::fs::create_dir(session.path().join("folder")).unwrap();
    session.fails(
        "repair cities.csv -o no/out.csv",
        str![[r#"
exit 2
--- stderr
error[no-such-folder]: cannot write `no/out.csv`: there is no folder `no`
 |
 = help: make the folder first


"#]],
    );
    session.fails(
        "detect cities.csv -r cities.rules -o folder",
        str![[r#"
exit 2
--- stderr
error[is-a-folder]: cannot write `folder`: it is a folder
 |
 = help: name a file in it


"#]],
    );
    session.fails(
        "repair cities.csv -o out.csv --repairs out.csv",
        str![[r#"
exit 2
--- stderr
error[same-output]: `out.csv` cannot hold two outputs
 |
 = help: name a file for each of them


"#]],
    );
    session.fails(
        "repair cities.csv --repairs repairs.xlsx",
        str![[r#"
exit 2
--- stderr
error[repairs-form]: `repairs.xlsx` is no name of a repairs file
 |
 = help: give the file one of the endings `.csv`, `.jsonl` and `.parquet`


"#]],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_in_which_no_file_can_be_made_is_named() {
    Session::of_cities().fails(
        "repair cities.csv -o /proc/out.csv",
        str![[r#"
exit 2
--- stderr
error[cannot-write]: cannot write `/proc/out.csv`: no file can be made in `/proc`: No such file or directory (os error 2)
 |
 = help: name an output in a folder that you may write to, with `-o`


"#]],
    );
}

#[cfg(unix)]
#[test]
fn outputs_are_not_named_after_a_name_for_an_open_file() {
    let session = Session::of_cities();
    let run = |line: &str| {
        let input = std::fs::File::open(session.path().join("cities.csv")).unwrap();
        let output = session.command(line).stdin(input).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = run("repair /dev/stdin -r cities.rules");
    assert_eq!(code, Some(2));
    assert_data_eq!(
        told,
        str![[r#"
error[no-output-name]: `/dev/stdin` is no file after which the output could be named
 |
 = help: name the output with `-o`, such as `-o clean.csv`; `-o -` is standard output


"#]]
        .raw()
    );
    assert_eq!(run("repair /dev/stdin -r cities.rules -o clean.csv").0, Some(0));
    assert_eq!(session.read("clean.csv"), CITIES.replace("Rom\n", "Rome\n"));
}
