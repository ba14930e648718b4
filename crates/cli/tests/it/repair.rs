//! `lustrate repair`: what it writes and says.

use snapbox::{assert_data_eq, str};

use crate::session::{CITIES, Session};

#[test]
fn a_repair_writes_two_files_and_says_what_it_did() {
    let session = Session::of_cities();
    let said = session.run("repair cities.csv -r cities.rules");
    assert_data_eq!(
        said,
        str![[r#"
exit 0
--- stdout
Table      cities.csv: 9 rows, 2 columns, 18 cells
Rules      1 given; 1 was broken (1 change needed), none is now
Repaired   1 of 18 cells (5.6 %): city 1
To review  0 of 18 cells
Such as    row 4, city: "Rom" -> "Rome" (0.[..]); [..]
Written    cities.clean.csv and cities.repairs.csv, which says for each cell what, why and how sure
Next       see what changed: `diff cities.csv cities.clean.csv`

"#]]
    );
    let names = ["cities.clean.csv", "cities.csv", "cities.repairs.csv", "cities.repairs.meta.json", "cities.rules"];
    assert_eq!(session.names(), names);
    assert_eq!(session.read("cities.csv"), CITIES);
    assert_eq!(session.read("cities.clean.csv"), CITIES.replace("Rom\n", "Rome\n"));
    assert_data_eq!(
        session.read("cities.repairs.csv"),
        str![[r#"
row,line,key,column,old,new,confidence,decision,rule,reason,alternatives
4,5,,city,Rom,Rome,0.[..],apply,places,"[..]",[..]

"#]]
    );
}

#[test]
fn the_repairs_lie_beside_the_output_and_are_named_after_the_table() {
    let session = Session::of_cities();
    std::fs::create_dir(session.path().join("out")).unwrap();
    session.done("repair cities.csv -r cities.rules -o out/better.csv");
    assert!(session.path().join("out/better.csv").exists() && session.path().join("out/cities.repairs.csv").exists());
}

#[test]
fn a_second_run_refuses_and_force_replaces() {
    let session = Session::of_cities();
    session.done("repair cities.csv");
    session.write("cities.clean.csv", b"mine");
    assert_data_eq!(
        session.run("repair cities.csv"),
        str![[r#"
exit 2
--- stderr
error[output-exists]: `cities.clean.csv`, `cities.repairs.csv` and `cities.repairs.meta.json` are there already
 |
 = help: add `--force` to overwrite them, or name another output


"#]]
    );
    assert_eq!(session.read("cities.clean.csv"), "mine");
    session.done("repair cities.csv --force");
    assert!(session.read("cities.clean.csv").starts_with("zip,city\n"));
}

#[test]
fn a_dry_run_writes_nothing_and_does_not_mind_what_is_there() {
    let session = Session::of_cities();
    session.write("cities.clean.csv", b"mine");
    let before = session.names();
    let dry_run = "repair cities.csv -r cities.rules --dry-run";
    assert_eq!(session.run(dry_run), Session::of_cities().run(dry_run));
    assert_eq!(session.names(), before);
    assert_eq!(session.read("cities.clean.csv"), "mine");
}

#[test]
fn no_rules_are_fine_and_said() {
    let session = Session::with(&[("one.csv", "a,b\n1,2\n")]);
    assert_data_eq!(
        session.run("repair one.csv"),
        str![[r#"
exit 0
--- stdout
Table      one.csv: 1 row, 2 columns, 2 cells
Rules      none given; repairs rest on what the columns say of each other
Repaired   0 of 2 cells
To review  0 of 2 cells
Written    one.clean.csv and one.repairs.csv, which says for each cell what, why and how sure
Next       say what must hold with `--rules FILE`, in lines such as `fd zip -> city`

"#]]
    );
    assert_eq!(session.read("one.clean.csv"), "a,b\n1,2\n");
    assert_data_eq!(
        session.read("one.repairs.csv"),
        str![[r#"
row,line,key,column,old,new,confidence,decision,rule,reason,alternatives

"#]]
    );
}

#[test]
fn conventions_that_are_found_are_told_and_can_be_left_out() {
    let rows: String = (1..=20).map(|row| format!("{row},{}\n", ["12 oz", "16 oz."][row % 2])).collect();
    let cans = format!("can,ounces\n{rows}");
    let session = Session::with(&[("cans.csv", &cans)]);
    let said = session.run("repair cans.csv --dry-run");
    let (lines, summary) = said.split_once("\n\n").expect("the lines that would change come first");
    assert!(lines.contains("-1,16 oz.\n?  ^^^^^^\n+1,16\n?  ^^"), "{lines}");
    assert_data_eq!(
        summary.to_owned(),
        str![[r#"
Table      cans.csv: 20 rows, 2 columns, 40 cells
Rules      none given; 3 discovered; none is broken
To repair  20 of 40 cells (50.0 %): ounces 20
To review  0 of 40 cells
Such as    row 1, ounces: "16 oz." -> "16" (0.98); format suffix: 20 of 20 values are numbers with one unit behind them, which is…
Written    nothing: this was a dry run of what goes to cans.clean.csv and cans.repairs.csv
Next       run it again without `--dry-run` to write the files
--- stderr
note[format-found]: 20 cells of `ounces` are written otherwise (format suffix): 20 of 20 values are numbers with one unit behind them, which is spelt in 2 ways (`oz`, `oz.`)
 |
 = help: if values are meant as they are, `--no-formats=suffix` leaves them, and so does `column ounces text` among the rules


"#]]
    );
    for left_out in ["--no-formats", "--no-formats=suffix,nulls"] {
        session.done(&format!("repair cans.csv {left_out} --force"));
        assert_eq!(session.read("cans.clean.csv"), cans);
    }
    session.done("repair cans.csv --no-formats=nulls --force");
    assert_ne!(session.read("cans.clean.csv"), cans);
}

#[test]
fn thresholds_and_ids_reach_the_repairs() {
    let session = Session::of_cities();
    session.done("repair cities.csv -r cities.rules --apply-at 1 --review-at 0.1 --id zip --repairs why.jsonl");
    assert_eq!(session.read("cities.clean.csv"), CITIES);
    let line: serde_json::Value = serde_json::from_str(session.read("why.jsonl").trim()).unwrap();
    assert_eq!((&line["key"][0], &line["decision"]), (&"00184".into(), &"review".into()));
}

#[test]
fn json_has_the_outcome_and_the_files() {
    let session = Session::of_cities();
    let said = session.done("repair cities.csv -r cities.rules --format json");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&json["schema"], &json["cleaned_file"]), (&1.into(), &"cities.clean.csv".into()));
    assert_eq!((&json["totals"]["applied"], &json["repairs"][0]["new"]), (&1.into(), &"Rome".into()));
    assert_eq!((&json["rules"][0]["name"], &json["rules"][0]["broken_after"]), (&"places".into(), &0.into()));
    let dry = session.done("repair cities.csv -r cities.rules --format json --dry-run");
    let dry: serde_json::Value = serde_json::from_str(&dry).unwrap();
    assert!(dry["cleaned_file"].is_null() && dry["repairs_file"].is_null());
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let session = Session::with(&[]);
    session.done("dirt --generate orders --rows 200 --seed 3 -o o.csv");
    for threads in [1, 2] {
        session.done(&format!(
            "repair o.csv -r o.rules --threads {threads} -o {threads}.csv --repairs {threads}.repairs.csv"
        ));
    }
    assert_eq!(session.read("1.csv"), session.read("2.csv"));
    assert_eq!(session.read("1.repairs.csv"), session.read("2.repairs.csv"));
}

#[test]
fn a_column_that_identifies_rows_is_changed_by_no_reference() {
    let session = Session::with(&[
        ("rows.csv", "code,town\nA,Rome\nB,Bern\n"),
        ("towns.csv", "code,name\nA,Rome\nB,Basel\n"),
        ("rows.rules", "lookup \"towns.csv\" on code = code set town = name trust 0.99\n"),
    ]);
    session.done("repair rows.csv -r rows.rules -o changed.csv");
    assert_eq!(session.read("changed.csv"), "code,town\nA,Rome\nB,Basel\n");
    session.done("repair rows.csv -r rows.rules -o kept.csv --repairs kept.repairs.csv --id town");
    assert_eq!(session.read("kept.csv"), "code,town\nA,Rome\nB,Bern\n");
}

#[test]
fn a_run_that_may_take_enough_memory_does_what_one_without_a_limit_does_and_another_names_what_it_leaves() {
    let session = Session::with(&[]);
    session.done("dirt --generate orders --rows 3000 -o o.csv");
    let repairs = |options: &str| {
        let said = session.run(&format!("repair o.csv -r o.rules -o out.csv --force {options}"));
        assert!(said.starts_with("exit 0"), "{said}");
        (said, session.read("out.csv"), session.read("o.repairs.csv"))
    };
    let (_, table, list) = repairs("");
    let (_, same_table, same_list) = repairs("--memory 1GiB");
    assert!(table == same_table && list == same_list);
    let (said, _, fewer) = repairs("--memory 149MiB");
    let warning = said.split("warning[left-out-for-memory]: ").nth(1).unwrap_or_else(|| panic!("{said}"));
    let named: Vec<&str> = warning.split(" left as written").next().unwrap().split('`').skip(1).step_by(2).collect();
    let of_columns = |list: &str| {
        let is_named = |line: &&str| line.split(',').nth(3).is_some_and(|column| named.contains(&column));
        list.lines().filter(is_named).count()
    };
    assert!(of_columns(&fewer) < of_columns(&list), "{named:?}\n{fewer}");
}

#[test]
fn a_run_that_has_enough_time_does_what_one_without_a_limit_does_and_another_names_what_it_did_not_judge() {
    let session = Session::of_cities();
    let repaired = |options: &str| {
        let said = session.run(&format!("repair cities.csv -r cities.rules -o out.csv --force {options}"));
        assert!(said.starts_with("exit 0"), "{said}");
        (said, session.read("out.csv"), session.read("cities.repairs.csv"))
    };
    let (_, table, list) = repaired("");
    assert!(table != CITIES, "there is something to repair");
    assert_eq!(repaired("--time 1h").1, table);
    assert_eq!(repaired("--time 1h").2, list);
    let (said, left, _) = repaired("--time 1ns");
    assert!(said.contains("warning[left-out-for-time]: ") && said.contains("rows 1 to 9 were not judged"), "{said}");
    assert_eq!(left.lines().count(), CITIES.lines().count());
    session.fails(
        "repair cities.csv --time 5 -o other.csv",
        str![[r#"
exit 2
--- stderr
error: invalid value '5' for '--time <TIME>': write a number with its unit, such as 90s, 15m or 2h

For more information, try '--help'.

"#]],
    );
}

#[test]
fn a_run_goes_over_its_table_until_nothing_is_found_any_more() {
    let cities = ["Rome", "Rome", "N/A", "Rome", "Bern", "N/A", "Rome", "Rom"];
    let rows: String = cities.map(|city| format!("00184,{city}\n")).concat();
    let session = Session::with(&[("t.csv", &format!("zip,city\n{rows}")), ("t.rules", "fd zip -> city hard\n")]);
    let said = session
        .done("repair t.csv -r t.rules --passes 1 -o once.csv --repairs once.repairs.csv --quarantine once.apart.csv");
    assert!(said.contains("Set apart  3 of 8 rows"), "{said}");
    assert!(session.read("once.repairs.meta.json").contains("\"passes\":1"));
    let said = session.done("repair t.csv -r t.rules");
    assert!(said.contains("Repaired   4 of 16 cells") && !said.contains("Set apart"), "{said}");
    assert_eq!(session.read("t.clean.csv"), format!("zip,city\n{}", "00184,Rome\n".repeat(8)));
    let said = session.done("repair t.clean.csv -r t.rules");
    assert!(said.contains("Repaired   0 of 16 cells"), "{said}");
    session.done("apply t.repairs.csv t.clean.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), session.read("t.csv"));
    let said = session.run("repair t.csv -r t.rules --passes 0");
    assert!(said.starts_with("exit 2") && said.contains("--passes"), "{said}");
}
