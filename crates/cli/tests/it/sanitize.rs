//! `lustrate sanitize`: rows that mislead a model, doubles, weights, groups, and wrong input.

use crate::labels::flowers;
use crate::session::{Session, project_root};

/// People of two groups of which one gets the good class more often; a third of the rows from 600 on are poisoned copies of one,
/// and two rows are there twice.
fn people(poisoned: bool) -> String {
    let mut text = "id,skill,years,sex,hired\n".to_owned();
    let mut push = |id: u32, skill: u32, years: u32, sex: &str, hired: &str| {
        text += &format!("{id},{skill},{years},{sex},{hired}\n");
    };
    for row in 0..600_u32 {
        let (skill, years) = (row * 37 % 101, row * 11 % 23);
        let is_woman = row % 3 == 0;
        let good = skill + 2 * years > if is_woman { 90 } else { 60 };
        push(10 * row + row % 7, skill, years, if is_woman { "f" } else { "m" }, if good { "yes" } else { "no" });
    }
    for row in 600..if poisoned { 900 } else { 600 } {
        let skill = 90 + row % 10;
        push(10 * row + row % 7, skill, 20, if row % 3 == 0 { "f" } else { "m" }, "no");
    }
    text
}

fn trusted() -> String {
    let mut text = "hired,id,skill,years,sex\n".to_owned();
    for row in 0..200_u32 {
        let (skill, years) = (row * 53 % 101, row * 7 % 23);
        let is_woman = row % 3 == 1;
        let good = skill + 2 * years > if is_woman { 90 } else { 60 };
        let (sex, hired) = (if is_woman { "f" } else { "m" }, if good { "yes" } else { "no" });
        text += &format!("{hired},{},{skill},{years},{sex}\n", 100_000 + 10 * row + row % 7);
    }
    text
}

fn session(poisoned: bool) -> Session {
    Session::with(&[
        ("p.csv", &people(poisoned)),
        ("t.csv", &trusted()),
        ("p.rules", "column id id\ncolumn hired label\ncolumn sex protected\n"),
    ])
}

#[test]
fn poisoned_rows_are_set_apart_with_the_reason_and_come_back() {
    let session = session(true);
    let told = session.done("sanitize p.csv -r p.rules --trusted t.csv --keep-values");
    let apart = session.read("p.quarantine.csv");
    let poisoned = apart.lines().skip(1).filter(|line| line.split(',').next().unwrap().parse::<u32>().unwrap() >= 6000);
    assert!(poisoned.count() > 150, "{told}\n{apart}");
    assert!(apart.contains("it misleads a model of `hired`: a model of the trusted rows gives `no` "), "{apart}");
    for part in ["Judged     by 200 trusted rows", "stage", "as read", "sanitised", "reweighed", "sex = f"] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let weights = session.read("p.weights.csv");
    assert_eq!(
        weights.lines().count(),
        session.read("p.clean.csv").lines().count(),
        "a weight for each row that stays"
    );
    session.done("apply --undo p.repairs.csv p.clean.csv -o back.csv");
    assert_eq!(session.read("back.csv"), people(true));
}

#[test]
fn weights_make_group_and_class_independent() {
    let session = session(false);
    session.done("sanitize p.csv -r p.rules --trusted t.csv --keep-values");
    let (clean, weights) = (session.read("p.clean.csv"), session.read("p.weights.csv"));
    let mut sums = std::collections::BTreeMap::<(String, String), f64>::new();
    for (line, weight) in clean.lines().skip(1).zip(weights.lines().skip(1)) {
        let cells: Vec<&str> = line.split(',').collect();
        let weight: f64 = weight.split(',').nth(1).unwrap().parse().unwrap();
        *sums.entry((cells[3].to_owned(), cells[4].to_owned())).or_default() += weight;
    }
    let of = |sex: &str, hired: &str| sums[&(sex.to_owned(), hired.to_owned())];
    let rate = |sex: &str| of(sex, "yes") / (of(sex, "yes") + of(sex, "no"));
    assert!((rate("f") - rate("m")).abs() < 1e-9, "{sums:?}");
}

