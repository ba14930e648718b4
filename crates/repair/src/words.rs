//! What a contribution says, in words.

use std::fmt::{self, Display};

use lustrate_model::{Contribution, Evidence, Noise, Way};
use lustrate_rules::{ConstraintId, Constraints};
use lustrate_table::{AttributeId, Schema};

/// What is written and what it may have been meant to read; `None` for missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// What is written.
    pub old: Option<&'a str>,
    /// What it may have been meant to read.
    pub new: Option<&'a str>,
}

/// What a contribution says of a change, in words, whether it speaks for the change or against it:
/// `28 of 28 other rows with zip = "00184" agree (rule places)`.
pub fn contribution_words(
    schema: &Schema,
    constraints: &Constraints,
    change: Change<'_>,
    contribution: &Contribution,
) -> String {
    let evidence = &contribution.evidence;
    let speaks_for = contribution.log_odds > 0.0;
    let words = if speaks_for { speaking(schema, constraints, change, evidence) } else { None };
    words.unwrap_or_else(|| contradicting(schema, constraints, change, evidence, speaks_for))
}

/// What evidence says that speaks for a change. `None` for what says nothing of it that a person would take for a reason.
pub(crate) fn speaking(
    schema: &Schema,
    constraints: &Constraints,
    change: Change<'_>,
    evidence: &Evidence,
) -> Option<String> {
    match evidence {
        Evidence::Prior => change.new.map(|new| format!("{} fits the column better", quoted(new))),
        Evidence::InSum => change.new.map(|new| format!("{} fits the column and the row better", quoted(new))),
        Evidence::Context { key, rule, supporting, rows, .. } => {
            if *supporting < 0.5 {
                return None;
            }
            Some(format!(
                "{} of {} other rows with {} agree{}",
                whole(*supporting),
                whole(rows.max(*supporting)),
                pairs(schema, key),
                by(constraints, *rule)
            ))
        }
        Evidence::Reverse { determined, value } => {
            let value = quoted(value.as_deref().unwrap_or_default());
            Some(format!("it goes with {} {value}", schema.name(*determined)))
        }
        Evidence::Absence { with } => Some(format!("{} is missing less often without it", schema.name(*with))),
        Evidence::Spelling => Some("other columns of the row spell it".to_owned()),
        Evidence::Exchanged { with } => {
            Some(format!("it stands in {}, exchanged with what is here", schema.name(*with)))
        }
        Evidence::Relation { words } => Some(format!("{words} in nearly all rows")),
        Evidence::Usual { given } => {
            Some(format!("it is more usual than {} {}", value(change.old), beside(schema, *given)))
        }
        Evidence::Labels { right, of } if *right > 0 => Some(labels_words(*right, *of)),
        Evidence::Error { .. } | Evidence::OtherChanges | Evidence::Labels { .. } => None,
        Evidence::Rule { rule, ways } => Some(rule_words(schema, constraints, change, *rule, ways)),
        Evidence::Sources { saying, of, best, thing } => {
            let say = if *saying == 1 { "says" } else { "say" };
            let among = if *saying == 1 { format!("it is {best}") } else { format!("{best} among them") };
            Some(format!("{saying} of {of} sources on {} {say} so, {among}", pairs(schema, thing)))
        }
        Evidence::Reference { name, key, .. } => Some(format!("{name} says so for {}", pairs(schema, key))),
    }
}

/// How often people said that a change for such reasons is right.
fn labels_words(right: usize, of: usize) -> String {
    let cells = if of == 1 { "cell" } else { "cells" };
    format!("of {of} labelled {cells} that it would change so, it was right in {right}")
}

