//! The reason of a repair in a sentence.

use lustrate_model::{Contribution, Evidence, Noise};
use lustrate_rules::Constraints;
use lustrate_table::Schema;

use crate::repairs::{Repair, Withheld};
use crate::words::{Change, quoted, speaking};

/// Contributions below this, in nats, are not worth words.
const WORTH_WORDS: f64 = 0.5;
/// Reasons in a sentence.
const MOST_REASONS: usize = 3;

/// What speaks for a repair, three things at most: what a person can check first (rules, other rows, spelling), each
/// loudest first; then how the error came about; then why the repair is withheld, if it is.
pub fn reason(schema: &Schema, constraints: &Constraints, repair: &Repair) -> String {
    let mut loudest: Vec<&Contribution> =
        repair.contributions.iter().filter(|contribution| contribution.log_odds >= WORTH_WORDS).collect();
    let order = |contribution: &Contribution| checkable(&contribution.evidence);
    loudest.sort_by(|a, b| order(a).cmp(&order(b)).then(b.log_odds.total_cmp(&a.log_odds)));
    let mut parts: Vec<String> = repair.conversion.iter().map(|converted| converted.reason.clone()).collect();
    let change = Change { old: repair.old.as_deref(), new: repair.new.as_deref() };
    for contribution in loudest {
        let Some(words) = speaking(schema, constraints, change, &contribution.evidence) else { continue };
        if parts.len() < MOST_REASONS && !parts.contains(&words) {
            parts.push(words);
        }
    }
    let error = repair.contributions.iter().find_map(|contribution| match contribution.evidence {
        Evidence::Error { noise } => Some(noise),
        _ => None,
    });
    parts.extend(error.map(|noise| damage(noise, repair)));
    if let Some(withheld) = repair.withheld {
        let torn = |contribution: &Contribution| matches!(&contribution.evidence, Evidence::Rule { ways, .. } if ways.len() > 1);
        let why = match withheld {
            Withheld::Believed if repair.contributions.iter().any(torn) => {
                "the rule does not say which of the cells is wrong".to_owned()
            }
            other => withheld_words(constraints, other),
        };
        parts.push(format!("not applied: {why}"));
    }
    parts.join("; ")
}

/// Why a repair is withheld, in words: `it would break rule places`.
pub fn withheld_words(constraints: &Constraints, withheld: Withheld) -> String {
    match withheld {
        Withheld::Model(hold) => hold.words().to_owned(),
        Withheld::Rule(rule) => format!("it would break rule {}", constraints.get(rule).name),
        Withheld::Believed => "all but the rule speaks for what is written".to_owned(),
        Withheld::RaggedLine => "the line has another number of fields than the header".to_owned(),
        Withheld::SetApart => "the row is set apart as it was read".to_owned(),
        Withheld::ColumnType => "the value does not fit the type of the column".to_owned(),
    }
}

/// How easily a person can check a kind of evidence: the smaller the easier.
fn checkable(evidence: &Evidence) -> u8 {
    match evidence {
        Evidence::Context { rule: Some(_), .. }
        | Evidence::Rule { .. }
        | Evidence::Reference { .. }
        | Evidence::Sources { .. } => 0,
        Evidence::Relation { .. } | Evidence::Spelling | Evidence::Exchanged { .. } => 1,
        Evidence::Context { rule: None, .. } => 2,
        Evidence::Usual { .. } | Evidence::Reverse { .. } | Evidence::Absence { .. } => 3,
        Evidence::Labels { .. } => 1,
        Evidence::Prior | Evidence::InSum | Evidence::Error { .. } | Evidence::OtherChanges => 4,
    }
}

fn damage(noise: Noise, repair: &Repair) -> String {
    match &repair.old {
        None => noise.words().to_owned(),
        Some(old) => format!("{}: {}", quoted(old), noise.words()),
    }
}
