//! The reason of a repair in a sentence.

use std::sync::Arc;

use lustrate_model::{Contribution, Evidence, Noise};
use lustrate_rules::Constraints;
use lustrate_table::{Schema, Table};

use crate::grounds::Grounds;
use crate::phrasebook::{Phrasebook, Reason};
use crate::repairs::{Repair, Repairs, Withheld};
use crate::words::{Change, quoted, speaking};

/// Contributions below this, in nats, are not worth words.
const WORTH_WORDS: f64 = 0.5;
/// Reasons in a sentence.
const MOST_REASONS: usize = 3;

/// What speaks for a repair, three things at most: what a person can check first (rules, other rows, spelling), each
/// loudest first; then how the error came about; then why the repair is withheld, if it is.
pub fn reason(schema: &Schema, constraints: &Constraints, repair: &Repair) -> Reason {
    let withheld = repair.withheld.map(|withheld| match withheld {
        Withheld::Believed if repair.grounds.signs().torn => {
            "not applied: the rule does not say which of the cells is wrong".to_owned()
        }
        other => format!("not applied: {}", withheld_words(constraints, other)),
    });
    match (&repair.grounds, &repair.conversion) {
        (Grounds::Told(told), None) => match withheld {
            Some(withheld) => {
                told.reason.followed_by(&(if told.reason.is_empty() { "" } else { "; " }.to_owned() + &withheld))
            }
            None => told.reason.clone(),
        },
        (_, conversion) => {
            let change = Change { old: repair.old.as_deref(), new: repair.new.as_deref() };
            let mut parts = Parts::default();
            conversion.iter().for_each(|converted| parts.push(&converted.reason));
            tell(schema, constraints, change, repair.grounds.contributions(), &mut parts);
            withheld.iter().for_each(|withheld| parts.push(withheld));
            parts.sentence.into()
        }
    }
}

/// Forgets what speaks for repairs and against them but for what is told of it: the reason, and what shows how the errors came
/// about. `written` is the table as it was read, which the reasons are about.
pub fn keep_reasons(repairs: &mut Repairs, written: &Table, constraints: &Constraints, book: &Arc<Phrasebook>) {
    let mut parts = Parts::default();
    for repair in &mut repairs.items {
        parts.clear();
        let change = Change { old: written.text(repair.cell), new: repair.new.as_deref() };
        tell(written.schema(), constraints, change, repair.grounds.contributions(), &mut parts);
        repair.grounds.tell(&parts.sentence, book);
    }
}

/// The parts of a sentence, with semicolons between them.
#[derive(Default)]
struct Parts {
    sentence: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Parts {
    fn push(&mut self, part: &str) {
        if !self.ends.is_empty() {
            self.sentence.push_str("; ");
        }
        self.sentence.push_str(part);
        self.ends.push(self.sentence.len());
    }

    fn contains(&self, part: &str) -> bool {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| end + 2));
        starts.zip(&self.ends).any(|(start, &end)| self.sentence[start..end] == *part)
    }

    fn clear(&mut self) {
        self.sentence.clear();
        self.ends.clear();
    }
}

/// Tells what speaks for a change, and how the error came about.
fn tell(schema: &Schema, constraints: &Constraints, change: Change<'_>, all: &[Contribution], parts: &mut Parts) {
    for contribution in loudest(all) {
        if parts.ends.len() == MOST_REASONS {
            break;
        }
        let words = speaking(schema, constraints, change, &contribution.evidence);
        if let Some(words) = words.filter(|words| !parts.contains(words)) {
            parts.push(&words);
        }
    }
    let error = all.iter().find_map(|contribution| match contribution.evidence {
        Evidence::Error { noise } => Some(noise),
        _ => None,
    });
    error.iter().for_each(|noise| parts.push(&damage(*noise, change)));
}

/// What is worth words, in the order in which it is told.
fn loudest(contributions: &[Contribution]) -> Vec<&Contribution> {
    let mut loudest: Vec<&Contribution> = contributions.iter().filter(|it| it.log_odds >= WORTH_WORDS).collect();
    let order = |it: &Contribution| checkable(&it.evidence);
    loudest.sort_by(|a, b| order(a).cmp(&order(b)).then(b.log_odds.total_cmp(&a.log_odds)));
    loudest
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

fn damage(noise: Noise, change: Change<'_>) -> String {
    match change.old {
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
        let column = || [Some("Rom")].into_iter().collect::<Column>();
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
        let grounds = || all.iter().cloned().map(|(evidence, log_odds)| Contribution { evidence, log_odds });
        let cell = CellId { row: RowId(0), attribute: AttributeId(1) };
        let repair = |withheld| Repair {
            cell,
            withheld,
            grounds: Grounds::All(grounds().collect()),
            ..change(Some("Rom"), Some("Rome"))
        };
        let book = Arc::new(Phrasebook::new(table.schema(), &constraints));
        for withheld in [None, Some(Withheld::Believed), Some(Withheld::SetApart)] {
            let mut repairs = Repairs { items: vec![repair(withheld)] };
            let before = &repairs.items[0];
            let (said, signs) = (reason(table.schema(), &constraints, before), before.grounds.signs());
            keep_reasons(&mut repairs, &table, &constraints, &book);
            let after = &repairs.items[0];
            assert_eq!((reason(table.schema(), &constraints, after), after.grounds.signs()), (said, signs));
            assert_eq!(after.grounds.contributions(), []);
        }
    }

    #[test]
    fn a_reason_is_about_what_is_written_and_not_about_what_it_was_read_as() {
        let table = Table::new(vec![("city".into(), [Some("rom")].into_iter().collect::<Column>())]).unwrap();
        let constraints = Constraints::default();
        let grounds = vec![Contribution { evidence: Evidence::Error { noise: Noise::Typo }, log_odds: -4.0 }].into();
        let repair = Repair { grounds, ..change(Some("Rom"), Some("Rome")) };
        let mut repairs = Repairs { items: vec![repair] };
        let book = Arc::new(Phrasebook::new(table.schema(), &constraints));
        keep_reasons(&mut repairs, &table, &constraints, &book);
        let said = reason(table.schema(), &constraints, &repairs.items[0]);
        assert_eq!(said.to_string(), "\"rom\": typing error");
    }

    fn change(old: Option<&str>, new: Option<&str>) -> Repair {
        Repair {
            cell: CellId { row: RowId(0), attribute: AttributeId(0) },
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            confidence: 0.9,
            decision: Decision::Review,
            withheld: None,
            rule: None,
            grounds: Vec::new().into(),
            alternatives: Vec::new(),
            conversion: None,
        }
    }
}
