//! `lustrate label`: a file to fill in, and what is read from it.

use snapbox::str;

use crate::session::Session;

/// Cities with the wrong one in row 4 and an identifying column.
fn of_orders() -> Session {
    let mut text = "id,zip,city\n".to_owned();
    for row in 0..20 {
        let (zip, city) =
            if row % 2 == 0 { ("10115", "Berlin") } else { ("00184", if row == 3 { "Rom" } else { "Rome" }) };
        text += &format!("{},{zip},{city}\n", 100 + row * 7);
    }
    Session::with(&[("o.csv", &text), ("o.rules", "places: fd zip -> city\n")])
}

const LABEL: &str = "label o.csv -r o.rules";

/// The file of rows with the line that is to be filled in changed.
fn fill_in(session: &Session, from: &str, to: &str) {
    let text = session.read("o.labels.csv");
    assert!(text.contains(from), "{from} is in\n{text}");
    session.write("o.labels.csv", text.replace(from, to).as_bytes());
}

#[test]
fn a_file_is_written_filled_in_and_read_back() {
    let session = of_orders();
    let told = session.done(&format!("{LABEL} --id id"));
    assert!(told.starts_with("o.labels.csv: ") && told.contains(" to look at, with 1 proposal\nnext: edit"), "{told}");
    let text = session.read("o.labels.csv");
    assert_eq!(text.lines().next(), Some("row,key,what,checked,who,why,id,zip,city"));
    let line = text.lines().position(|line| line.starts_with("4,121,original,,,")).expect("row 4 is asked");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[line].ends_with(",121,00184,Rom"), "{text}");
    assert!(lines[line + 1].starts_with("4,121,correct,,,") && lines[line + 1].ends_with(",121,00184,Rome"), "{text}");
    // Filled in, its row is not asked again, and two people who differ are told.
    fill_in(&session, "4,121,correct,,", "4,121,correct,yes,ann");
    session.write("bob.csv", b"key,column,correct,who\n121,city,Roma,bob\n121,zip,00184,bob\n");
    let again = session.run(&format!("{LABEL} --id id --labels o.labels.csv --labels bob.csv -o more.csv"));
    let place = format!("`Rome` in `o.labels.csv`, line {} by ann; `Roma` in `bob.csv`, line 2 by bob", line + 2);
    for part in [
        &format!("row 4, column `city`: labels disagree: {place}"),
        "labels of 2 people; of 1 cell they say different things",
        "ann  3 cells, most others say the same in 1 of 2 shared ones",
    ] {
        assert!(again.contains(part), "{part}\n{again}");
    }
    assert!(!asks_row_4(&session, "more.csv"));
}

/// Whether a file is there that asks about the row with the wrong city.
fn asks_row_4(session: &Session, name: &str) -> bool {
    session.names().contains(&name.to_owned()) && session.read(name).contains(",00184,Rom\n")
}

#[test]
fn tasks_of_cells_go_out_and_come_back() {
    let session = of_orders();
    session.done(&format!("{LABEL} --id id --cells --who ann -o tasks.csv"));
    let text = session.read("tasks.csv");
    assert!(text.starts_with("task,row,key,column,context,original,proposed,confidence,reason,answer,correct,who\n"));
    assert!(text.contains(",4,121,city,id: 121; zip: 00184,Rom,Rome,"), "{text}");
    let answered = |line: &str| match line.contains(",Rom,Rome,") {
        true => line.replace(",,Rome,ann", ",wrong,Rome,ann") + "\n",
        false => line.to_owned() + "\n",
    };
    session.write("tasks.csv", text.lines().map(answered).collect::<String>().as_bytes());
    session.done(&format!("{LABEL} --id id --labels tasks.csv -o more.csv"));
    assert!(!asks_row_4(&session, "more.csv"));
}

#[test]
fn questions_may_go_to_standard_output() {
    let session = of_orders();
    let text = session.done(&format!("{LABEL} -o -"));
    assert!(text.starts_with("row,key,what,checked,who,why,id,zip,city\n"), "{text}");
    assert!(text.contains("\n4,,original,"), "{text}");
    assert_eq!(session.names(), ["o.csv", "o.rules"]);
}

