//! `lustrate active`: batches for a person, corrections from a file, the state between them, and wrong input.

use crate::session::Session;

/// Two numbers that decide the class; `is_dirty` says in which rows the first is written in another unit, tenfold.
fn table(rows: std::ops::Range<u32>, is_dirty: impl Fn(u32) -> bool) -> String {
    let mut text = "id,length,second,kind\n".to_owned();
    for row in rows {
        let (length, second) = (row * 37 % 101, row * 53 % 97);
        let kind = if 2 * length + second > 150 { "yes" } else { "no" };
        let length = if is_dirty(row) { length * 10 + 200 } else { length };
        text += &format!("{},{length},{second},{kind}\n", 7 * row + row % 5 + 40);
    }
    text
}

const RULES: &str = "column id id\ncolumn kind label\ncolumn length 0..150\n";

fn session() -> Session {
    Session::with(&[
        ("t.csv", &table(0..700, |row| row % 2 == 0)),
        ("truth.csv", &table(0..700, |_| false)),
        ("trusted.csv", &table(700..1100, |_| false)),
        ("t.rules", RULES),
    ])
}

#[test]
fn corrections_of_a_few_records_are_enough_and_can_be_taken_back() {
    let session = session();
    let told = session.done(
        "active t.csv -r t.rules --trusted trusted.csv --corrections truth.csv --budget 100 --batch 20 --picture curve.svg",
    );
    for part in ["Doubtful", "400 trusted rows", "records", "Gain       +"] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let svg = session.read("curve.svg");
    assert!(svg.starts_with("<svg ") && svg.matches("<circle").count() >= 2, "{svg}");
    let (was, clean) = (session.read("t.csv"), session.read("t.clean.csv"));
    let changed = was.lines().zip(clean.lines()).filter(|(old, new)| old != new).count();
    assert!((20..=100).contains(&changed), "{changed}\n{told}");
    assert!(session.read("t.repairs.csv").contains("it was corrected in batch 1"));
    session.done("apply --undo t.repairs.csv t.clean.csv -o back.csv");
    assert_eq!(session.read("back.csv"), was);
    assert!(!session.names().contains(&"t.active.json".to_owned()), "a loop that ends at once needs no state");
}

/// Fills the batch in by the truth, and checks all of its rows.
fn fill_in(session: &Session) {
    let truth = session.read("truth.csv");
    let truth: Vec<&str> = truth.lines().collect();
    let batch = session.read("t.batch.csv");
    let filled = batch.lines().map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        match fields[2] {
            "correct" => {
                let row: usize = fields[0].parse().unwrap();
                format!("{},{},correct,yes,ann,,{}\n", fields[0], fields[1], truth[row])
            }
            _ => format!("{line}\n"),
        }
    });
    let filled: String = filled.collect();
    session.write("t.batch.csv", filled.as_bytes());
}

const LINE: &str = "active t.csv -r t.rules --trusted trusted.csv --budget 40 --batch 20";

#[test]
fn a_person_goes_on_batch_by_batch_to_the_same_end() {
    let session = session();
    let told = session.done(LINE);
    assert!(told.contains("correct the 20 rows in t.batch.csv and write `yes` into `checked`"), "{told}");
    assert_eq!(session.read("t.batch.csv").lines().count(), 41);
    // What is not filled in is told, and nothing is lost.
    let (state, batch) = (session.read("t.active.json"), session.read("t.batch.csv"));
    let open = session.run(LINE);
    assert!(open.starts_with("exit 2\n") && open.contains("error[batch-not-done]"), "{open}");
    assert!(open.contains("20 of 20 rows of the batch in `t.batch.csv` are not checked yet"), "{open}");
    assert_eq!((session.read("t.active.json"), session.read("t.batch.csv")), (state, batch));
    fill_in(&session);
    let told = session.done(LINE);
    assert!(told.contains("correct the 20 rows in t.batch.csv"), "{told}");
    fill_in(&session);
    let told = session.done(LINE);
    assert!(told.contains("the budget is spent"), "{told}");
    let by_hand = session.read("t.clean.csv");
    session.done(&format!("{LINE} --corrections truth.csv -o at-once.csv --repairs at-once.repairs.csv"));
    assert_eq!(by_hand, session.read("at-once.csv"), "a file says the same as a person");
}

