//! What breaks the rules, as text.

use lustrate::{BlamedCell, CheckOutcome, Colour, DuplicateOutcome, Findings, RuleFindings, UnknownOutcome};

use crate::DataName;
use crate::numbers::{counted, grouped, of_whole};
use crate::paint::{Role, paint};
use crate::values::quoted;

/// Rows that are shown for each rule; the rest is counted.
const MOST_ROWS: usize = 20;
/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 40;

/// How many of the rows of each rule a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The first twenty; the others are counted, and the last lines say where to find them.
    First,
    /// All of them.
    All,
}

impl Extent {
    fn most(self) -> usize {
        match self {
            Extent::First => MOST_ROWS,
            Extent::All => usize::MAX,
        }
    }
}

/// The broken rules with their rows to blame, and one last line that counts them all. `data` is the name of the table: each
/// row starts with that of its file and its line, so that editors can go there; where lines are not known it starts with its
/// number.
pub fn findings_text(findings: &Findings, data: impl Into<DataName>, extent: Extent, colour: Colour) -> String {
    let (data, most) = (&data.into(), extent.most());
    let broken: Vec<&RuleFindings> = findings.rules.iter().filter(|rule| rule.broken > 0).collect();
    let mut text: String = broken.iter().map(|rule| of_rule(findings, rule, data, most, colour)).collect();
    let unknown = findings.unknown.iter().filter(|unknown| !unknown.rows.is_empty());
    text.extend(unknown.map(|unknown| of_unknown(findings, unknown, data, most, colour)));
    let duplicates = findings.duplicates.iter().filter(|duplicates| !duplicates.things.is_empty());
    text.extend(duplicates.map(|duplicates| of_duplicates(findings, duplicates, data, most, colour)));
    text.extend(findings.checks.iter().filter(|check| !check.holds).map(|check| of_check(check, colour)));
    text + &findings_total(findings, colour) + &more(findings, most)
}

/// The line that counts what is broken, ended by a line end.
pub fn findings_total(findings: &Findings, colour: Colour) -> String {
    let rules =
        (findings.rules.len() + findings.unknown.len() + findings.duplicates.len() + findings.checks.len()) as u64;
    let number = broken_rules(findings);
    let last = if number == 0 {
        format!("{} checked on {}: none is broken", counted(rules, "rule"), counted(findings.rows, "row"))
    } else {
        let is = |number: u64| if number == 1 { "is" } else { "are" };
        let blamed = findings.blamed_cells;
        let broken = format!("{} of {} {} broken", grouped(number), counted(rules, "rule"), is(number));
        format!("{broken}; {} {} to blame", of_whole(blamed, findings.cells, "cell"), is(blamed))
    };
    let left_out = match findings.rules_left_out {
        0 => String::new(),
        number => format!("; {} left out for mistakes", counted(number, "rule")),
    };
    paint(&(last + &left_out), Role::Label, colour) + "\n"
}

/// A line that says how much is not shown, and what shows it.
fn more(findings: &Findings, most: usize) -> String {
    let rows = |rule: &RuleFindings| rule.cells.chunk_by(|left, right| left.row == right.row).count();
    let counts = findings.rules.iter().map(rows);
    let counts = counts.chain(findings.unknown.iter().map(|unknown| unknown.rows.len()));
    let counts = counts.chain(findings.duplicates.iter().map(|duplicates| duplicates.things.len()));
    match counts.map(|count| count.saturating_sub(most) as u64).sum() {
        0 => String::new(),
        hidden => {
            let is = if hidden == 1 { "is" } else { "are" };
            format!(
                "{} {is} not shown; `-o FILE` writes all, as text, `.csv`, `.json` or `.sarif`\n",
                counted(hidden, "finding")
            )
        }
    }
}

