//! `fd A, B -> C, D`: functional dependencies.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_table::AttributeId;

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{
    self, COUNTING_NULL, Condition, Joint, conditions_from_json, conflicts, joined, of_every_row, only_one_row,
    predicates,
};
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object};
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Standing};
use crate::mends::no_arrow;
use crate::name::{Name, listed};
use crate::{CellOf, Compare, Comparison, Domain, Operand, Predicate, Rule, Scope, Tuple};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "fd",
    usage: "fd COLUMN, COLUMN -> COLUMN",
    role: Role::Rule,
    documentation: Documentation {
        summary: "rows that agree on some columns agree on others (a functional dependency)",
        what: "`fd A, B -> C, D`: two rows with the same values in all columns left of the arrow have the same values \
               in every column right of it. Values are compared as text, exactly. A row with a missing value on the \
               left is compared with no other, and a missing value on the right clashes with none; `counting null` \
               behind the columns makes missing a text like any other. With `when C and C` behind it, the dependency \
               speaks only of rows that satisfy the conditions; they are those of `deny` about one row.",
        why: "Postal codes have one city, products one price, codes one meaning: most of what is known about a table \
              has this form. A value that disagrees with its group is found and repaired from the group.",
        example: Example {
            table: "zip,city,state\n00184,Rome,IT\n00184,Rom,IT\n00184,Rome,IT\n10115,Berlin,DE\n,Bern,CH\n",
            rules: "zip: fd zip -> city, state  hard",
            files: &[],
            breaking: &[1, 2, 3],
            failing: &[],
        },
        when_it_is_wrong: "When the left side does not quite determine the right: a person's name and their phone, a \
                           postal code that covers two towns. Then true values look like errors; add a column to the \
                           left side, or leave the rule soft, so that its weight is learned.",
    },
    parse,
    read_json,
};

/// Rows that agree on the determining columns agree on the determined ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Fd {
    determining: Vec<Name>,
    determined: Vec<Name>,
    nulls: Nulls,
    conditions: Vec<Condition>,
}

/// The field that says in JSON what a missing value is.
pub(super) const NULLS: &str = "counting_null";

/// What a missing value is to a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// It is equal to nothing and different from nothing.
    LeftOut,
    /// It is a value like any other: equal to itself, and different from all others.
    Counted,
}

impl Fd {
    /// A dependency between columns of these names.
    pub fn new<'a>(
        determining: impl IntoIterator<Item = &'a str>,
        determined: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Fd::of_names(
            determining.into_iter().map(Name::unplaced).collect(),
            determined.into_iter().map(Name::unplaced).collect(),
        )
    }

    /// ` counting null when CONDITION`, what there is of it.
    fn behind(&self) -> String {
        let nulls = if self.nulls == Nulls::Counted { COUNTING_NULL } else { "" };
        let when =
            if self.conditions.is_empty() { String::new() } else { format!(" when {}", joined(&self.conditions)) };
        nulls.to_owned() + &when
    }

    /// A dependency between columns that were read somewhere.
    pub(crate) fn of_names(determining: Vec<Name>, determined: Vec<Name>) -> Self {
        Fd { determining, determined, nulls: Nulls::LeftOut, conditions: Vec::new() }
    }

    /// The same with another meaning of missing values.
    pub(crate) fn with_nulls(self, nulls: Nulls) -> Self {
        Fd { nulls, ..self }
    }

    /// The same of rows only that satisfy conditions on one row.
    pub(crate) fn on_rows(self, conditions: Vec<Condition>) -> Self {
        Fd { conditions, ..self }
    }
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let determining = cursor.columns()?;
    if !cursor.accept(&TokenKind::Arrow) {
        return Err(no_arrow(cursor));
    }
    let determined = cursor.columns()?;
    let nulls = if cursor.accept_counting_null()? { Nulls::Counted } else { Nulls::LeftOut };
    let conditions = if cursor.accept_word("when") { condition::conditions(cursor)? } else { Vec::new() };
    Ok(Fd { determining, determined, nulls, conditions }.into())
}

impl From<Fd> for Rule {
    fn from(fd: Fd) -> Rule {
        Rule::new(fd)
    }
}

fn read_json(fields: &mut Fields<'_>) {
    fields.names("determining");
    fields.sign(TokenKind::Arrow);
    fields.names("determined");
    nulls_from_json(fields);
    fields.behind(&["when"], "when", conditions_from_json);
}

/// What a missing value is, where it is said.
pub(super) fn nulls_to_json(nulls: Nulls) -> Option<Json> {
    (nulls == Nulls::Counted).then_some(Json::True)
}

/// Reads what a missing value is from the field `counting_null`.
pub(super) fn nulls_from_json(fields: &mut Fields<'_>) {
    let place = fields.get(NULLS).map(|node| node.span);
    if let (Some(place), true) = (place, fields.flag(NULLS)) {
        ["counting", "null"].iter().for_each(|word| fields.output.word(word, place));
    }
}

impl fmt::Display for Fd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fd {} -> {}{}", listed(&self.determining), listed(&self.determined), self.behind())
    }
}

