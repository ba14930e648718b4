//! Whether the rows of a table bear a rule out at all.
//!
//! A rule that somebody wrote, or a program guessed, may say nothing: `deny a.departs = b.arrives and a.gate != b.gate`. Rows
//! that meet its condition then agree no more often than any two rows do. Such a rule is broken more often the more of the
//! table is known, and a repair is no worse for it.

use std::collections::BTreeMap;

use lustrate_rules::{CellOf, Compare, Comparison, Constraint, Domain, Operand, Predicate, Scope, Strength, Tuple};
use lustrate_table::{AttributeId, CellId, Table};

/// Fewer pairs of rows that meet the condition of a rule say nothing of it.
const LEAST_PAIRS: f64 = 100.0;
/// What pairs do in this share holds, though all pairs may do so: a column of one value agrees wherever one looks.
const MOSTLY: f64 = 0.5;

/// Whether a rule is to be held. Only of a soft rule of the form "rows that agree here agree there" can the rows say that it
/// is not: where there are many pairs that meet its condition, and these do what it asks seldom, and no more often than all
/// pairs do.
pub(crate) fn is_borne_out(table: &Table, constraint: &Constraint) -> bool {
    let Some(Implication { condition, asked }) = Implication::new(constraint) else { return true };
    let met = pairs(table, &condition, asked);
    met.all < LEAST_PAIRS || met.share() >= MOSTLY || met.share() > pairs(table, &[], asked).share()
}

/// The attributes of the two rows of a pair.
type Both = [AttributeId; 2];

/// A rule that asks rows which agree in the condition to agree in another attribute too.
struct Implication {
    condition: Vec<Both>,
    asked: Both,
}

impl Implication {
    fn new(constraint: &Constraint) -> Option<Self> {
        if constraint.scope != Scope::Pair || constraint.strength == Strength::Hard {
            return None;
        }
        let (mut condition, mut asked) = (Vec::new(), None);
        for predicate in &constraint.predicates {
            let Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), domain: Domain::Text }) =
                predicate
            else {
                return None;
            };
            let both = both(*left, *right)?;
            match comparison {
                Comparison::Equal => condition.push(both),
                Comparison::NotEqual if asked.is_none() => asked = Some(both),
                _ => return None,
            }
        }
        asked.filter(|_| !condition.is_empty()).map(|asked| Implication { condition, asked })
    }
}

/// The attribute of each row; `None` where both cells are of one row.
fn both(left: CellOf, right: CellOf) -> Option<Both> {
    match (left.tuple, right.tuple) {
        (Tuple::A, Tuple::B) => Some([left.attribute, right.attribute]),
        (Tuple::B, Tuple::A) => Some([right.attribute, left.attribute]),
        _ => None,
    }
}

/// Pairs of different rows that meet a condition and are known in what is asked.
struct Pairs {
    all: f64,
    agreeing: f64,
}

impl Pairs {
    fn share(&self) -> f64 {
        if self.all > 0.0 { self.agreeing / self.all } else { 0.0 }
    }
}

/// How many rows have a key, as the first row of a pair and as the second, and how many of these each value.
#[derive(Default)]
struct Group<'t> {
    rows: [f64; 2],
    values: BTreeMap<&'t str, [f64; 2]>,
}

/// Counts pairs without looking at each: near-linear in the rows.
fn pairs(table: &Table, condition: &[Both], asked: Both) -> Pairs {
    let mut groups: BTreeMap<Vec<&str>, Group<'_>> = BTreeMap::new();
    let mut found = Pairs { all: 0.0, agreeing: 0.0 };
    for row in table.row_ids() {
        let sides = [0, 1].map(|side| {
            let text = |both: &Both| table.text(CellId { row, attribute: both[side] });
            let key: Option<Vec<&str>> = condition.iter().map(text).collect();
            key.zip(text(&asked))
        });
        // A row is no pair with itself.
        if let [Some((key, value)), Some((other_key, other))] = &sides
            && key == other_key
        {
            found.all -= 1.0;
            found.agreeing -= if value == other { 1.0 } else { 0.0 };
        }
        for (side, known) in sides.into_iter().enumerate() {
            let Some((key, value)) = known else { continue };
            let group = groups.entry(key).or_default();
            group.rows[side] += 1.0;
            group.values.entry(value).or_default()[side] += 1.0;
        }
    }
    for group in groups.values() {
        found.all += group.rows[0] * group.rows[1];
        found.agreeing += group.values.values().map(|[a, b]| a * b).sum::<f64>();
    }
    found
}

