//! The reason of a repair in a sentence.

use lustrate_model::{Contribution, Evidence, Noise, Way};
use lustrate_rules::{ConstraintId, Constraints};
use lustrate_table::{AttributeId, Schema};

use crate::repairs::{Repair, Withheld};

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
    for contribution in loudest {
        let Some(words) = words(schema, constraints, repair, &contribution.evidence) else { continue };
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

/// How easily a person can check a kind of evidence: the smaller the easier.
fn checkable(evidence: &Evidence) -> u8 {
    match evidence {
        Evidence::Context { rule: Some(_), .. }
        | Evidence::Rule { .. }
        | Evidence::Reference { .. }
        | Evidence::Sources { .. } => 0,
        Evidence::Relation { .. } | Evidence::Spelling | Evidence::Exchanged { .. } => 1,
        Evidence::Context { rule: None, .. } => 2,
        Evidence::Usual { .. } | Evidence::Reverse { .. } => 3,
        Evidence::Prior | Evidence::Error { .. } => 4,
    }
}

fn words(schema: &Schema, constraints: &Constraints, repair: &Repair, evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Prior => repair.new.as_ref().map(|new| format!("{} fits the column better", quoted(new))),
        Evidence::Context { key, rule, supporting, rows, .. } => {
            if *supporting < 0.5 {
                return None;
            }
            let key: Vec<String> = key.iter().map(|(part, value)| pair(schema, *part, value)).collect();
            let by = rule.map_or(String::new(), |rule| format!(" (rule {})", constraints.get(rule).name));
            Some(format!(
                "{} of {} other rows with {} agree{by}",
                whole(*supporting),
                whole(rows.max(*supporting)),
                key.join(", ")
            ))
        }
        Evidence::Reverse { determined, value } => {
            let value = quoted(value.as_deref().unwrap_or_default());
            Some(format!("it goes with {} {value}", schema.name(*determined)))
        }
        Evidence::Spelling => Some("other columns of the row spell it".to_owned()),
        Evidence::Exchanged { with } => {
            Some(format!("it stands in {}, exchanged with what is here", schema.name(*with)))
        }
        Evidence::Relation { words } => Some(format!("{words} in nearly all rows")),
        Evidence::Usual { given: Some(given) } => {
            Some(format!("it is more usual than {} beside this {}", old(repair), schema.name(*given)))
        }
        Evidence::Usual { given: None } => Some(format!("it is more usual than {} in the column", old(repair))),
        Evidence::Error { .. } => None,
        Evidence::Rule { rule, ways } => Some(rule_words(schema, constraints, repair, *rule, ways)),
        Evidence::Sources { saying, of, best, thing } => {
            let thing: Vec<String> = thing.iter().map(|(part, value)| pair(schema, *part, value)).collect();
            let say = if *saying == 1 { "says" } else { "say" };
            let among = if *saying == 1 { format!("it is {best}") } else { format!("{best} among them") };
            Some(format!("{saying} of {of} sources on {} {say} so, {among}", thing.join(", ")))
        }
        Evidence::Reference { name, key, .. } => {
            let key: Vec<String> = key.iter().map(|(part, value)| pair(schema, *part, value)).collect();
            Some(format!("{name} says so for {}", key.join(", ")))
        }
    }
}

fn old(repair: &Repair) -> String {
    repair.old.as_deref().map_or("nothing".to_owned(), quoted)
}

/// `rule husband does not allow "Husband"; either sex = "Male" (0.52) or relationship = "Wife" (0.36)`
fn rule_words(schema: &Schema, constraints: &Constraints, repair: &Repair, rule: ConstraintId, ways: &[Way]) -> String {
    let name = &constraints.get(rule).name;
    let says = match &repair.old {
        Some(old) => format!("rule {name} does not allow {} here", quoted(old)),
        None => format!("rule {name} asks for it"),
    };
    let way = |way: &Way| {
        let value = way.value.as_deref().map_or("nothing".to_owned(), quoted);
        format!("{} = {value} ({:.2})", schema.name(way.attribute), way.probability)
    };
    let ways: Vec<String> = ways.iter().map(way).collect();
    if ways.len() < 2 { says } else { format!("{says}: either {}", ways.join(" or ")) }
}

fn pair(schema: &Schema, attribute: AttributeId, value: &str) -> String {
    format!("{} = {}", schema.name(attribute), quoted(value))
}

fn damage(noise: Noise, repair: &Repair) -> String {
    match &repair.old {
        None => noise.words().to_owned(),
        Some(old) => format!("{}: {}", quoted(old), noise.words()),
    }
}

/// Why a repair is withheld.
fn withheld_words(constraints: &Constraints, withheld: Withheld) -> String {
    match withheld {
        Withheld::Model(hold) => hold.words().to_owned(),
        Withheld::Rule(rule) => format!("it would break rule {}", constraints.get(rule).name),
        Withheld::Believed => "all but the rule speaks for what is written".to_owned(),
        Withheld::RaggedLine => "the line has another number of fields than the header".to_owned(),
        Withheld::SetApart => "the row is set apart as it was read".to_owned(),
        Withheld::ColumnType => "the value does not fit the type of the column".to_owned(),
    }
}

/// Weights of rows are shown as the whole numbers that they stand for.
fn whole(weight: f64) -> u64 {
    weight.round() as u64
}

/// A value in quotes, shortened in its middle where it is long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let count = text.chars().count();
    if count <= LONGEST {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(LONGEST / 2).collect();
    let tail: String = text.chars().skip(count - LONGEST / 2 + 1).collect();
    format!("{:?}", format!("{head}…{tail}"))
}
