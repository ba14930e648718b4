//! The reason of a repair in a sentence.

use lustrate_model::{Contribution, Evidence, Noise};
use lustrate_rules::Constraints;
use lustrate_table::Schema;

use crate::repairs::{Repair, Repairs, Withheld};
use crate::words::{Change, quoted, speaking};

/// Contributions below this, in nats, are not worth words.
const WORTH_WORDS: f64 = 0.5;
/// Reasons in a sentence.
const MOST_REASONS: usize = 3;

/// What speaks for a repair, three things at most: what a person can check first (rules, other rows, spelling), each
/// loudest first; then how the error came about; then why the repair is withheld, if it is.
pub fn reason(schema: &Schema, constraints: &Constraints, repair: &Repair) -> String {
    let loudest = loudest(&repair.contributions).into_iter().map(|place| &repair.contributions[place]);
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

/// The places of what is worth words, in the order in which it is told.
fn loudest(contributions: &[Contribution]) -> Vec<usize> {
    let mut loudest: Vec<usize> =
        (0..contributions.len()).filter(|&place| contributions[place].log_odds >= WORTH_WORDS).collect();
    let order = |place: usize| checkable(&contributions[place].evidence);
    let log_odds = |place: usize| contributions[place].log_odds;
    loudest.sort_by(|&a, &b| order(a).cmp(&order(b)).then(log_odds(b).total_cmp(&log_odds(a))));
    loudest
}

/// Of what is worth words so much is kept beside what is told anyway: the sentence leaves out what would say a thing again.
const MOST_KEPT: usize = MOST_REASONS + 2;

/// Forgets what speaks for repairs and against them as far as neither [`reason`] nor the kind of an error asks for it. A large
/// table has many repairs, and most of what is known of each is said of no one.
pub fn keep_reasons(repairs: &mut Repairs) {
    for repair in &mut repairs.items {
        let said = loudest(&repair.contributions).into_iter();
        let said = said.filter(|&place| has_words(&repair.contributions[place].evidence)).take(MOST_KEPT);
        let mut kept = vec![false; repair.contributions.len()];
        said.for_each(|place| kept[place] = true);
        let mut kept = kept.into_iter();
        repair.contributions.retain(|contribution| kept.next() == Some(true) || is_asked_for(contribution));
        repair.contributions.shrink_to_fit();
    }
}

/// Whether [`speaking`] may have words for evidence.
fn has_words(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Context { supporting, .. } => *supporting >= 0.5,
        Evidence::Error { .. } | Evidence::OtherChanges => false,
        _ => true,
    }
}

fn is_asked_for(contribution: &Contribution) -> bool {
    match &contribution.evidence {
        Evidence::Error { .. } => true,
        // That a rule is torn between cells is told however little it says.
        Evidence::Rule { ways, .. } => ways.len() > 1 || contribution.log_odds > 0.0,
        Evidence::Exchanged { .. }
        | Evidence::Relation { .. }
        | Evidence::Reference { .. }
        | Evidence::Sources { .. } => contribution.log_odds > 0.0,
        Evidence::Prior
        | Evidence::InSum
        | Evidence::Context { .. }
        | Evidence::Reverse { .. }
        | Evidence::Spelling
        | Evidence::Absence { .. }
        | Evidence::OtherChanges
        | Evidence::Labels { .. }
        | Evidence::Usual { .. } => false,
    }
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

#[cfg(test)]
mod tests {
    use lustrate_model::Way;
    use lustrate_rules::{Changes, Constraint, ConstraintId, RuleOrigin, Scope, Strength};
    use lustrate_table::{AttributeId, CellId, Column, RowId, Table};

    use super::*;
    use crate::repairs::Decision;

    #[test]
    fn what_is_forgotten_changes_no_reason() {
        let column = || [Some("a")].into_iter().collect::<Column>();
        let table = Table::new(vec![("zip".into(), column()), ("city".into(), column())]).unwrap();
        let constraints = Constraints::new(vec![Constraint {
            name: "places".into(),
            origin: RuleOrigin { file: "test".into(), line: 1, span: lustrate_diagnostic::Span::new(0, 0) },
            scope: Scope::Pair,
            predicates: Vec::new(),
            strength: Strength::Soft { log_weight: None },
            changes: Changes::Any,
        }]);
        let context = |supporting: f64| Evidence::Context {
            key: vec![(AttributeId(0), "00184".into())],
            rule: None,
            supporting,
            opposing: 0.0,
            rows: supporting,
        };
        let way = || Way { attribute: AttributeId(1), value: None, probability: 0.5 };
        let rule = |ways| Evidence::Rule { rule: ConstraintId(0), ways };
        let all = [
            (context(9.0), 3.0),
            (context(2.0), 0.2),
            (Evidence::Prior, -1.0),
            (Evidence::Error { noise: Noise::Typo }, -4.0),
            (rule(vec![way(), way()]), -0.3),
            (rule(Vec::new()), -0.3),
        ];
        let repair = |withheld| Repair {
            cell: CellId { row: RowId(0), attribute: AttributeId(1) },
            old: Some("Rom".into()),
            new: Some("Rome".into()),
            confidence: 0.9,
            decision: Decision::Review,
            withheld,
            rule: None,
            contributions: all
                .iter()
                .cloned()
                .map(|(evidence, log_odds)| Contribution { evidence, log_odds })
                .collect(),
            alternatives: Vec::new(),
            conversion: None,
        };
        for withheld in [None, Some(Withheld::Believed)] {
            let mut repairs = Repairs { items: vec![repair(withheld)] };
            let before = reason(table.schema(), &constraints, &repairs.items[0]);
            keep_reasons(&mut repairs);
            assert_eq!(reason(table.schema(), &constraints, &repairs.items[0]), before);
            let kept: Vec<f64> = repairs.items[0].contributions.iter().map(|kept| kept.log_odds).collect();
            assert_eq!(kept, [3.0, -4.0, -0.3]);
        }
    }
}