#[test]
fn a_file_that_is_there_stays() {
    let session = of_orders();
    session.write("o.labels.csv", b"mine");
    session.fails(
        LABEL,
        str![[r#"
exit 2
--- stderr
error[output-exists]: `o.labels.csv` is there already
 |
 = help: go on with it on the screen with `--terminal`; name another file with `-o`, and this one with `--labels` to ask about other rows; or add `--force` to overwrite it


"#]],
    );
    session.done(&format!("{LABEL} --force"));
    assert!(session.read("o.labels.csv").starts_with("row,"));
}

#[test]
fn mistakes_in_label_files_are_told_with_their_places() {
    let session = of_orders();
    session.done(LABEL);
    session.fails(
        &format!("{LABEL} --labels o.labels.csv -o more.csv"),
        str![[r#"
exit 2
--- stderr
error[no-labels]: nothing is filled in in `o.labels.csv`
 --> o.labels.csv:1:14
  |
1 | row,key,what,checked,who,why,id,zip,city
  |              ^^^^^^^ empty in every line
  |
  = help: edit the lines `correct`, and write `yes` in their column `checked` once you have looked at them


"#]],
    );
    session.write("bad.csv", b"row,column,correct\n4,ctiy,Rome\n99,city,Rome\nx,city,Rome\n");
    session.fails(
        &format!("{LABEL} --labels bad.csv --labels none.csv -o more.csv"),
        str![[r#"
exit 2
--- stderr
error[label-file]: there is no label file `none.csv`
 |
 = help: check the path

error[unknown-column]: `bad.csv`, line 2: the table has no column `ctiy`
 --> bad.csv:2:3
  |
2 | 4,ctiy,Rome
  |   ^^^^ no such column
  |
  = help: write `city`; its columns are id, zip, city

error[row-not-found]: `bad.csv`, line 3: row 99 is not in the table
 --> bad.csv:3:1
  |
3 | 99,city,Rome
  | ^^^^^^^^^^^^ the table has 20 rows
  |
  = help: write the number of the data row, the first row being 1

error[bad-row]: `bad.csv`, line 4: `x` is no number of a row
 --> bad.csv:4:1
  |
4 | x,city,Rome
  | ^ not a whole number from 1
  |
  = help: put the number of the data row back, the first row being 1


"#]],
    );
}

#[test]
fn the_screen_needs_a_terminal() {
    let session = of_orders();
    session.fails(
        &format!("{LABEL} --terminal"),
        str![[r#"
exit 2
--- stderr
error[no-terminal]: `--terminal` needs a terminal, and standard input is none
 |
 = help: leave `--terminal` out, and fill in the file that is written with an editor or a spreadsheet


"#]],
    );
}

/// What a terminal is sent to open and to close a full screen.
#[cfg(target_os = "linux")]
const OPENED: &str = "\u{1b}[?1049h";
#[cfg(target_os = "linux")]
const CLOSED: &str = "\u{1b}[?1049l";

/// Runs a line in a terminal of 80 times 24 letters and types into it; `None` where there is no program for that. What came out,
/// with the sequences of the terminal.
#[cfg(target_os = "linux")]
fn in_terminal(session: &Session, line: &str, typed: &str) -> Option<String> {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let program = env!("CARGO_BIN_EXE_lustrate");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("stty cols 80 rows 24; '{program}' {line}"), "/dev/null"]);
    command.current_dir(session.path()).env("TERM", "xterm-256color");
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        lustrate_testkit::skip("the full screen in a terminal", "there is no program `script`");
        return None;
    };
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    // What is typed before the screen is there would be taken for a line of text.
    let is_open = |shown: &[u8]| String::from_utf8_lossy(shown).contains(OPENED);
    let mut is_typed = false;
    loop {
        if !is_typed && is_open(&shown) {
            input.write_all(typed.as_bytes()).unwrap();
            is_typed = true;
        }
        match output.read(&mut piece).unwrap() {
            0 => break,
            read => shown.extend_from_slice(&piece[..read]),
        }
    }
    assert!(child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&shown));
    Some(String::from_utf8_lossy(&shown).into_owned())
}

/// A file of one row, of which another city is proposed.
#[cfg(target_os = "linux")]
const ROW_4: &str = "\
row,key,what,checked,who,why,id,zip,city
4,121,original,,,doubtful,121,00184,Rom
4,121,correct,,,\"city: Rome (0.97), as in 9 rows\",121,00184,Rome
";

#[cfg(target_os = "linux")]
#[test]
fn on_the_screen_every_answer_is_saved_and_the_next_run_goes_on() {
    let session = of_orders();
    session.write("o.labels.csv", ROW_4.as_bytes());
    let line = format!("{LABEL} --id id --terminal --who ann");
    let Some(shown) = in_terminal(&session, &line, "e\u{15}Roma\rq") else { return };
    assert!(shown.rfind(CLOSED) > shown.rfind(OPENED), "the screen is given back: {shown:?}");
    assert!(shown.contains("o.labels.csv: 0 of 1 rows, 0 corrected"), "{shown:?}");
    assert_eq!(session.read("o.labels.csv"), ROW_4.replace("00184,Rome\n", "00184,Roma\n"));
    let shown = in_terminal(&session, &line, "Aq").unwrap();
    assert!(shown.contains("o.labels.csv: 1 of 1 rows, 1 corrected"), "{shown:?}");
    assert!(session.read("o.labels.csv").contains("4,121,correct,yes,ann,"), "{}", session.read("o.labels.csv"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_screen_begins_with_a_file_that_is_not_there_yet() {
    let session = of_orders();
    let line = format!("{LABEL} --id id --terminal --who ann --rows 1");
    let Some(shown) = in_terminal(&session, &line, "Aq") else { return };
    assert!(shown.contains("o.labels.csv: 1 of 1 rows, "), "{shown:?}");
    assert_eq!(session.read("o.labels.csv").matches(",correct,yes,ann,").count(), 1);
}