fn of_rule(findings: &Findings, rule: &RuleFindings, data: &DataName, most: usize, colour: Colour) -> String {
    let name = paint(&rule.name, Role::Label, colour);
    let at_least = if rule.complete { "" } else { "at least " };
    let broken = of_whole(rule.broken, findings.rows, "row");
    let have = if rule.broken == 1 { "has" } else { "have" };
    let rows: Vec<&[BlamedCell]> = rule.cells.chunk_by(|left, right| left.row == right.row).collect();
    let (blamed, part) = (grouped(rows.len() as u64), grouped(rule.rows));
    let mut text = format!("{name} ({}:{}): {at_least}{broken} {have} to change; ", rule.file, rule.line);
    text += &format!("{blamed} to blame, {part} involved\n");
    for cells in rows.iter().take(most) {
        text.push_str(&of_row(cells, data, colour));
    }
    if rows.len() > most {
        let more = counted((rows.len() - most) as u64, "more row");
        text.push_str(&format!("  and {more}\n"));
    }
    text + "\n"
}

/// The number of rules that something breaks.
fn broken_rules(findings: &Findings) -> u64 {
    let rules = findings.rules.iter().filter(|rule| rule.broken > 0).count();
    let unknown = findings.unknown.iter().filter(|unknown| !unknown.rows.is_empty()).count();
    let duplicates = findings.duplicates.iter().filter(|duplicates| !duplicates.things.is_empty()).count();
    (rules + unknown + duplicates + findings.checks.iter().filter(|check| !check.holds).count()) as u64
}

fn of_unknown(findings: &Findings, unknown: &UnknownOutcome, data: &DataName, most: usize, colour: Colour) -> String {
    let name = paint(&unknown.name, Role::Label, colour);
    let number = unknown.rows.len() as u64;
    let is = if number == 1 { "is" } else { "are" };
    let rows = of_whole(number, findings.rows, "row");
    let place = format!("({}:{})", unknown.file, unknown.line);
    format!("{name} {place}: {rows} {is} not in {}\n{}\n", unknown.reference, numbers(&unknown.rows, data, most))
}

fn of_duplicates(
    findings: &Findings,
    duplicates: &DuplicateOutcome,
    data: &DataName,
    most: usize,
    colour: Colour,
) -> String {
    let name = paint(&duplicates.name, Role::Label, colour);
    let surplus = of_whole(duplicates.surplus(), findings.rows, "row");
    let is = if duplicates.surplus() == 1 { "is" } else { "are" };
    let at_least = if duplicates.complete { "" } else { "at least " };
    let mut text =
        format!("{name} ({}:{}): {at_least}{surplus} {is} there already\n", duplicates.file, duplicates.line);
    for thing in duplicates.things.iter().take(most) {
        let kept = thing.kept.map_or(String::new(), |kept| format!("; row {} stays", data.row(kept)));
        text += &format!("  {} are one thing{kept}\n", rows(&thing.rows, data));
        for why in &thing.why {
            text += &format!("    {} and {}: {}\n", data.row(why.row), data.row(why.with), why.words);
        }
    }
    if duplicates.things.len() > most {
        text += &format!("  and {}\n", counted((duplicates.things.len() - most) as u64, "more thing"));
    }
    text + "\n"
}

fn of_check(check: &CheckOutcome, colour: Colour) -> String {
    let name = paint(&check.name, Role::Label, colour);
    let text = if check.name == check.text { String::new() } else { format!("`{}` ", check.text) };
    format!("{name} ({}:{}): {text}does not hold: {}\n\n", check.file, check.line, check.words())
}

/// The first rows of a list on a line of its own.
fn numbers(of: &[u64], data: &DataName, most: usize) -> String {
    let more = if of.len() > most { format!(" and {} more", grouped((of.len() - most) as u64)) } else { String::new() };
    format!("  {}{more}\n", rows(&of[..of.len().min(most)], data))
}

