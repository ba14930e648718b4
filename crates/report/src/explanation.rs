//! Why a cell reads as it does, as text.

use lustrate::{Colour, ExplainedCandidate, ExplainedContribution, Explanation, Fate, Verdict};

use crate::lines::labelled;
use crate::numbers::{counted, grouped};
use crate::paint::{Role, paint};
use crate::repairs_file::rounded_down;
use crate::values::quoted;

/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 60;

/// How many candidates of a cell are shown with what speaks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// So many, the likeliest.
    Best(usize),
    /// All of them.
    All,
}

impl Shown {
    /// The candidates of an explanation that are shown.
    pub(crate) fn of(self, explanation: &Explanation) -> &[ExplainedCandidate] {
        let candidates = &explanation.candidates;
        match self {
            Shown::Best(most) => &candidates[..candidates.len().min(most)],
            Shown::All => candidates,
        }
    }
}

/// Each cell with what is written, the probability that it is right, its candidates and what becomes of it; then for each
/// candidate that is shown its contributions in nats, the greatest first, and their sum. Terms are rounded to two decimals;
/// what rounding makes of them stands in a line of its own, so that the column adds up as it is printed.
pub fn explanations_text(explanations: &[Explanation], shown: Shown, colour: Colour) -> String {
    let one = |explanation: &Explanation| of_cell(explanation, shown, colour);
    explanations.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A whole row: each cell in a line, then what is doubtful of it in full.
pub fn row_text(cells: &[Explanation], shown: Shown, colour: Colour) -> String {
    let Some(first) = cells.first() else { return String::new() };
    let mut lines = vec![("Row", row_place(first))];
    for (place, cell) in cells.iter().enumerate() {
        let right = cell.probability.map_or(String::new(), |right| format!(", right with {}", probability(right)));
        let written = quoted(cell.written.as_deref(), LONGEST_VALUE);
        let fate = decision(&cell.fate);
        let label = if place == 0 { "Cells" } else { "" };
        lines.push((label, format!("{} {written}{right}: {fate}", cell.column)));
    }
    lines.extend(first.set_apart.iter().map(|reason| ("Set apart", reason.clone())));
    let doubtful = cells.iter().filter(|cell| cell.fate.decision != Verdict::Leave);
    let full: String = doubtful.map(|cell| "\n".to_owned() + &of_cell(cell, shown, colour)).collect();
    labelled(&lines, colour) + &full
}

fn of_cell(explanation: &Explanation, shown: Shown, colour: Colour) -> String {
    let written = quoted(explanation.written.as_deref(), LONGEST_VALUE);
    let right = |what: &str| match explanation.probability {
        Some(right) => format!("; {what} is right with a probability of {}", probability(right)),
        None => String::new(),
    };
    let mut lines = vec![("Cell", place(explanation))];
    match &explanation.read_as {
        None => lines.push(("Written", written + &right("this"))),
        Some(read) => {
            lines.push(("Written", written));
            let sure = read.confidence.map_or(String::new(), |sure| format!(" ({})", rounded_down(sure, 2)));
            let value = quoted(read.value.as_deref(), LONGEST_VALUE);
            lines.push(("Read as", format!("{value}{sure}: {}{}", read.reason, right("this"))));
        }
    }
    lines.extend(explanation.attention.iter().map(|attention| ("Column", attention.clone())));
    lines.extend(candidates(explanation).map(|text| ("Instead", text)));
    lines.push(("Decision", decision(&explanation.fate)));
    lines.extend(explanation.set_apart.iter().map(|reason| ("Set apart", reason.clone())));
    let mut text = labelled(&lines, colour);
    let candidates = shown.of(explanation);
    for candidate in candidates {
        text += "\n";
        text += &of_candidate(explanation, candidate, colour);
    }
    let more = explanation.candidates.len() - candidates.len();
    if more > 0 {
        let more = counted(more as u64, "more candidate");
        text += &paint(&format!("\n{more} with `--all`\n"), Role::Aside, colour);
    }
    text
}

fn place(explanation: &Explanation) -> String {
    format!("row {}, {}", row_place(explanation), explanation.column)
}

fn row_place(explanation: &Explanation) -> String {
    let line = explanation.line.map_or(String::new(), |line| format!(" (line {})", grouped(line)));
    let key = match explanation.key.as_slice() {
        [] => String::new(),
        key => format!(" of {}", key.join(" | ")),
    };
    format!("{}{line}{key}", grouped(explanation.row))
}

/// What else may be meant, with the probabilities.
fn candidates(explanation: &Explanation) -> Option<String> {
    let unlisted = explanation.unlisted?;
    let one = |candidate: &ExplainedCandidate| {
        format!("{} {}", quoted(candidate.value.as_deref(), LONGEST_VALUE), probability(candidate.probability))
    };
    let mut parts: Vec<String> = explanation.candidates.iter().map(one).collect();
    parts.push(format!("none of these {}", probability(unlisted)));
    Some(parts.join(", "))
}

/// What becomes of a cell, in words.
pub(crate) fn decision(fate: &Fate) -> String {
    let value = quoted(fate.value.as_deref(), LONGEST_VALUE);
    let sure = fate.confidence.map_or(String::new(), |sure| format!(" ({})", rounded_down(sure, 4)));
    match fate.decision {
        Verdict::Apply => format!("changed to {value}{sure}: {}", fate.reason),
        Verdict::Review => format!("for review, perhaps {value}{sure}; not applied: {}", fate.reason),
        Verdict::Leave => format!("left as it is written: {}", fate.reason),
    }
}

fn of_candidate(explanation: &Explanation, candidate: &ExplainedCandidate, colour: Colour) -> String {
    let value = quoted(candidate.value.as_deref(), LONGEST_VALUE);
    let what = paint(&value, Role::Label, colour);
    let mut text = format!("{what}, with a probability of {}:\n", probability(candidate.probability));
    let sum = hundredths(candidate.log_odds);
    let terms = candidate.contributions.iter().map(|term| (hundredths(term.log_odds), words(term)));
    let (told, small): (Vec<_>, Vec<_>) = terms.partition(|(term, _)| *term != 0);
    let left = sum - told.iter().map(|(term, _)| term).sum::<i64>();
    for (term, words) in told {
        text += &format!("{}  {words}\n", signed(term));
    }
    let smaller = match small.len() as u64 {
        0 => None,
        1 => Some("one smaller thing".to_owned()),
        number => Some(format!("{} smaller things", grouped(number))),
    };
    match (smaller, left) {
        (Some(smaller), 0) => text += &format!("{}  {smaller}\n", signed(0)),
        (Some(smaller), left) => text += &format!("{}  {smaller}, and rounding\n", signed(left)),
        (None, 0) => {}
        (None, left) => text += &format!("{}  rounding\n", signed(left)),
    }
    let right = explanation.probability.map_or(String::new(), probability);
    let of = format!("ln({} / {right})", probability(candidate.probability));
    let against = match &explanation.read_as {
        Some(read) => quoted(read.value.as_deref(), LONGEST_VALUE),
        None => quoted(explanation.written.as_deref(), LONGEST_VALUE),
    };
    text + &format!("{}  in sum, in nats: the log odds against {against}, {of}\n", signed(sum))
}

/// What a term says, where the rule behind it is written, and some of the rows that say so.
fn words(term: &ExplainedContribution) -> String {
    let rule = term.rule_at.iter().map(|at| format!("{}:{}", at.file, at.line));
    let rows: Vec<String> = term.rows.iter().map(|&row| grouped(row)).collect();
    let rows = match rows.as_slice() {
        [] => None,
        [one] => Some(format!("row {one}")),
        rows => Some(format!("rows {}", rows.join(", "))),
    };
    let places: Vec<String> = rule.chain(rows).collect();
    let places = if places.is_empty() { String::new() } else { format!(" [{}]", places.join("; ")) };
    format!("{}{places}", term.words)
}

/// A number of nats in hundredths, rounded.
fn hundredths(nats: f64) -> i64 {
    (nats * 100.0).round() as i64
}

/// Hundredths as a number with its sign, ten characters wide.
fn signed(hundredths: i64) -> String {
    format!("{:>10}", format!("{:+.2}", hundredths as f64 / 100.0))
}

/// A probability with four decimals, never as greater than it is; the very small ones by their power of ten.
pub(crate) fn probability(probability: f64) -> String {
    match probability {
        0.0 => "0".to_owned(),
        0.001.. => rounded_down(probability, 4),
        _ => format!("{probability:.1e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(terms: &[f64]) -> Explanation {
        let term = |&log_odds: &f64| ExplainedContribution {
            kind: "prior",
            rule: None,
            rule_at: None,
            rows: Vec::new(),
            words: format!("it says {log_odds}"),
            log_odds,
        };
        let log_odds: f64 = terms.iter().sum();
        let odds = log_odds.exp();
        Explanation {
            row: 4127,
            line: Some(4130),
            key: vec!["10001".into()],
            column: "city".into(),
            written: Some("Rom".into()),
            read_as: None,
            attention: None,
            probability: Some(1.0 / (1.0 + odds)),
            unlisted: Some(0.0),
            candidates: vec![ExplainedCandidate {
                value: Some("Rome".into()),
                probability: odds / (1.0 + odds),
                log_odds,
                contributions: terms.iter().map(term).collect(),
            }],
            fate: Fate {
                decision: Verdict::Apply,
                value: Some("Rome".into()),
                confidence: Some(0.99),
                doubt: None,
                reason: "cells are changed from 0.7 on".into(),
            },
            set_apart: None,
        }
    }

    /// The printed terms, the last of which is the sum.
    fn printed(text: &str) -> Vec<f64> {
        let number = |line: &str| line.trim_start().split_once("  ").and_then(|(term, _)| term.parse::<f64>().ok());
        text.lines().filter(|line| line.starts_with(' ')).filter_map(number).collect()
    }

    #[test]
    fn what_is_printed_adds_up_as_it_is_printed() {
        let tables: [&[f64]; 4] =
            [&[4.0, -1.5], &[1.004, 1.004, 1.004], &[3.336, -0.004, 0.003, -0.002], &[2.0, 0.001]];
        for terms in tables {
            let text = explanations_text(&[explanation(terms)], Shown::Best(3), Colour::Off);
            let printed = printed(&text);
            let (sum, parts) = printed.split_last().unwrap();
            let added: f64 = parts.iter().sum();
            assert!((sum - added).abs() < 1e-9, "{text}");
            assert!((sum - terms.iter().sum::<f64>()).abs() <= 0.005, "{text}");
        }
    }

    #[test]
    fn a_cell_is_told_from_what_is_written_to_what_becomes_of_it() {
        let text = explanations_text(&[explanation(&[3.004, 1.004, 0.001])], Shown::Best(3), Colour::Off);
        let expected = "\
Cell       row 4,127 (line 4,130) of 10001, city
Written    \"Rom\"; this is right with a probability of 0.0178
Instead    \"Rome\" 0.9821, none of these 0
Decision   changed to \"Rome\" (0.9900): cells are changed from 0.7 on

\"Rome\", with a probability of 0.9821:
     +3.00  it says 3.004
     +1.00  it says 1.004
     +0.01  one smaller thing, and rounding
     +4.01  in sum, in nats: the log odds against \"Rom\", ln(0.9821 / 0.0178)
";
        assert_eq!(text, expected);
    }

    #[test]
    fn candidates_that_are_not_shown_are_counted() {
        let text = explanations_text(&[explanation(&[1.0])], Shown::Best(0), Colour::Off);
        assert!(text.ends_with("\n1 more candidate with `--all`\n"), "{text}");
    }
}
