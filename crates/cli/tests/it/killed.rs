//! A program that is killed (`kill -9`) while it writes, a hundred times, at moments that a seed draws. It can do nothing about
//! it, so whatever it does must be right at every moment: each output is the old file, the whole new one, or absent.
#![cfg(unix)]

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::session::Session;

/// The kills, over all commands.
const KILLS: u64 = 100;
/// Rows enough for a file of several pieces, and few enough that a run is short.
const ROWS: usize = 3000;
/// What an old output holds.
const OLD: &str = "old";

/// A command, and the files that it writes.
struct Written {
    line: &'static str,
    outputs: &'static [&'static str],
}

const COMMANDS: [Written; 5] = [
    Written {
        line: "repair places.csv -r places.rules --report places.html --save-model places.lustrate",
        outputs: &[
            "places.lustrate",
            "places.clean.csv",
            "places.repairs.csv",
            "places.repairs.meta.json",
            "places.html",
        ],
    },
    Written { line: "apply made.repairs.csv places.csv -o again.csv", outputs: &["again.csv"] },
    Written {
        line: "dirt places.csv -o dirty.csv --skip code --rate 0.1",
        outputs: &["dirty.csv", "dirty.planted.csv"],
    },
    Written {
        line: "labels places.csv -t kind -o kinds.csv --report kinds.html",
        outputs: &["kinds.csv", "places.repairs.csv", "places.repairs.meta.json", "kinds.html"],
    },
    Written {
        line: "sanitize places.csv -r places.rules -t kind -o sane.csv",
        outputs: &["sane.csv", "places.repairs.csv", "places.repairs.meta.json", "places.weights.csv"],
    },
];

const INPUTS: [&str; 4] = ["places.csv", "places.rules", "made.repairs.csv", "made.repairs.meta.json"];

fn session() -> Session {
    let mut text = String::from("code,place,kind\n");
    for row in 0..ROWS {
        let (code, odd) = (row % 97, if row % 100 == 7 { "x" } else { "" });
        // Some of the kinds are not what the code says.
        let kind = if (code > 50) == (row % 61 == 9) { "large" } else { "small" };
        text += &format!("{code},place number {code}{odd},{kind}\n");
    }
    let session = Session::with(&[("places.csv", &text), ("places.rules", "fd code -> place\n")]);
    session.done("repair places.csv -r places.rules -o made.csv --repairs made.repairs.csv");
    session
}

fn start(session: &Session, line: &str) -> Child {
    session.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// What an output holds; `None` where it is absent.
fn held(session: &Session, name: &str) -> Option<Vec<u8>> {
    fs::read(session.path().join(name)).ok()
}

fn is_temporary(name: &str) -> bool {
    name.starts_with(".lustrate-") && name.ends_with(".tmp")
}

/// Waits until the program has begun to write, or has ended.
fn writing(session: &Session, program: &mut Child, before: &[String]) {
    while program.try_wait().unwrap().is_none() && session.names() == before {
        sleep(Duration::from_micros(200));
    }
}

/// Sixteen bits of a linear congruential generator (Knuth, MMIX).
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 48
}

#[test]
fn killed_at_any_of_a_hundred_moments_outputs_are_old_new_or_absent_and_inputs_as_they_were() {
    let session = session();
    let inputs = INPUTS.map(|name| (name, held(&session, name)));
    let (mut state, mut killed, mut torn) = (1, 0, 0);
    for Written { line, outputs } in COMMANDS {
        let before = session.names();
        let mut program = start(&session, line);
        writing(&session, &mut program, &before);
        let began = Instant::now();
        assert!(program.wait().unwrap().success(), "{line}");
        let phase = began.elapsed();
        let new: Vec<_> = outputs.iter().map(|name| (name, held(&session, name).unwrap())).collect();
        outputs.iter().for_each(|name| fs::remove_file(session.path().join(name)).unwrap());
        for kill in 0..KILLS.div_ceil(COMMANDS.len() as u64) {
            // Every other time there are old files.
            let old = (kill % 2 == 1).then_some(OLD);
            if let Some(old) = old {
                outputs.iter().for_each(|name| session.write(name, old.as_bytes()));
            }
            let before = session.names();
            let mut program = start(&session, &format!("{line}{}", if old.is_some() { " --force" } else { "" }));
            writing(&session, &mut program, &before);
            sleep(phase.mul_f64(draw(&mut state) as f64 / 65536.0));
            killed += u32::from(program.try_wait().unwrap().is_none());
            program.kill().unwrap();
            program.wait().unwrap();
            for (name, whole) in &new {
                let found = held(&session, name);
                let is_old = found.as_deref() == old.map(str::as_bytes);
                assert!(
                    is_old || found.as_ref() == Some(whole),
                    "kill {kill} of {line}: {name} is neither old nor new"
                );
            }
            for (name, was) in &inputs {
                assert!(held(&session, name) == *was, "kill {kill} of {line}: the input {name} was touched");
            }
            // What stays of a killed program has a name of its own, and stands in nobody's way.
            let others =
                session.names().into_iter().filter(|name| !before.contains(name) && !outputs.contains(&name.as_str()));
            for name in others {
                assert!(is_temporary(&name), "kill {kill} of {line} leaves {name}");
                torn += 1;
                fs::remove_file(session.path().join(name)).unwrap();
            }
            outputs.iter().for_each(|name| drop(fs::remove_file(session.path().join(name))));
        }
    }
    // Some end by themselves first, and some are killed between two files.
    assert!(killed >= 30 && torn >= 5, "{killed} of {KILLS} were killed, {torn} with a file half written");
}
