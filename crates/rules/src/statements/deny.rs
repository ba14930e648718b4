//! `deny CONDITION and CONDITION …`: what must never be.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Fd, Nulls, Role, Statement, StatementKind, same};
use crate::condition::{self, Condition, Joint, Manner, Side, conflicts, joined, predicates};
use crate::cursor::Cursor;
use crate::json::{Fields, Object};
use crate::lowering::Lowering;
use crate::name::Name;
use crate::{Comparison, Rule, Scope, Tuple};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "deny",
    usage: "deny COLUMN = \"TEXT\" and COLUMN > 5",
    role: Role::Rule,
    documentation: Documentation {
        summary: "conditions that never hold together, in one row or in two (a denial constraint)",
        what: "`deny C and C …`: no row satisfies all conditions. A condition compares two columns, or a column with \
               a text in double quotes or a number, by `=`, `!=`, `<`, `<=`, `>` or `>=`, or is another of those above: \
               arithmetic, likeness, lists, ranges, patterns, null. With columns written `a.name` and \
               `b.name` the rule is about every two different rows `a` and `b`, in both orders. `=` and `!=` compare \
               text exactly, or numbers where one side is a number; `ignoring case` behind a condition lets case be. \
               The order signs compare numbers; `by text` or `by number` behind a condition says so for columns that \
               are not clearly numbers. A comparison with a missing value never holds; `is null` does. `counting null` \
               behind `=` or `!=` of two columns makes missing a text like any other: equal to itself, different from \
               all others. A text in quotes on the left of a sign is a column; on the right it is a constant, and a \
               column is written `column \"Order Date\"`.",
        why: "What a dependency cannot say: values that exclude each other, orders between columns, orders between \
              rows (who earns more in a state is not taxed less).",
        example: Example {
            table: "name,sex,relationship,state,salary,rate\n\
                    Ada,Female,Wife,NY,5000,7\n\
                    Bea,Female,Husband,NY,7000,5\n\
                    Cid,Male,Husband,NJ,9000,4\n",
            rules: "husband: deny sex = \"Female\" and relationship = \"Husband\"  hard\n\
                    tax: deny a.state = b.state and a.salary > b.salary and a.rate < b.rate",
            files: &[],
            breaking: &[1, 2],
            failing: &[],
        },
        when_it_is_wrong: "When a few rows may well satisfy the conditions. A rule about two rows without a single \
                           `=` between them compares every row with every other, which takes long on a large table.",
    },
    parse,
    read_json,
};

/// Conditions that never hold together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Deny {
    /// The conditions; one at least.
    pub conditions: Vec<Condition>,
}

impl Deny {
    /// The dependency that it is, if it is one: equalities of columns between the two rows, one inequality, and
    /// conditions that are the same for both rows.
    pub fn as_fd(&self) -> Option<Fd> {
        let (mut determining, mut determined) = (Vec::<Name>::new(), Vec::<Name>::new());
        let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
        let (mut leaving, mut counting) = (false, false);
        for condition in &self.conditions {
            if let Some((tuple, condition)) = condition.of_one_row() {
                push_new(if tuple == Tuple::A { &mut of_a } else { &mut of_b }, condition);
                continue;
            }
            let relation = condition.as_relation()?;
            let Side::Cell(right) = &relation.right else { return None };
            let across = relation.left.column == right.column && relation.left.tuple != right.tuple;
            leaving |= matches!(relation.manner, Manner::Plain | Manner::ByText);
            counting |= relation.manner == Manner::CountingNull;
            let exact = matches!(relation.manner, Manner::Plain | Manner::ByText | Manner::CountingNull);
            match relation.comparison {
                Comparison::Equal if across && exact => push_new(&mut determining, right.column.clone()),
                Comparison::NotEqual if across && exact => push_new(&mut determined, right.column.clone()),
                _ => return None,
            }
        }
        let on_both = of_a.len() == of_b.len() && of_a.iter().all(|condition| of_b.contains(condition));
        let is_fd = !determining.is_empty() && determined.len() == 1 && !determining.contains(&determined[0]);
        let nulls = if counting { Nulls::Counted } else { Nulls::LeftOut };
        let is_one = is_fd && on_both && !(leaving && counting);
        is_one.then(|| Fd::of_names(determining, determined).on_rows(of_a).with_nulls(nulls))
    }
}

/// Adds what is not there yet: what is said twice is said once.
fn push_new<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    Ok(Rule::new(Deny { conditions: condition::conditions(cursor)? }))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.conditions("conditions");
}

