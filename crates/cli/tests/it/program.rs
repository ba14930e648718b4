//! What holds for every command: help, streams, colours, signals.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::session::Session;

#[test]
fn the_help_teaches() {
    let help = Session::with(&[]).done("--help");
    for part in ["Usage: lustrate <COMMAND>", "Examples:", "fd zip -> city", "Exit codes:"] {
        assert!(help.contains(part), "{part}");
    }
}

#[test]
fn the_version_is_one_line() {
    assert_data_eq!(
        Session::with(&[]).run("--version"),
        str![[r#"
exit 0
--- stdout
lustrate 0.1.0

"#]]
    );
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let session = Session::of_cities();
    for line in ["repair cities.csv --dry-run", "detect cities.csv -r cities.rules", "--help"] {
        let mut child = session.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_told() {
    let session = Session::of_cities();
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = session.command("detect cities.csv -r cities.rules").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error[standard-output]: cannot write to"));
}

#[test]
fn piped_output_has_no_colours() {
    let session = Session::of_cities();
    for line in ["repair cities.csv -r cities.rules --dry-run", "repair nope.csv", "detect cities.csv -r cities.rules"]
    {
        assert!(!session.run(line).contains('\u{1b}'), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_behind() {
    let session = Session::with(&[]);
    session.done("dirt --generate orders --rows 3000 -o o.csv");
    let before = session.names();
    let mut child = session.command("repair o.csv -r o.rules").stdout(Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(!child.wait().unwrap().success());
    assert_eq!(session.names(), before);
}
