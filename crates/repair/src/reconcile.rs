//! Holding the repairs against the rules: the output breaks no rule more often than the input did, of those that the rows bear
//! out.

use std::collections::BTreeSet;

use lustrate_detect::{Detection, Violations, detect};
use lustrate_rules::{CellOf, Constraint, ConstraintId, Constraints, Scope, Tuple};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::apply::apply;
use crate::borne_out::is_borne_out;
use crate::repairs::{Decision, Repairs, Withheld};

/// The repairs after reconciliation, and what the rules say of the table with them applied.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// The repairs, some of them withheld.
    pub repairs: Repairs,
    /// The table with the applied repairs.
    pub table: Table,
    /// The violations of that table.
    pub detection: Detection,
    /// Soft rules that are broken more often than before and that no repair is withheld for: rows that meet their condition
    /// do what they ask no more often than any two rows do.
    pub not_borne_out: BTreeSet<ConstraintId>,
}

/// Withholds repairs of ragged lines, and repairs that would break a rule more often than the table did before.
///
/// How often a rule is broken is the number of rows that have to change for it to hold
/// ([`lustrate_detect::Blame::changes`]), because one wrong cell can take part in violations with half the table.
/// Repairs in newly blamed rows are withheld first, those of least confidence before others, until no rule is worse.
/// For a soft rule that the rows do not bear out ([`Reconciled::not_borne_out`]) nothing is withheld: the more is known, the
/// more often it is broken.
pub fn reconcile(table: &Table, constraints: &Constraints, before: &Detection, mut repairs: Repairs) -> Reconciled {
    for repair in repairs.items.iter_mut().filter(|repair| repair.decision == Decision::Apply) {
        if table.ragged().binary_search(&repair.cell.row).is_ok() {
            repair.withhold(Withheld::RaggedLine);
        }
    }
    let mut not_borne_out = BTreeSet::new();
    loop {
        let repaired = apply(table, &repairs);
        let after = detect(&repaired, constraints);
        let withheld = withhold_breaking(table, &mut repairs, constraints, (before, &after), &mut not_borne_out);
        if withheld == 0 {
            return Reconciled { repairs, table: repaired, detection: after, not_borne_out };
        }
    }
}

fn withhold_breaking(
    table: &Table,
    repairs: &mut Repairs,
    constraints: &Constraints,
    (before, after): (&Detection, &Detection),
    not_borne_out: &mut BTreeSet<ConstraintId>,
) -> usize {
    let mut withheld = 0;
    for (id, constraint) in constraints.iter() {
        let (was, is) = (before.of(id), after.of(id));
        if is.blame.changes > was.blame.changes && !not_borne_out.contains(&id) {
            if !is_borne_out(table, constraint) {
                not_borne_out.insert(id);
                continue;
            }
            let worse_by = (is.blame.changes - was.blame.changes) as usize;
            withheld += withhold_for(repairs, id, constraint, was, is, worse_by);
        }
    }
    withheld
}

/// Withholds repairs that touch the attributes of a rule: in newly blamed rows, else in rows that newly take part in
/// a violation, else anywhere.
fn withhold_for(
    repairs: &mut Repairs,
    id: ConstraintId,
    constraint: &Constraint,
    was: &Violations,
    is: &Violations,
    worse_by: usize,
) -> usize {
    let attributes = attributes(constraint);
    let rows = |cells: &[CellId]| cells.iter().map(|cell| cell.row).collect::<BTreeSet<RowId>>();
    let (blamed_before, blamed_after) = (rows(&was.blame.cells), rows(&is.blame.cells));
    let newly_blamed = |row: RowId| blamed_after.contains(&row) && !blamed_before.contains(&row);
    let newly_involved = |row: RowId| is.rows.contains(row) && !was.rows.contains(row);
    let places: [&dyn Fn(RowId) -> bool; 3] = [&newly_blamed, &newly_involved, &|_| true];
    for place in places {
        let mut found: Vec<usize> = (0..repairs.items.len())
            .filter(|&i| {
                let repair = &repairs.items[i];
                repair.decision == Decision::Apply
                    && attributes.contains(&repair.cell.attribute)
                    && place(repair.cell.row)
            })
            .collect();
        if !found.is_empty() {
            // Ties are broken by what the cells hold, so that the order of the rows does not matter.
            let key = |i: usize| (repairs.items[i].cell.attribute, &repairs.items[i].old, &repairs.items[i].new);
            let confidence = |i: usize| repairs.items[i].confidence;
            found.sort_by(|&a, &b| confidence(a).total_cmp(&confidence(b)).then_with(|| key(a).cmp(&key(b))));
            found.truncate(worse_by);
            found.iter().for_each(|&i| repairs.items[i].withhold(Withheld::Rule(id)));
            return found.len();
        }
    }
    0
}