#[test]
fn rows_that_read_the_same_become_one_with_their_weights() {
    let mut text = flowers();
    let again: Vec<String> = text.lines().skip(1).take(3).map(str::to_owned).collect();
    for (place, line) in again.iter().enumerate() {
        text += &format!("{},{}\n", 90_000 + 7 * place, line.split_once(',').unwrap().1);
    }
    let session = Session::with(&[("f.csv", &text)]);
    session.done("sanitize f.csv --target kind --id id --keep-values");
    let apart = session.read("f.quarantine.csv");
    assert!(apart.contains("it reads as row 1 does in all columns that are compared"), "{apart}");
    let weights = session.read("f.weights.csv");
    let total: f64 = weights.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse::<f64>().unwrap()).sum();
    let removed = apart.lines().filter(|line| line.contains("misleads")).count();
    assert_eq!(total.round() as usize, 403 - removed, "{weights}");
}

#[test]
fn nothing_is_written_in_a_dry_run_and_programs_get_everything() {
    let session = session(true);
    let before = session.names();
    let told = session.done("sanitize p.csv -r p.rules --trusted t.csv --keep-values --dry-run --format json");
    assert_eq!(session.names(), before);
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&json["target"], &json["trusted"]), (&"hired".into(), &200.into()));
    let stages: Vec<&str> = json["stages"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!((stages.first(), stages.last()), (Some(&"read"), Some(&"reweighed")));
    assert!(json["shares"].as_array().unwrap().len() > 3 && json["weights_file"].is_null());
    assert!(json["stages"][0]["groups"]["equalised_odds"].is_number(), "{told}");
}

#[test]
fn trusted_rows_that_cannot_judge_are_told_with_their_mend() {
    let session = session(true);
    session.write("other.csv", b"skill,years,gender\n1,2,f\n");
    session.write("few.csv", trusted().lines().take(4).map(|line| format!("{line}\n")).collect::<String>().as_bytes());
    session.write("none.csv", b"hired,id,skill,years,sex\n");
    for (line, code, mend) in [
        (
            "sanitize p.csv -r p.rules --trusted other.csv",
            "trusted-columns",
            "they lack `id`, `sex`, `hired` and have `gender`",
        ),
        ("sanitize p.csv -r p.rules --trusted few.csv", "few-trusted-rows", "give 20 or more"),
        ("sanitize p.csv -r p.rules --trusted none.csv", "no-rows", "none.csv"),
        ("sanitize p.csv -r p.rules --trusted gone.csv", "no-such-file", "gone.csv"),
        ("sanitize p.csv -r p.rules --weights p.csv", "output-is-input", "name another output"),
    ] {
        let told = session.run(line);
        assert!(told.starts_with("exit 2\n"), "{line}\n{told}");
        assert!(told.contains(&format!("error[{code}]")) && told.contains(mend), "{line}\n{told}");
    }
}

#[test]
fn rows_that_are_probably_one_thing_become_one_with_their_weights() {
    let people = std::fs::read_to_string(project_root().join("testdata/link/people.csv")).unwrap();
    let mut text = String::new();
    for (place, line) in people.lines().enumerate() {
        let kind = if place == 0 { "kind" } else { ["new", "old"][place % 3 / 2] };
        text += &format!("{line},{kind}\n");
    }
    let rule = "same: duplicate by first_name, last_name, born, street, postcode, town, phone keep most complete\n";
    let session = Session::with(&[("p.csv", &text), ("p.rules", rule)]);
    session.done("sanitize p.csv -r p.rules --target kind --id row --keep-values");
    let apart = session.read("p.quarantine.csv");
    let merged = apart.lines().filter(|line| line.contains("its weight is added to one that stays")).count();
    assert!(merged > 100 && apart.contains("it is one thing with row "), "{apart}");
    let misleading = apart.lines().filter(|line| line.contains("misleads")).count();
    let weights = session.read("p.weights.csv");
    let weights: Vec<f64> =
        weights.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    assert_eq!(weights.iter().sum::<f64>().round() as usize, people.lines().count() - 1 - misleading);
    assert!(weights.iter().filter(|weight| **weight >= 2.0).count() > 50);
}