impl fmt::Display for Deny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deny {}", joined(&self.conditions))
    }
}

impl Statement for Deny {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with_conditions("conditions", &self.conditions)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = condition::range(source, &self.conditions).err().unwrap_or_default();
        diagnostics.extend(conflicts(source, &self.conditions, Joint::Given, "the rule forbids nothing"));
        diagnostics
    }

    fn counting_null(&self) -> Option<Rule> {
        let conditions = self.conditions.iter().cloned().map(Condition::counting_null).collect();
        Some(Rule::new(Deny { conditions }))
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let pair = self.conditions.iter().flat_map(Condition::cells).any(|cell| cell.tuple.is_some());
        let scope = if pair { Scope::Pair } else { Scope::Row };
        let Some(predicates) = predicates(lowering, &self.conditions) else { return };
        let short = self.as_fd().map_or_else(|| self.to_string(), |fd| fd.to_string());
        lowering.forbid(short, scope, predicates);
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Schema;

    use super::*;
    use crate::{bind, parse};

    fn check(rule: &str) -> Vec<String> {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        let show = |d: &Diagnostic| format!("{}: {}", d.code, d.help.as_deref().unwrap_or_default());
        parsed.diagnostics.iter().map(show).collect()
    }

    #[test]
    fn rows_must_be_used_both_or_neither() {
        let alone = "write `zip` without `a.` for a rule about one row, or compare with `b.zip`";
        assert_eq!(check("deny a.zip = \"1\""), [format!("one-row-alone: {alone}")]);
        assert_eq!(check("deny a.zip = b.zip and city != a.city"), ["row-missing: write `a.city` or `b.city`"]);
        assert_eq!(
            check("deny t1.zip = t2.zip"),
            [
                "unknown-row: write `a.zip` or `b.zip`, `zip` in a rule about one row, or `\"t1.zip\"` for a column of that name"
            ]
        );
    }

    #[test]
    fn conditions_that_exclude_each_other_are_an_error() {
        for rule in [
            "deny sex = \"M\" and sex = \"F\"",
            "deny sex = \"M\" ignoring case and sex != \"m\" ignoring case",
            "deny n > 5 and n < 3",
            "deny n = 5 and n != 5.0",
            "deny a.x < b.x and a.z = b.z and b.x < a.x",
            "deny x > y and y >= x",
        ] {
            assert_eq!(check(rule), ["contradiction: leave one of the two out"], "{rule}");
        }
        for rule in ["deny n > 3 and n < 5", "deny n >= 5 and n <= 5", "deny x >= y and y >= x", "deny n = 1 and m = 2"]
        {
            assert_eq!(check(rule), [""; 0], "{rule}");
        }
    }

    #[test]
    fn a_column_is_not_compared_with_itself() {
        assert_eq!(
            check("deny a.x = b.x and a.y != a.y"),
            ["self-comparison: compare a column of `a` with one of `b`"]
        );
        assert_eq!(check("deny x = x").len(), 1);
    }

    #[test]
    fn a_dependency_is_named_as_one() {
        let source = SourceText::new("x.rules", "deny a.zip = b.zip and b.city != a.city");
        let parsed = parse(&Arc::new(source));
        let constraints = bind(&parsed.rules, &Schema::of_text(["zip", "city"]).unwrap()).unwrap();
        let names: Vec<_> = constraints.iter().map(|(_, constraint)| constraint.name.as_str()).collect();
        assert_eq!(names, ["fd zip -> city"]);
    }

    #[test]
    fn missing_values_are_counted_between_two_columns_by_equality_only() {
        assert_eq!(check("deny x = y counting null and x is null"), [""; 0]);
        assert_eq!(check("deny x = y and x is null"), ["contradiction: leave one of the two out"]);
        assert_eq!(check("deny x = \"y\" counting null").len(), 1);
        assert_eq!(check("deny x < y counting null"), ["counting-null: leave `counting null` out"]);
        assert_eq!(check("deny x = y counting").len(), 1);
    }

    #[test]
    fn only_exact_text_makes_a_dependency() {
        for manner in ["ignoring case", "by number"] {
            let rule = format!("deny a.zip = b.zip {manner} and b.city != a.city");
            let parsed = parse(&Arc::new(SourceText::new("x.rules", rule.clone())));
            let constraints = bind(&parsed.rules, &Schema::of_text(["zip", "city"]).unwrap()).unwrap();
            let (_, constraint) = constraints.iter().next().unwrap();
            assert_eq!((constraint.name.as_str(), constraint.as_dependency()), (rule.as_str(), None));
        }
    }
}