/// What evidence says that speaks for what is written, or that [`speaking`] has no words for.
fn contradicting(
    schema: &Schema,
    constraints: &Constraints,
    change: Change<'_>,
    evidence: &Evidence,
    speaks_for: bool,
) -> String {
    let old = value(change.old);
    match evidence {
        Evidence::Prior => format!("{} fits the column better", if speaks_for { value(change.new) } else { old }),
        Evidence::InSum => {
            format!("{} fits the column and the row better", if speaks_for { value(change.new) } else { old })
        }
        Evidence::Context { key, rule, supporting, opposing, rows } => {
            let by = by(constraints, *rule);
            match whole(rows.max(supporting + opposing)) {
                0 => format!("no other row has {}{by}", pairs(schema, key)),
                rows => format!(
                    "{} of {rows} other rows with {} {} {old}, {} {}{by}",
                    whole(*opposing),
                    pairs(schema, key),
                    have(*opposing),
                    if whole(*supporting) == 0 {
                        "none has".to_owned()
                    } else {
                        format!("{} {}", whole(*supporting), have(*supporting))
                    },
                    value(change.new)
                ),
            }
        }
        Evidence::Reverse { determined, value } => {
            let determined = format!("{} {}", schema.name(*determined), quoted(value.as_deref().unwrap_or_default()));
            match change.old {
                Some(old) => format!("{determined} goes better with {}", quoted(old)),
                None => format!("{determined} does not go with it"),
            }
        }
        Evidence::Absence { with } => format!("{} and this are missing together", schema.name(*with)),
        Evidence::Spelling => format!("other columns of the row spell {old}"),
        Evidence::Exchanged { with } => format!("it stands in {}, which hardly says more", schema.name(*with)),
        Evidence::Relation { words } => format!("{words} in nearly all rows, which speaks for {old}"),
        Evidence::Usual { given } => format!("{old} is more usual {}", beside(schema, *given)),
        Evidence::Error { noise } => error_words(change, *noise, speaks_for),
        Evidence::OtherChanges => "it leans on other changes of the row, which may be wrong too".to_owned(),
        Evidence::Labels { right, of } => labels_words(*right, *of),
        Evidence::Rule { rule, .. } => format!("rule {} speaks for {old}", constraints.get(*rule).name),
        Evidence::Sources { saying, of, thing, .. } => {
            let say = if *saying == 1 { "says" } else { "say" };
            format!("only {saying} of {of} sources on {} {say} so, and others are believed more", pairs(schema, thing))
        }
        Evidence::Reference { name, key, .. } => format!("{name} does not say so for {}", pairs(schema, key)),
    }
}

/// An error has its price, as most cells are right; where it is so common that it has none, that speaks for a change.
fn error_words(change: Change<'_>, noise: Noise, speaks_for: bool) -> String {
    match (change.old, speaks_for) {
        (None, false) => "a value would have to be lost".to_owned(),
        (None, true) => "values are often lost here".to_owned(),
        (Some(old), false) => format!("{} would be an error: {}", quoted(old), noise.words()),
        (Some(old), true) => format!("{} looks like an error: {}", quoted(old), noise.words()),
    }
}

/// `rule husband does not allow "Husband" here: either sex = "Male" (0.52) or relationship = "Wife" (0.36)`
fn rule_words(
    schema: &Schema,
    constraints: &Constraints,
    change: Change<'_>,
    rule: ConstraintId,
    ways: &[Way],
) -> String {
    let name = &constraints.get(rule).name;
    let says = match change.old {
        Some(old) => format!("rule {name} does not allow {} here", quoted(old)),
        None => format!("rule {name} asks for it"),
    };
    let way = |way: &Way| {
        format!("{} = {} ({:.2})", schema.name(way.attribute), value(way.value.as_deref()), way.probability)
    };
    let ways: Vec<String> = ways.iter().map(way).collect();
    if ways.len() < 2 { says } else { format!("{says}: either {}", ways.join(" or ")) }
}

fn pairs(schema: &Schema, key: &[(AttributeId, String)]) -> impl Display {
    fmt::from_fn(move |f| {
        key.iter().enumerate().try_for_each(|(place, (part, value))| {
            let between = if place > 0 { ", " } else { "" };
            write!(f, "{between}{} = {}", schema.name(*part), quoted(value))
        })
    })
}

fn by(constraints: &Constraints, rule: Option<ConstraintId>) -> impl Display {
    fmt::from_fn(move |f| match rule {
        Some(rule) => write!(f, " (rule {})", constraints.get(rule).name),
        None => Ok(()),
    })
}

fn beside(schema: &Schema, given: Option<AttributeId>) -> impl Display {
    fmt::from_fn(move |f| match given {
        Some(given) => write!(f, "beside this {}", schema.name(given)),
        None => f.write_str("in the column"),
    })
}