#[cfg(test)]
mod tests {
    use lustrate_rules::{Changes, RuleOrigin};
    use lustrate_table::Column;

    use super::*;

    const NAMES: [&str; 3] = ["departs", "arrives", "gate"];

    /// `deny a.left = b.right and a.gate != b.gate`.
    fn rule(left: u32, right: u32, strength: Strength) -> Constraint {
        let cell = |tuple, attribute| CellOf { tuple, attribute: AttributeId(attribute) };
        let compare = |left, comparison, right| {
            let (left, right) = (cell(Tuple::A, left), Operand::Cell(cell(Tuple::B, right)));
            Predicate::Compare(Compare { left, comparison, right, domain: Domain::Text })
        };
        Constraint {
            name: "rule".into(),
            origin: RuleOrigin::nowhere(),
            scope: Scope::Pair,
            predicates: vec![compare(left, Comparison::Equal, right), compare(2, Comparison::NotEqual, 2)],
            strength,
            changes: Changes::Any,
        }
    }

    /// Sixty flights that depart and arrive at twelve hours; every hour of departure has its gate.
    fn table(arrives: impl Fn(usize) -> usize) -> Table {
        let cells = |of: &dyn Fn(usize) -> String| {
            (0..60).map(of).collect::<Vec<_>>().iter().map(|cell| Some(cell.as_str())).collect::<Column>()
        };
        let columns = [
            cells(&|row| format!("{}:00", row % 12)),
            cells(&|row| format!("{}:00", arrives(row))),
            cells(&|row| format!("G{}", row % 12)),
        ];
        Table::new(NAMES.map(str::to_owned).into_iter().zip(columns).collect()).unwrap()
    }

    const SOFT: Strength = Strength::Soft { log_weight: None };

    #[test]
    fn a_rule_that_rows_keep_is_borne_out() {
        assert!(is_borne_out(&table(|row| row % 12), &rule(0, 0, SOFT)));
    }

    #[test]
    fn a_rule_that_rows_break_as_often_as_any_is_not() {
        // What arrives at an hour leaves from another gate than what departs then.
        assert!(!is_borne_out(&table(|row| (row + 5) % 12), &rule(0, 1, SOFT)));
    }

    #[test]
    fn a_hard_rule_is_held_whatever_the_rows_say() {
        assert!(is_borne_out(&table(|row| (row + 5) % 12), &rule(0, 1, Strength::Hard)));
    }

    #[test]
    fn a_rule_on_a_column_of_one_value_is_borne_out() {
        let column = |text: &'static str| (0..60).map(|_| Some(text)).collect::<Column>();
        let columns = ["7:00", "7:00", "G1"].map(column);
        let table = Table::new(NAMES.map(str::to_owned).into_iter().zip(columns).collect()).unwrap();
        assert!(is_borne_out(&table, &rule(0, 1, SOFT)));
    }

    #[test]
    fn a_condition_that_few_pairs_meet_says_nothing() {
        assert!(is_borne_out(&table(|row| 20 + row), &rule(0, 1, SOFT)));
    }

    #[test]
    fn pairs_are_counted_as_if_each_were_looked_at() {
        let table = table(|row| row * row % 12);
        let (condition, asked) = ([[AttributeId(0), AttributeId(1)]], [AttributeId(2), AttributeId(2)]);
        let text = |row, attribute| table.text(CellId { row, attribute });
        let (mut all, mut agreeing) = (0.0, 0.0);
        for a in table.row_ids() {
            for b in table.row_ids().filter(|&b| b != a) {
                if text(a, condition[0][0]) == text(b, condition[0][1]) {
                    all += 1.0;
                    agreeing += if text(a, asked[0]) == text(b, asked[1]) { 1.0 } else { 0.0 };
                }
            }
        }
        let found = pairs(&table, &condition, asked);
        assert_eq!((found.all, found.agreeing), (all, agreeing));
    }
}
