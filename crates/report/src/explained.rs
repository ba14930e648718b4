//! Rules and columns as text: what they found, what is doubtful, and what came of it.

use lustrate::{
    CellOfRule, Colour, ColumnExplanation, Counted, Meant, ProfiledColumn, RuleExplanation, ShareOfCells, Verdict,
};

use crate::explanation::{decision, probability};
use crate::finding::word;
use crate::lines::labelled;
use crate::numbers::{counted, grouped, of_whole};
use crate::values::{cut, quoted};

/// Cells of a rule that are shown; the rest is counted.
const MOST_CELLS: usize = 10;
/// Contexts of a column that are shown.
const MOST_CONTEXTS: usize = 5;
/// Shapes and suspicious values of a column that are shown.
const MOST_SHAPES: usize = 4;
const MOST_SUSPICIOUS: usize = 5;
/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 40;

/// Each rule with what it found, how far it is believed, and what becomes of the cells that it blames: the first ten, and
/// how many more there are.
pub fn rules_text(rules: &[RuleExplanation], colour: Colour) -> String {
    rules.iter().map(|rule| of_rule(rule, colour)).collect::<Vec<_>>().join("\n")
}

fn of_rule(rule: &RuleExplanation, colour: Colour) -> String {
    let because = rule.because.as_ref().map_or(String::new(), |because| format!(", because {because}"));
    let of = rule.determines.as_ref().map_or(String::new(), |column| format!(" on {column}"));
    let at = format!("{}{of} ({}:{}), {}{because}", rule.name, rule.file, rule.line, word(rule.meant));
    let (broken, rows) = (of_whole(rule.broken_before, rule.rows, "row"), of_whole(rule.rows_before, rule.rows, "row"));
    let mut lines = vec![("Rule", at), ("Support", support(rule))];
    lines.push(("Before", format!("{broken} had to change; {rows} took part in a violation")));
    let (broken, rows) = (of_whole(rule.broken_after, rule.rows, "row"), of_whole(rule.rows_after, rule.rows, "row"));
    lines.push(("After", format!("{broken} still have to; {rows} take part")));
    lines.push(("Blamed", blamed(rule)));
    lines.extend(shown("Cells", &rule.blamed));
    let blamed =
        |cell: &&CellOfRule| rule.blamed.iter().any(|blamed| (blamed.row, &blamed.column) == (cell.row, &cell.column));
    let others: Vec<CellOfRule> = rule.changed.iter().filter(|cell| !blamed(cell)).cloned().collect();
    lines.extend(shown("Others", &others));
    if rule.withheld > 0 {
        let are = if rule.withheld == 1 { "is" } else { "are" };
        let words = format!("{} {are} not made, as it would be broken more often", counted(rule.withheld, "change"));
        lines.push(("Withheld", words));
    }
    labelled(&lines, colour)
}

fn support(rule: &RuleExplanation) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let rows = |rows: f64| counted(rows.round() as u64, "row");
    if let Some(holds) = rule.holds {
        let (agree, rows) = (percent(holds.agree), rows(holds.rows));
        return format!("{rows} share their key with another row; in about {agree} of them most others say the same");
    }
    if let Some(unused) = rule.unused {
        let (rows, agree) = (rows(unused.rows), percent(unused.agree));
        return format!(
            "checked, and used for no repair: {rows} share their key with another row, and {agree} of them agree"
        );
    }
    match (rule.log_weight, rule.meant) {
        (Some(weight), _) => format!("a row that breaks it is {weight:.1} nats less probable"),
        (None, Meant::Warn | Meant::Fail) => "it only reports, and is no evidence for repairs".to_owned(),
        (None, Meant::Hard | Meant::Soft) => "what is repaired is held against it".to_owned(),
    }
}

fn blamed(rule: &RuleExplanation) -> String {
    let of = |verdict| rule.blamed.iter().filter(|cell| cell.fate.decision == verdict).count() as u64;
    let [changed, review, left] = [Verdict::Apply, Verdict::Review, Verdict::Leave].map(of);
    let all = counted(rule.blamed.len() as u64, "cell");
    let [changed, review, left] = [changed, review, left].map(grouped);
    format!(
        "{all}: {changed} changed, {review} for review, {left} left as they are, where something else is believed more"
    )
}

/// The first cells of a list, a line each, and how many more there are.
fn shown(label: &'static str, cells: &[CellOfRule]) -> Vec<(&'static str, String)> {
    let of = |(place, cell): (usize, &CellOfRule)| {
        let line = cell.line.map_or(String::new(), |line| format!(" (line {})", grouped(line)));
        let written = quoted(cell.written.as_deref(), LONGEST_VALUE);
        let words = format!("row {}{line}, {} {written}: {}", grouped(cell.row), cell.column, decision(&cell.fate));
        (if place == 0 { label } else { "" }, words)
    };
    let mut lines: Vec<_> = cells.iter().take(MOST_CELLS).enumerate().map(of).collect();
    if cells.len() > MOST_CELLS {
        let more = counted((cells.len() - MOST_CELLS) as u64, "more cell");
        lines.push(("", format!("and {more}, all of them with `--json`")));
    }
    lines
}

