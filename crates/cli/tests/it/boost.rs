//! `lustrate boost`: arms, the table that the best one makes, the pipeline, and wrong input.

use crate::session::Session;

/// Two numbers that decide the class; `damaged` says in which rows the first one is 9999.
fn table(damaged: impl Fn(u32) -> bool) -> String {
    let mut text = "id,first,second,kind\n".to_owned();
    for row in 0..900_u32 {
        let (first, second) = (row * 37 % 101, row * 53 % 97);
        let kind = if 2 * first + second > 150 { "yes" } else { "no" };
        let first = if damaged(row) { 9999 } else { first };
        text += &format!("{},{first},{second},{kind}\n", 7 * row + row % 5 + 40);
    }
    text
}

fn dirty() -> String {
    table(|row| row % 6 == 1)
}

#[test]
fn what_stands_for_missing_is_found_and_filled_and_comes_back() {
    let session = Session::with(&[("t.csv", &dirty())]);
    let told = session.done("boost t.csv --target kind --id id --without-engine");
    for part in
        ["arms tried on a model of `kind`, greedy averaging", "Together   the picked arms predict", "pipeline as rules"]
    {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let clean = session.read("t.clean.csv");
    let was = dirty();
    let changed: Vec<(&str, &str)> = was.lines().zip(clean.lines()).filter(|(old, new)| old != new).collect();
    assert!(changed.len() == 150 && changed.iter().all(|(old, _)| old.contains(",9999,")), "{changed:?}\n{told}");
    assert!(!clean.contains(",9999,"));
    let repairs = session.read("t.repairs.csv");
    assert!(repairs.contains("which does not say that it is true"), "{repairs}");
    let rules = session.read("t.pipeline.rules");
    assert!(rules.contains("column \"first\""), "{rules}");
    session.done("check t.pipeline.rules t.csv");
    session.done("apply --undo t.repairs.csv t.clean.csv -o back.csv");
    assert_eq!(session.read("back.csv"), dirty());
}

#[test]
fn a_table_that_is_clean_is_left_alone() {
    let clean = table(|_| false);
    let session = Session::with(&[("t.csv", &clean)]);
    let told = session.done("boost t.csv --target kind --id id --without-engine");
    assert!(told.contains("Best       do nothing"), "{told}");
    assert_eq!(session.read("t.clean.csv"), clean);
    assert!(!session.names().contains(&"t.pipeline.rules".to_owned()));
}

#[test]
fn our_own_repairs_and_broken_rules_are_arms() {
    let session =
        Session::with(&[("t.csv", &dirty()), ("t.rules", "column id id\ncolumn kind label\ncolumn first 0..100\n")]);
    let told = session.done("boost t.csv -r t.rules --format json --dry-run --picking paper");
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    let arms = json["arms"].as_array().unwrap();
    let detectors: Vec<&str> = arms.iter().map(|arm| arm["detector"].as_str().unwrap()).collect();
    for detector in ["do nothing", "cells that break rules", "any of these"] {
        assert!(detectors.contains(&detector), "{detector}\n{detectors:?}");
    }
    let weights: f64 = arms.iter().map(|arm| arm["weight"].as_f64().unwrap()).sum();
    assert!((weights - 1.0).abs() < 1e-9);
    assert!(arms.iter().all(|arm| arm["score"]["accuracy"].is_number() && arm["standard_error"].is_number()));
    assert!(json["judged"]["gain"].as_f64().unwrap() > 0.0, "{}", json["judged"]);
    assert_eq!(session.names(), ["t.csv", "t.rules"]);
}

#[test]
fn other_models_and_other_threads() {
    let session = Session::with(&[("t.csv", &dirty())]);
    for kind in ["logistic", "forest", "boosting"] {
        let line = |threads: u32| {
            format!(
                "boost t.csv --target kind --id id --without-engine --dry-run --model-kind {kind} --threads {threads} --format json"
            )
        };
        assert_eq!(session.done(&line(1)), session.done(&line(2)), "{kind}");
    }
}

#[test]
fn wrong_input_is_told_with_its_mend() {
    let session = Session::with(&[("t.csv", &dirty())]);
    for (line, code, mend) in [
        ("boost t.csv", "no-target", "`--target COLUMN`"),
        ("boost t.csv --target knd", "unknown-column", "write `kind`"),
        ("boost t.csv --target second", "continuous-target", "a class is needed"),
        ("boost t.csv --target kind --pipeline t.csv", "output-is-input", "name another output"),
    ] {
        let told = session.run(line);
        assert!(told.starts_with("exit 2\n"), "{line}\n{told}");
        assert!(told.contains(&format!("error[{code}]")) && told.contains(mend), "{line}\n{told}");
    }
    assert_eq!(session.names(), ["t.csv"]);
}

#[test]
fn what_is_filled_in_is_written_as_the_table_writes_numbers() {
    let text: String = dirty()
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let half = |field: &str| {
                if field.bytes().all(|byte| byte.is_ascii_digit()) { format!("{field},5") } else { field.to_owned() }
            };
            format!("{};{};{};{}\n", fields[0], half(fields[1]), half(fields[2]), fields[3])
        })
        .collect();
    let session = Session::with(&[("t.csv", &text)]);
    let told = session.done("boost t.csv --target kind --id id --without-engine");
    let clean = session.read("t.clean.csv");
    assert!(!clean.contains(";9999,5;"), "{told}");
    let first = |line: &str| line.split(';').nth(1).unwrap().to_owned();
    assert!(clean.lines().skip(1).all(|line| !first(line).contains('.')), "{clean}");
    let changed = text.lines().zip(clean.lines()).filter(|(old, new)| old != new).count();
    assert_eq!(changed, 150, "{told}");
}