impl Statement for Fd {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default()
            .with("determining", Json::names(&self.determining))
            .with("determined", Json::names(&self.determined))
            .with_some(NULLS, nulls_to_json(self.nulls))
            .with_conditions("when", &self.conditions)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let mut seen = BTreeSet::new();
        for name in &self.determining {
            if !seen.insert(&name.text) {
                diagnostics.push(repeated(source, name));
            }
        }
        let mut on_the_right = BTreeSet::new();
        for name in &self.determined {
            if seen.contains(&name.text) {
                let title = format!("`{}` stands on both sides, and always determines itself", name.text);
                let diagnostic = Diagnostic::error("trivial-dependency", title).help("leave it out on the right");
                diagnostics.push(diagnostic.at(source, name.span(), "stands on the left too"));
            } else if !on_the_right.insert(&name.text) {
                diagnostics.push(repeated(source, name));
            }
        }
        diagnostics.extend(only_one_row(source, "when", &self.conditions));
        diagnostics.extend(conflicts(source, &self.conditions, Joint::Given, "the dependency speaks of no row"));
        diagnostics
    }

    fn counting_null(&self) -> Option<Rule> {
        Some(self.clone().with_nulls(Nulls::Counted).into())
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let mut attributes = |names: &[Name]| -> Option<Vec<AttributeId>> {
            let found: Vec<_> = names.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
            found.into_iter().collect()
        };
        let (determining, determined) = (attributes(&self.determining), attributes(&self.determined));
        let conditions = predicates(lowering, &self.conditions);
        let (Some(determining), Some(determined), Some(conditions)) = (determining, determined, conditions) else {
            return;
        };
        let conditions = of_every_row(Scope::Pair, &conditions);
        let domain = if self.nulls == Nulls::Counted { Domain::TextOrNull } else { Domain::Text };
        for (name, attribute) in self.determined.iter().zip(determined) {
            let equal = determining.iter().map(|&attribute| across(attribute, Comparison::Equal, domain));
            let unequal = across(attribute, Comparison::NotEqual, domain);
            let predicates = equal.chain([unequal]).chain(conditions.iter().cloned()).collect();
            let short = format!("fd {} -> {name}{}", listed(&self.determining), self.behind());
            lowering.forbid(short, Scope::Pair, predicates);
        }
    }
}

/// The comparison of one attribute between the two rows.
fn across(attribute: AttributeId, comparison: Comparison, domain: Domain) -> Predicate {
    let cell = |tuple| CellOf { tuple, attribute };
    let right = Operand::Cell(cell(Tuple::B));
    Predicate::Compare(Compare { left: cell(Tuple::A), comparison, right, domain })
}

fn repeated(source: &Arc<SourceText>, name: &Name) -> Diagnostic {
    Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text))
        .at(source, name.span(), "listed already")
        .help("leave it out here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bind, parse};
    use lustrate_table::Schema;

    #[test]
    fn every_right_side_is_a_constraint_of_its_own() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "\nfd zip -> city, state\nz: fd city -> zip hard\n")));
        let schema = Schema::of_text(["zip", "city", "state"]).unwrap();
        let constraints = bind(&parsed.rules, &schema).unwrap();
        let shown: Vec<_> = constraints
            .iter()
            .map(|(_, constraint)| {
                let dependency = constraint.as_dependency().unwrap();
                (constraint.name.as_str(), constraint.origin.line, dependency.lhs[0].0, dependency.rhs.0)
            })
            .collect();
        assert_eq!(shown, [("fd zip -> city", 2, 0, 1), ("fd zip -> state", 2, 0, 2), ("z", 3, 1, 0)]);
    }

    #[test]
    fn a_column_on_both_sides_is_an_error() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "fd zip, zip -> city, zip, city")));
        let codes: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, ["repeated-column", "trivial-dependency", "repeated-column"]);
        assert!(parsed.rules.is_empty());
    }

    #[test]
    fn a_dependency_with_a_condition_is_one_on_some_rows() {
        let rule = "uk: fd zip -> street when country = \"UK\" and zip is not null hard";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        assert_eq!(parsed.rules.to_string(), format!("{rule}\n"));
        let schema = Schema::of_text(["zip", "street", "country"]).unwrap();
        let constraints = bind(&parsed.rules, &schema).unwrap();
        let constraint = constraints.get(crate::ConstraintId(0));
        let (dependency, rows) = constraint.as_conditional_dependency().unwrap();
        assert_eq!((dependency.lhs[0].0, dependency.rhs.0, rows.len(), constraint.predicates.len()), (0, 1, 2, 6));
        assert!(rows.iter().flat_map(Predicate::cells).all(|cell| cell.tuple == Tuple::A));
        assert_eq!(constraint.as_dependency(), None);
    }

    #[test]
    fn a_dependency_may_count_missing_values() {
        let rule = "zip: fd zip -> city, street counting null when country = \"UK\" hard";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        assert_eq!(parsed.rules.to_string(), format!("{rule}\n"));
        let constraints = bind(&parsed.rules, &Schema::of_text(["zip", "city", "street", "country"]).unwrap()).unwrap();
        for (_, constraint) in constraints.iter() {
            assert!(constraint.counts_null() && constraint.as_conditional_dependency().is_some());
        }
        let denied = "deny a.zip = b.zip counting null and a.city != b.city counting null";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", format!("{denied}\nfd zip -> city\nunique zip"))));
        let constraints = bind(&parsed.rules, &Schema::of_text(["zip", "city"]).unwrap()).unwrap();
        let found = constraints.iter().map(|(_, rule)| (rule.name.as_str(), rule.counts_null()));
        let expected = [("fd zip -> city counting null", true), ("fd zip -> city", false), ("unique zip", false)];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_condition_on_one_row_of_two_makes_no_dependency() {
        let rule = "deny a.zip = b.zip and a.street != b.street and a.country = \"UK\"";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        let constraints = bind(&parsed.rules, &Schema::of_text(["zip", "street", "country"]).unwrap()).unwrap();
        assert_eq!(constraints.get(crate::ConstraintId(0)).as_conditional_dependency(), None);
    }
}
