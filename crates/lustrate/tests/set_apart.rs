//! Rows that stay and rows that are set apart are all rows, and those that stay break no hard rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lustrate::{Findings, Meant, Overwrite, Selection, Settings, find, read_rules, read_table, repair, write_rows};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Hard rules of every kind, and what changes the view of a table; a table gets some of them.
const RULES: [&str; 12] = [
    "fd zip -> city hard",
    "fd zip, kind -> size hard",
    "deny size > 50 by number hard",
    "deny kind = \"b\" and size < 10 by number hard",
    "deny a.zip = b.zip and a.size < b.size by number and a.rank > b.rank by number hard",
    "if kind = \"a\" then size <= 30 by number hard",
    "if city = \"Rome\" then zip = \"00184\" hard",
    "lookup \"zips.csv\" on zip = zip hard",
    "lookup \"zips.csv\" on zip = zip, city = city hard",
    "duplicate when zip = and city = keep first",
    "column size quantity in cm",
    "null \"-\" \"N/A\"",
];

const ZIPS: &str = "zip,city\n00184,Rome\n10115,Berlin\n3011,Bern\n";

/// Cells as people write them: a wrong letter, other spellings of nothing, numbers in other forms.
fn line() -> impl Strategy<Value = Vec<&'static str>> {
    let zip = prop::sample::select(vec!["00184", "00184", "10115", "10115", "3011", "1011S", ""]);
    let city = prop::sample::select(vec!["Rome", "Rome", "Berlin", "Bern", "Bern", "Rom", "ROME", "N/A", "", " Bern"]);
    let kind = prop::sample::select(vec!["a", "a", "b", "b", "c", "", "-"]);
    let size = prop::sample::select(vec![
        "5", "12", "20", "25", "30", "45", "60", "1200", "1,200", "n/a", "", "2.50E1", "25 cm",
    ]);
    let rank = prop::sample::select(vec!["1", "2", "3", "4", ""]);
    (zip, city, kind, size, rank).prop_map(|(zip, city, kind, size, rank)| vec![zip, city, kind, size, rank])
}

fn csv(lines: &[Vec<&str>], end: &str) -> String {
    let quoted = |cell: &&str| if cell.contains(',') { format!("\"{cell}\"") } else { (*cell).to_owned() };
    let line = |cells: &Vec<&str>| cells.iter().map(quoted).collect::<Vec<_>>().join(",") + end;
    format!("zip,city,kind,size,rank{end}{}", lines.iter().map(line).collect::<String>())
}

/// What still breaks a hard rule, in words.
fn broken(findings: &Findings) -> Vec<String> {
    let rules =
        findings.rules.iter().filter(|rule| rule.meant == Meant::Hard && rule.rows > 0).map(|rule| format!("{rule:?}"));
    let unknown = findings.unknown.iter().filter(|unknown| unknown.meant == Meant::Hard && !unknown.rows.is_empty());
    rules.chain(unknown.map(|unknown| format!("{unknown:?}"))).collect()
}

/// Repairs a table, and gives back the lines that stay and those that are set apart, without the headers and the reasons.
fn parted(folder: &Path, text: &str, rules: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let [data, rule_file, clean, apart] = ["t.csv", "t.rules", "clean.csv", "apart.csv"].map(|name| folder.join(name));
    fs::write(&data, text).unwrap();
    fs::write(&rule_file, rules).unwrap();
    fs::write(folder.join("zips.csv"), ZIPS).unwrap();
    let rules = read_rules(&rule_file).unwrap();
    let outcome = repair(&read_table(&data).unwrap(), &rules, &Settings::new()).unwrap();
    let reasons = outcome.set_apart();
    let kept: BTreeSet<_> = reasons.keys().copied().collect();
    write_rows(&outcome.table, &clean, Overwrite::Yes, Selection::Without(&kept)).unwrap();
    write_rows(&outcome.original, &apart, Overwrite::Yes, Selection::SetApart(&reasons)).unwrap();
    let lines =
        |path: &Path| -> Vec<String> { fs::read_to_string(path).unwrap().lines().skip(1).map(str::to_owned).collect() };
    // The lines that stay, with the cells that were changed put back.
    let mut restored = outcome.table.clone();
    for repair in outcome.applied() {
        let attribute = restored.schema().find(&repair.column).unwrap();
        let row = lustrate::RowId(repair.row as u32 - 1);
        restored.set(lustrate::CellId { row, attribute }, repair.old.as_deref());
    }
    let before = folder.join("before.csv");
    write_rows(&restored, &before, Overwrite::Yes, Selection::Without(&kept)).unwrap();
    let set_apart = lines(&apart).into_iter().zip(reasons.values());
    let without_reason = |(line, reason): (String, &String)| {
        let quoted = format!("\"{}\"", reason.replace('"', "\"\""));
        let reason = if reason.contains([',', '"']) { quoted } else { reason.clone() };
        line.strip_suffix(&format!(",{reason}")).unwrap_or_else(|| panic!("{line} ends with {reason}")).to_owned()
    };
    let still = match lines(&clean).is_empty() {
        true => Vec::new(),
        false => broken(&find(&read_table(&clean).unwrap(), &rules).unwrap()),
    };
    (lines(&before), set_apart.map(without_reason).collect(), still)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(6), ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_rows_that_stay_break_no_hard_rule_and_with_those_set_apart_are_all_rows(
        lines in prop::collection::vec(line(), 2..40),
        rules in prop::sample::subsequence(RULES.to_vec(), 1..5),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let text = csv(&lines, end);
        let (stay, apart, still) = parted(folder.path(), &text, &rules.join("\n"));
        let (mut stay, mut apart) = (stay.into_iter().peekable(), apart.into_iter().peekable());
        for line in text.lines().skip(1) {
            let found = stay.next_if(|next| next == line).or_else(|| apart.next_if(|next| next == line));
            prop_assert!(found.is_some(), "{} is lost, or out of order, in\n{}", line, text);
        }
        prop_assert!(stay.next().is_none() && apart.next().is_none());
        prop_assert!(still.is_empty(), "{:?} of\n{}", still, text);
    }
}