#[test]
fn our_repairs_can_clean_and_every_estimator_runs() {
    let session = session();
    for estimator in ["auto", "learned-repair", "our-repairs", "reweighted", "drop", "mixture", "paper"] {
        let line = format!(
            "active t.csv -r t.rules --corrections truth.csv --budget 60 --batch 30 --estimator {estimator} --dry-run --format json"
        );
        let json: serde_json::Value = serde_json::from_str(&session.done(&line)).unwrap();
        let curve = json["curve"].as_array().unwrap();
        assert!(curve.len() == 3 && curve.iter().all(|point| point["accuracy"].is_number()), "{estimator}: {curve:?}");
        assert!(json["next"] == "spent", "{estimator}: {}", json["next"]);
    }
    session.done("active t.csv -r t.rules --by-repairs --budget 60 --batch 30 --dry-run");
}

#[test]
fn single_cells_are_corrections_too() {
    let session = session();
    let truth = session.read("truth.csv");
    let mut cells = "row,column,correct\n".to_owned();
    for (row, line) in truth.lines().enumerate().skip(1).filter(|(row, _)| row % 2 == 1) {
        cells += &format!("{row},length,{}\n", line.split(',').nth(1).unwrap());
    }
    session.write("cells.csv", cells.as_bytes());
    let line = |file: &str| {
        format!("{LINE} --corrections {file} -o {file}.out --repairs {file}.repairs.csv --dry-run --format json")
    };
    let curve =
        |file: &str| serde_json::from_str::<serde_json::Value>(&session.done(&line(file))).unwrap()["curve"].clone();
    assert_eq!(curve("cells.csv"), curve("truth.csv"));
}

#[test]
fn wrong_input_is_told_with_its_mend() {
    let session = session();
    session.done(LINE);
    session.write(
        "short.csv",
        session.read("truth.csv").lines().take(9).map(|line| format!("{line}\n")).collect::<String>().as_bytes(),
    );
    session.write("bad.json", b"{\"schema\": 1");
    session.write("odd.json", session.read("t.active.json").replace("\"batch\": 20", "\"batch\": 0").as_bytes());
    session.write("u.csv", table(0..700, |row| row % 3 == 0).as_bytes());
    session.write("clean.csv", table(0..300, |_| false).as_bytes());
    for (line, code, mend) in [
        ("active t.csv -r t.rules --corrections short.csv", "corrections-rows", "row,column,correct"),
        ("active t.csv -r t.rules --state bad.json", "state-file", "start anew with `--force`"),
        ("active t.csv -r t.rules --state odd.json", "state-file", "settings that make no sense"),
        (
            "active u.csv -r t.rules --state t.active.json --batch-file t.batch.csv",
            "state-of-another-table",
            "start anew",
        ),
        ("active t.csv -r t.rules --budget 40", "state-of-other-trusted-rows", "`--trusted`"),
        ("active clean.csv -r t.rules", "nothing-doubtful", "`--all-rows`"),
        ("active u.csv -r t.rules --picture curve.png", "bad-picture", "`.svg`"),
        ("active u.csv -r t.rules --estimator paper --step 0", "bad-step", "above 0"),
        ("active u.csv -r t.rules --target none", "unknown-column", "the columns are"),
    ] {
        let told = session.run(line);
        assert!(told.starts_with("exit 2\n"), "{line}\n{told}");
        assert!(told.contains(&format!("error[{code}]")) && told.contains(mend), "{line}\n{told}");
    }
}