/// Each column with what is doubtful in it, which errors are made, and what says what belongs in it.
pub fn columns_text(columns: &[ColumnExplanation], colour: Colour) -> String {
    columns.iter().map(|column| of_column(column, colour)).collect::<Vec<_>>().join("\n")
}

fn of_column(column: &ColumnExplanation, colour: Colour) -> String {
    let distinct = counted(column.distinct, "different value");
    let missing = of_whole(column.missing, column.cells, "cell");
    let mut lines = vec![("Column", format!("{}: {distinct}; {missing} missing", column.column))];
    lines.extend(column.attention.iter().map(|attention| ("", attention.clone())));
    lines.extend(of_profile(&column.profile));
    let review: u64 = column.for_review.iter().map(|counted| counted.cells).sum();
    let listed = |counts: &[Counted]| {
        counts
            .iter()
            .map(|counted| format!("{} {}", counted.what, grouped(counted.cells)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let with = |text: String, counts: &[Counted]| match counts {
        [] => text,
        counts => format!("{text}: {}", listed(counts)),
    };
    lines.push(("Changed", of_whole(column.changed, column.cells, "cell")));
    lines.push(("To review", with(of_whole(review, column.cells, "cell"), &column.for_review)));
    if !column.errors.is_empty() {
        lines.push(("Errors", listed(&column.errors)));
    }
    if let Some(rate) = column.error_rate {
        let shares: Vec<String> = column
            .error_shares
            .iter()
            .filter(|(_, share)| *share >= 0.005)
            .map(|(what, share)| format!("{what} {:.0} %", 100.0 * share))
            .collect();
        lines.push(("Learned", format!("{} of the cells are wrong; of these {}", percent(rate), shares.join(", "))));
    }
    for (place, context) in column.contexts.iter().take(MOST_CONTEXTS).enumerate() {
        let label = if place == 0 { "Told by" } else { "" };
        lines.push((label, format!("{}, trusted {}", context.columns.join(" and "), probability(context.trust))));
    }
    if column.contexts.len() > MOST_CONTEXTS {
        let more = column.contexts.len() - MOST_CONTEXTS;
        lines.push(("", format!("and {} more, all of them with `--json`", grouped(more as u64))));
    }
    lines.extend(column.formats.iter().map(|format| ("Format", format.clone())));
    labelled(&lines, colour)
}

/// What a column is, how its values are written, and which are unlike the rest.
fn of_profile(profile: &ProfiledColumn) -> Vec<(&'static str, String)> {
    let ProfiledColumn { kind, of_kind, present, shapes, .. } = profile;
    let partly = if of_kind < present { format!(", {}", of_whole(*of_kind, *present, "value")) } else { String::new() };
    let stand_in = |one: &ShareOfCells| {
        format!("; {} for none in {}", quoted(Some(&one.text), LONGEST_VALUE), counted(one.cells, "cell"))
    };
    let stand_ins: String = profile.stand_ins.iter().take(MOST_SHAPES).map(stand_in).collect();
    let mut lines = vec![("Is", format!("{}{partly}{stand_ins}", cut(kind, 2 * LONGEST_VALUE)))];
    if !shapes.is_empty() {
        let shape = |shape: &ShareOfCells| format!("{} in {}", cut(&shape.text, LONGEST_VALUE), grouped(shape.cells));
        let more = profile.more_shapes + shapes.len().saturating_sub(MOST_SHAPES) as u64;
        let more = (more > 0).then(|| format!("{} more", grouped(more)));
        let shown: Vec<String> = shapes.iter().take(MOST_SHAPES).map(shape).chain(more).collect();
        lines.push(("Shapes", format!("{} (9 a digit, A and a letters, + more of them)", shown.join(", "))));
    }
    for (place, one) in profile.suspicious.iter().take(MOST_SUSPICIOUS).enumerate() {
        let cells = counted(one.cells, "cell");
        let text =
            format!("{} in {cells} {}", quoted(Some(&one.value), LONGEST_VALUE), cut(&one.why, 2 * LONGEST_VALUE));
        lines.push((if place == 0 { "Suspect" } else { "" }, text));
    }
    let told: u64 = profile.suspicious.iter().take(MOST_SUSPICIOUS).map(|one| one.cells).sum();
    if profile.suspicious_cells > told {
        lines.push(("", format!("and others in {}", counted(profile.suspicious_cells - told, "cell"))));
    }
    lines
}

fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0005 { "< 0.1 %".to_owned() } else { format!("{:.1} %", 100.0 * share) }
}
