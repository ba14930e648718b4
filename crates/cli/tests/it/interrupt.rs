//! A program that is told to end while it works. It ends at once, and leaves no half of a file behind.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::session::Session;

/// Rows enough that a run takes many seconds in a build that is not optimised.
const ROWS: usize = 100_000;
/// No interrupted program may take longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// A table of two columns, one of which follows from the other, but for one row in a thousand.
fn table() -> String {
    let mut text = String::from("code,place\n");
    for row in 0..ROWS {
        let code = row % 97;
        let odd = if row % 1000 == 7 { "x" } else { "" };
        text += &format!("{code},place number {code}{odd}\n");
    }
    text
}

fn session() -> Session {
    let session = Session::with(&[("places.csv", &table()), ("places.rules", "fd code -> place\n")]);
    fs::create_dir(session.path().join("tmp")).unwrap();
    session
}

fn start(session: &Session, line: &str) -> Child {
    let mut command = session.command(line);
    command.env("TMPDIR", session.path().join("tmp")).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Sends a signal to a program that runs, and gives its exit code once it has ended.
fn interrupt(mut program: Child, signal: &str) -> Option<i32> {
    let sent = Instant::now();
    if program.try_wait().unwrap().is_none() {
        // Until it is waited for its id is its own, also once it has ended.
        assert!(Command::new("kill").args(["-s", signal, &program.id().to_string()]).status().unwrap().success());
    }
    loop {
        if let Some(status) = program.try_wait().unwrap() {
            return status.code();
        }
        if sent.elapsed() > PATIENCE {
            program.kill().unwrap();
            panic!("it does not end");
        }
        sleep(Duration::from_millis(2));
    }
}

/// Waits until something is so, and says whether it came before the program ended.
fn until(program: &mut Child, mut is_so: impl FnMut() -> bool) -> bool {
    while program.try_wait().unwrap().is_none() {
        if is_so() {
            return true;
        }
        sleep(Duration::from_millis(1));
    }
    false
}

fn temporary_files(folder: &Path) -> usize {
    let is_temporary = |name: &str| name.starts_with(".lustrate-") || name.ends_with(".tmp");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| is_temporary(name)).count()
}

/// Nothing temporary is left.
fn assert_clean(session: &Session) {
    assert_eq!(temporary_files(session.path()), 0, "{:?}", session.names());
    assert_eq!(fs::read_dir(session.path().join("tmp")).unwrap().count(), 0);
}

/// The same, and the table is as it was.
fn assert_unharmed(session: &Session) {
    assert_clean(session);
    assert!(session.read("places.csv") == table(), "the input is not touched");
}

#[test]
fn at_any_moment_of_a_run_nothing_is_left_of_an_interrupted_repair() {
    let session = Session::with(&[]);
    fs::create_dir(session.path().join("tmp")).unwrap();
    let made = format!("dirt --generate orders --rows {ROWS} -o orders.csv");
    assert!(start(&session, &made).wait().unwrap().success());
    let (names, table) = (session.names(), session.read("orders.csv"));
    for (signal, after) in [("INT", 50), ("TERM", 400), ("HUP", 1500), ("INT", 4000)] {
        let program = start(&session, "repair orders.csv -r orders.rules --save-model orders.lustrate");
        sleep(Duration::from_millis(after));
        let code = interrupt(program, signal);
        // On a busy machine the first may come before the program has set its handler up, and end it by itself.
        assert!(code == Some(130) || (code.is_none() && after < 100), "{signal} after {after} ms: {code:?}");
        assert_clean(&session);
        assert_eq!(session.names(), names, "{signal} after {after} ms");
    }
    assert!(session.read("orders.csv") == table, "the input is not touched");
}

#[test]
fn an_interrupt_while_files_are_written_leaves_the_old_ones_or_whole_new_ones() {
    let session = session();
    let line = "dirt places.csv -o dirty.csv --skip code --rate 0.1 --force";
    assert!(start(&session, line).wait().unwrap().success());
    let new = ["dirty.csv", "dirty.planted.csv"].map(|name| (name, session.read(name)));
    // Besides the moment when the first temporary file appears, those when an output has just got its name.
    let moments: [fn(&Session) -> bool; 3] = [
        |session| temporary_files(session.path()) > 0,
        |session| session.read("dirty.planted.csv") != "old",
        |session| session.read("dirty.planted.csv") != "old" && temporary_files(session.path()) > 0,
    ];
    for (moment, signal) in moments.into_iter().zip(["TERM", "INT", "HUP"]) {
        new.iter().for_each(|(name, _)| session.write(name, b"old"));
        let mut program = start(&session, line);
        assert!(until(&mut program, || moment(&session)), "it ended before it wrote");
        let code = interrupt(program, signal);
        // It may have ended by itself in the meantime, with everything whole.
        assert!(matches!(code, Some(130 | 0)), "{code:?}");
        assert_unharmed(&session);
        for (name, whole) in &new {
            let found = session.read(name);
            assert!(found == "old" || found == *whole, "{name} is neither the old file nor the whole new one");
        }
    }
}

#[test]
fn of_new_files_that_belong_together_an_interrupt_leaves_all_or_none() {
    let session = session();
    let dirt = ("dirt places.csv -o dirty.csv --skip code --rate 0.1", vec!["dirty.csv", "dirty.planted.csv"]);
    let made = vec!["places.lustrate", "places.clean.csv", "places.repairs.meta.json", "places.repairs.csv"];
    let repair = ("repair places.csv -r places.rules --save-model places.lustrate", made);
    for (line, outputs) in [dirt, repair] {
        // When the first temporary file appears, and when each of the outputs has got its name.
        for moment in [None].into_iter().chain(outputs.iter().map(Some)) {
            let has_come = || match moment {
                None => temporary_files(session.path()) > 0,
                Some(output) => session.path().join(output).exists(),
            };
            let mut program = start(&session, line);
            // The last output may appear and the program end between two looks.
            let came = until(&mut program, has_come);
            assert!(came || moment == outputs.last(), "{line}: it ended before {moment:?}");
            // It may have ended by itself in the meantime, with everything whole.
            let code = interrupt(program, "INT");
            assert!(matches!(code, Some(130 | 0)), "{code:?}");
            assert_unharmed(&session);
            let there = outputs.iter().filter(|name| session.path().join(name).exists()).count();
            assert!(there == 0 || there == outputs.len(), "{:?}", session.names());
            outputs.iter().for_each(|name| drop(fs::remove_file(session.path().join(name))));
        }
    }
}

#[test]
fn what_was_copied_of_standard_input_goes_too() {
    let session = session();
    let mut command = session.command("repair - -r places.rules -o -");
    command.env("TMPDIR", session.path().join("tmp")).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut program = command.spawn().unwrap();
    // The program reads on for as long as this end of the pipe is open.
    let input = program.stdin.take().unwrap();
    let has_copy = || fs::read_dir(session.path().join("tmp")).unwrap().count() > 0;
    assert!(until(&mut program, has_copy));
    assert_eq!(interrupt(program, "INT"), Some(130));
    assert_unharmed(&session);
    drop(input);
}