fn value(text: Option<&str>) -> impl Display {
    fmt::from_fn(move |f| match text {
        Some(text) => quoted(text).fmt(f),
        None => f.write_str("nothing"),
    })
}

fn have(rows: f64) -> &'static str {
    if whole(rows) == 1 { "has" } else { "have" }
}

/// Weights of rows are shown as the whole numbers that they stand for.
fn whole(weight: f64) -> u64 {
    weight.round() as u64
}

/// A value in quotes, shortened in its middle where it is long.
pub(crate) fn quoted(text: &str) -> impl Display {
    const LONGEST: usize = 40;
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    fmt::from_fn(move |f| {
        if text.len() <= LONGEST && text.bytes().all(is_plain) {
            f.write_str("\"")?;
            f.write_str(text)?;
            return f.write_str("\"");
        }
        let count = text.chars().count();
        if count <= LONGEST {
            return write!(f, "{text:?}");
        }
        let head: String = text.chars().take(LONGEST / 2).collect();
        let tail: String = text.chars().skip(count - LONGEST / 2 + 1).collect();
        write!(f, "{:?}", format!("{head}…{tail}"))
    })
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Column, Table};

    use super::*;

    fn said(evidence: Evidence, log_odds: f64) -> String {
        let column = || [Some("a")].into_iter().collect::<Column>();
        let table = Table::new(vec![("zip".into(), column()), ("city".into(), column())]).unwrap();
        let change = Change { old: Some("Rom"), new: Some("Rome") };
        contribution_words(table.schema(), &Constraints::default(), change, &Contribution { evidence, log_odds })
    }

    fn context(supporting: f64, opposing: f64, rows: f64) -> Evidence {
        Evidence::Context { key: vec![(AttributeId(0), "00184".into())], rule: None, supporting, opposing, rows }
    }

    #[test]
    fn a_value_in_quotes_is_told_from_another_and_never_long() {
        let quoted = |text: &str| quoted(text).to_string();
        assert_eq!(quoted("~ Rom 'a'"), "\"~ Rom 'a'\"");
        assert_eq!(quoted("a\"b\\\t\u{200b}é"), r#""a\"b\\\t\u{200b}é""#);
        let long = "x".repeat(41);
        assert_eq!(quoted(&long[1..]), format!("{:?}", &long[1..]));
        assert_eq!(quoted(&long), format!("\"{0}…{1}\"", "x".repeat(20), "x".repeat(19)));
    }

    #[test]
    fn what_speaks_for_a_change_and_what_speaks_against_it_are_told_apart() {
        assert_eq!(said(Evidence::Prior, 1.0), "\"Rome\" fits the column better");
        assert_eq!(said(Evidence::Prior, -1.0), "\"Rom\" fits the column better");
        let city = |value: &str| Evidence::Reverse { determined: AttributeId(1), value: Some(value.into()) };
        assert_eq!(said(city("IT"), 1.0), "it goes with city \"IT\"");
        assert_eq!(said(city("IT"), -1.0), "city \"IT\" goes better with \"Rom\"");
        let typo = Evidence::Error { noise: Noise::Typo };
        assert_eq!(said(typo.clone(), -2.0), "\"Rom\" would be an error: typing error");
        assert_eq!(said(typo, 2.0), "\"Rom\" looks like an error: typing error");
    }

    #[test]
    fn other_rows_are_counted_on_both_sides_where_they_do_not_just_agree() {
        assert_eq!(said(context(28.0, 0.0, 28.0), 3.0), "28 of 28 other rows with zip = \"00184\" agree");
        let torn = "6 of 9 other rows with zip = \"00184\" have \"Rom\", 3 have \"Rome\"";
        assert_eq!(said(context(3.0, 6.0, 9.0), -1.0), torn);
        let alone = "1 of 1 other rows with zip = \"00184\" has \"Rom\", none has \"Rome\"";
        assert_eq!(said(context(0.0, 1.0, 1.0), -1.0), alone);
        assert_eq!(said(context(0.0, 0.0, 0.0), -0.1), "no other row has zip = \"00184\"");
    }
}