/// `rows 1, 2 and 7`
fn rows(of: &[u64], data: &DataName) -> String {
    let numbers: Vec<String> = of.iter().map(|&row| data.row(row)).collect();
    match numbers.split_last() {
        Some((only, [])) => format!("row {only}"),
        Some((last, others)) => format!("rows {} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn of_row(cells: &[BlamedCell], data: &DataName, colour: Colour) -> String {
    let place = match cells[0].line {
        Some(line) => format!("{}:{line}", data.own(cells[0].row).file),
        None => format!("row {}", data.row(cells[0].row)),
    };
    let place = paint(&place, Role::Aside, colour);
    let values = cells.iter().map(|cell| {
        let value = quoted(cell.value.as_deref(), LONGEST_VALUE);
        format!("{} {}", cell.column, paint(&value, Role::Wrong, colour))
    });
    format!("  {place}: {}\n", values.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use lustrate::{Diagnostics, Meant, Measured, Thing};

    use super::*;

    fn rule(name: &str, cells: Vec<BlamedCell>) -> RuleFindings {
        let broken = cells.len() as u64;
        RuleFindings {
            name: name.into(),
            file: "orders.rules".into(),
            line: 7,
            meant: Meant::Soft,
            allows: 0.0,
            because: None,
            broken,
            rows: 2 * broken,
            pairs: None,
            complete: true,
            cells,
        }
    }

    fn findings(rules: Vec<RuleFindings>) -> Findings {
        let blamed_cells = rules.iter().map(|rule| rule.cells.len() as u64).sum();
        let (checks, duplicates, unknown, failed) = (vec![], vec![], vec![], vec![]);
        Findings {
            rows: 3_000,
            cells: 18_000,
            blamed_cells,
            rules,
            checks,
            duplicates,
            unknown,
            failed,
            rules_left_out: 0,
            notes: Diagnostics::new(),
        }
    }

    fn cell(row: u64) -> BlamedCell {
        BlamedCell { row, line: Some(row + 1), column: "city".into(), value: Some("Rom".into()) }
    }

    #[test]
    fn a_broken_rule_lists_its_rows_and_one_that_holds_is_only_counted() {
        let findings = findings(vec![rule("places", vec![cell(1_200)]), rule("dates", Vec::new())]);
        let expected = "\
places (orders.rules:7): 1 of 3,000 rows (< 0.1 %) has to change; 1 to blame, 2 involved
  orders.csv:1201: city \"Rom\"

1 of 2 rules is broken; 1 of 18,000 cells (< 0.1 %) is to blame
";
        assert_eq!(findings_text(&findings, "orders.csv", Extent::First, Colour::Off), expected);
    }

    #[test]
    fn after_twenty_rows_the_rest_is_counted() {
        let findings = findings(vec![rule("places", (1..=23).map(cell).collect())]);
        let text = findings_text(&findings, "t.csv", Extent::First, Colour::Off);
        assert!(text.contains("t.csv:21: ") && !text.contains("t.csv:22: ") && text.contains("  and 3 more rows\n"));
        let last = "3 findings are not shown; `-o FILE` writes all, as text, `.csv`, `.json` or `.sarif`\n";
        assert!(text.ends_with(last), "{text}");
        let all = findings_text(&findings, "t.csv", Extent::All, Colour::Off);
        assert!(all.contains("t.csv:24: ") && !all.contains(" more ") && !all.contains("not shown"));
    }

    #[test]
    fn rules_that_hold_give_one_line() {
        let text = findings_text(&findings(vec![rule("places", Vec::new())]), "t.csv", Extent::First, Colour::Off);
        assert_eq!(text, "1 rule checked on 3,000 rows: none is broken\n");
    }

    #[test]
    fn what_concerns_more_than_cells_is_told_behind_the_rules() {
        let mut findings = findings(vec![rule("places", Vec::new())]);
        let file = "orders.rules".to_owned();
        let things = vec![Thing { rows: vec![3, 1_200, 1_201], kept: Some(3), why: Vec::new() }];
        let (name, line) = ("same".to_owned(), 8);
        findings.duplicates.push(DuplicateOutcome {
            name,
            file: file.clone(),
            line,
            meant: Meant::Soft,
            allows: 0.0,
            things,
            complete: true,
        });
        let group = vec![("ward".to_owned(), Some("B".to_owned()))];
        findings.checks.push(CheckOutcome {
            name: "stay".into(),
            text: "check mean(stay) by ward <= 30".into(),
            file,
            line: 9,
            meant: Meant::Soft,
            holds: false,
            measured: vec![Measured { group, number: 42.0, shown: "42 d".into() }],
        });
        let expected = "\
same (orders.rules:8): 2 of 3,000 rows (0.1 %) are there already
  rows 3, 1,200 and 1,201 are one thing; row 3 stays

stay (orders.rules:9): `check mean(stay) by ward <= 30` does not hold: it is 42 d where ward = \"B\"

2 of 3 rules are broken; 0 of 18,000 cells are to blame
";
        assert_eq!(findings_text(&findings, "orders.csv", Extent::First, Colour::Off), expected);
    }
}