fn attributes(constraint: &Constraint) -> BTreeSet<AttributeId> {
    let own = |cell: &CellOf| !matches!(constraint.scope, Scope::Reference(_)) || cell.tuple == Tuple::A;
    constraint.cells().into_iter().filter(own).map(|cell| cell.attribute).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::Span;
    use lustrate_rules::{Changes, Compare, Comparison, Domain, Operand, Predicate, RuleOrigin, Strength};
    use lustrate_table::Column;

    use super::*;
    use crate::repairs::Repair;

    fn dependency() -> Constraints {
        let predicate = |attribute, comparison| {
            Predicate::Compare(Compare {
                left: CellOf { tuple: Tuple::A, attribute: AttributeId(attribute) },
                comparison,
                right: Operand::Cell(CellOf { tuple: Tuple::B, attribute: AttributeId(attribute) }),
                domain: Domain::Text,
            })
        };
        Constraints::new(vec![Constraint {
            name: "fd zip -> city".into(),
            origin: RuleOrigin { file: "test".into(), line: 1, span: Span::new(0, 0) },
            scope: Scope::Pair,
            predicates: vec![predicate(0, Comparison::Equal), predicate(1, Comparison::NotEqual)],
            strength: Strength::Soft { log_weight: None },
            changes: Changes::Any,
        }])
    }

    fn change(row: u32, attribute: u32, old: &str, new: &str) -> Repair {
        Repair {
            cell: CellId { row: RowId(row), attribute: AttributeId(attribute) },
            old: Some(old.into()),
            new: Some(new.into()),
            confidence: 0.9,
            decision: Decision::Apply,
            withheld: None,
            rule: None,
            grounds: vec![].into(),
            alternatives: vec![],
            conversion: None,
        }
    }

    #[test]
    fn a_repair_that_breaks_a_rule_is_left_for_review() {
        let column = |cells: [&'static str; 6]| cells.iter().map(|&cell| Some(cell)).collect::<Column>();
        let columns = [("zip", ["1", "1", "1", "2", "2", "2"]), ("city", ["a", "a", "x", "b", "b", "b"])];
        let table = Table::new(columns.map(|(name, cells)| (name.to_owned(), column(cells))).into()).unwrap();
        let constraints = dependency();
        let before = detect(&table, &constraints);
        let repairs = Repairs { items: vec![change(5, 1, "b", "a")] };
        let found = reconcile(&table, &constraints, &before, repairs);
        assert_eq!(found.repairs.items[0].withheld, Some(Withheld::Rule(ConstraintId(0))));
        assert_eq!(found.repairs.applied().count(), 0);
    }

    #[test]
    fn nothing_is_withheld_for_a_rule_that_the_rows_do_not_bear_out() {
        // Rows of one zip have as many cities as any rows.
        let cells = |of: &dyn Fn(usize) -> String| {
            (0..60).map(of).collect::<Vec<_>>().iter().map(|cell| Some(cell.as_str())).collect::<Column>()
        };
        let (zip, city) = (cells(&|row| (row / 20).to_string()), cells(&|row| format!("c{}", row % 20)));
        let table = Table::new(vec![("zip".to_owned(), zip), ("city".to_owned(), city)]).unwrap();
        let mut constraints = dependency();
        // Both rows 0 and 1 hold `c0` at first, and the repair makes two cities of them.
        let mut first = change(1, 1, "c1", "c0");
        let before = apply(&table, &Repairs { items: vec![first.clone()] });
        first = change(1, 1, "c0", "c1");
        let run = |constraints: &Constraints| {
            let repairs = Repairs { items: vec![first.clone()] };
            reconcile(&before, constraints, &detect(&before, constraints), repairs)
        };
        let found = run(&constraints);
        assert_eq!(found.not_borne_out, BTreeSet::from([ConstraintId(0)]));
        assert_eq!(found.repairs.applied().count(), 1);
        let hard = Constraint { strength: Strength::Hard, ..constraints.get(ConstraintId(0)).clone() };
        constraints = Constraints::new(vec![hard]);
        assert_eq!(run(&constraints).repairs.applied().count(), 0);
    }

    #[test]
    fn a_repair_that_mends_a_rule_is_made() {
        let column = |cells: [&'static str; 3]| cells.iter().map(|&cell| Some(cell)).collect::<Column>();
        let columns = [("zip", ["1", "1", "1"]), ("city", ["a", "a", "x"])];
        let table = Table::new(columns.map(|(name, cells)| (name.to_owned(), column(cells))).into()).unwrap();
        let constraints = dependency();
        let before = detect(&table, &constraints);
        let found = reconcile(&table, &constraints, &before, Repairs { items: vec![change(2, 1, "x", "a")] });
        assert_eq!(found.repairs.applied().count(), 1);
        assert!(!found.detection.violations()[0].any());
    }
}
