//! What a run does when the system will not have it: a full disk, a limit on files, a folder that cannot be written to, an input
//! that is gone. It says so, with the mend, and leaves no half of a file.

use std::fs;
#[cfg(target_os = "linux")]
use std::process::{Command, Output, Stdio};

use lustrate_testkit::skip;

use crate::session::{CITIES, CITY_RULE, Session};

/// A table whose repaired copy takes some hundred kilobytes.
fn session() -> Session {
    let rows: String = (0..20_000).map(|row| format!("{},place {}\n", row % 50, row % 50)).collect();
    Session::with(&[("places.csv", &format!("code,place\n{rows}1,plaec 1\n")), ("places.rules", "fd code -> place\n")])
}

/// Runs a line of the shell in which `lustrate` is the program, in the folder of a session.
#[cfg(target_os = "linux")]
fn shell(session: &Session, line: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &line.replace("lustrate", env!("CARGO_BIN_EXE_lustrate"))]);
    command.current_dir(session.path()).stdin(Stdio::null()).output().unwrap()
}

/// The same with a file system of its own in `small`, made with these options; `None` where none can be made.
#[cfg(target_os = "linux")]
fn with_small(session: &Session, options: &str, line: &str) -> Option<Output> {
    let small = session.path().join("small");
    fs::create_dir_all(&small).unwrap();
    let mounted = format!("mount -t tmpfs {options} tmpfs small");
    let alone = |line: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", line]);
        command.current_dir(session.path()).stdin(Stdio::null()).output()
    };
    if !alone(&mounted).is_ok_and(|made| made.status.success()) {
        return None;
    }
    let line = line.replace("lustrate", env!("CARGO_BIN_EXE_lustrate"));
    Some(alone(&format!("{mounted} && {line}; code=$?; ls -A small >left; exit $code")).unwrap())
}

#[cfg(target_os = "linux")]
#[track_caller]
fn assert_told(output: &Output, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.matches("error[").count() == 1 && told.contains("= help: "), "{told}");
    words.iter().for_each(|word| assert!(told.contains(word), "{word}: {told}"));
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_the_message_says_so_and_nothing_is_left() {
    let session = session();
    let line = "lustrate repair places.csv -r places.rules -o small/out.csv";
    let Some(output) = with_small(&session, "-o size=64k", line) else {
        return skip("a full disk", "no file system can be mounted");
    };
    assert_told(&output, &["cannot write `small/out.csv`: No space left on device", "free some space"]);
    assert_eq!(session.read("left"), "");
    assert_eq!(session.names(), ["left", "places.csv", "places.rules", "small"]);
}

#[cfg(target_os = "linux")]
#[test]
fn in_a_folder_that_is_read_only_it_is_told_before_the_work() {
    let session = session();
    let line = "lustrate repair places.csv -r places.rules -o small/out.csv";
    let Some(output) = with_small(&session, "-o ro", line) else {
        return skip("a read-only folder", "no file system can be mounted");
    };
    assert_told(&output, &["no file can be made in `small`: Read-only file system", "name an output in a folder"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_told_and_does_not_end_the_program() {
    let session = session();
    // In blocks of 512 bytes.
    let output = shell(&session, "ulimit -f 64; lustrate repair places.csv -r places.rules");
    assert_told(&output, &["cannot write `places.clean.csv`: File too large", "ulimit -f"]);
    assert_eq!(session.names(), ["places.csv", "places.rules"]);
    let output = shell(&session, "ulimit -f 64; cat places.csv | lustrate repair - -r places.rules -o -");
    assert_told(&output, &["cannot keep a copy of standard input or output: File too large", "TMPDIR"]);
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_told() {
    let session = Session::of_cities();
    for line in ["repair cities.csv -r cities.rules -o -", "detect cities.csv -r cities.rules", "rules"] {
        let output = shell(&session, &format!("lustrate {line} >/dev/full"));
        assert_told(
            &output,
            &["cannot write to standard output: No space left on device", "send the output elsewhere"],
        );
    }
    assert_eq!(session.names(), ["cities.csv", "cities.rules"]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_input_that_is_gone_or_other_when_the_copy_is_written_is_told() {
    let changed = CITIES.replace("Rome", "Rimini, Italy");
    for (then, told) in [(None, "`cities.csv` has gone since it was read"), (Some(changed), "`cities.csv`")] {
        let session = Session::of_cities();
        let pipe = session.path().join("labels.csv");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // Labels are read behind the table, so this one waits for them with the table in hand.
        let mut command = session.command("repair cities.csv -r cities.rules --labels labels.csv");
        let program = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut labels = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        match &then {
            None => fs::remove_file(session.path().join("cities.csv")).unwrap(),
            Some(text) => session.write("cities.csv", text.as_bytes()),
        }
        std::io::Write::write_all(&mut labels, b"row,column,correct\n4,city,Rome\n").unwrap();
        drop(labels);
        assert_told(&program.wait_with_output().unwrap(), &[told]);
        assert!(
            session.names().iter().all(|name| ["cities.csv", "cities.rules", "labels.csv"].contains(&name.as_str()))
        );
        assert_eq!(session.read("cities.rules"), CITY_RULE);
    }
}
