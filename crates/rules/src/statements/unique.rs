//! `unique A, B`: keys.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object};
use crate::lowering::{Lowering, Standing};
use crate::name::{Name, listed};
use crate::{CellOf, Compare, Comparison, Domain, Operand, Predicate, Rule, Scope, Tuple};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "unique",
    usage: "unique COLUMN, COLUMN",
    role: Role::Rule,
    documentation: Documentation {
        summary: "no two rows agree on these columns (a key)",
        what: "`unique A, B`: two different rows never have the same values in all of the columns. Values are compared \
               as text, exactly. Rows with a missing value in one of them do not clash. Nothing says which of two rows \
               is wrong, so that `hard` sets them all apart; `duplicate when A = keep first` leaves one.",
        why: "Identifiers must identify: a row that is there twice counts twice in every sum.",
        example: Example {
            table: "provider,measure,score\nP1,M1,90\nP1,M2,85\nP1,M1,91\nP2,,70\nP2,,71\n",
            rules: "key: unique provider, measure",
            files: &[],
            breaking: &[1, 3],
            failing: &[],
        },
        when_it_is_wrong: "When the table holds several states of one thing (a row a day, say); then the day is part \
                           of the key.",
    },
    parse,
    read_json,
};

/// No two rows agree on all of the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Unique {
    columns: Vec<Name>,
}

impl Unique {
    /// A key of columns of these names.
    pub fn new<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        Unique { columns: columns.into_iter().map(Name::unplaced).collect() }
    }
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    Ok(Unique { columns: cursor.columns()? }.into())
}

impl From<Unique> for Rule {
    fn from(unique: Unique) -> Rule {
        Rule::new(unique)
    }
}

fn read_json(fields: &mut Fields<'_>) {
    fields.names("columns");
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unique {}", listed(&self.columns))
    }
}

impl Statement for Unique {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with("columns", Json::names(&self.columns))
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut seen = BTreeSet::new();
        let again = self.columns.iter().filter(|name| !seen.insert(&name.text));
        let diagnose = |name: &Name| {
            Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text))
                .at(source, name.span(), "listed already")
                .help("leave it out here")
        };
        again.map(diagnose).collect()
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let found: Vec<_> = self.columns.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
        let Some(attributes) = found.into_iter().collect::<Option<Vec<_>>>() else { return };
        let equal = |attribute| {
            let cell = |tuple| CellOf { tuple, attribute };
            let right = Operand::Cell(cell(Tuple::B));
            let left = cell(Tuple::A);
            Predicate::Compare(Compare { left, comparison: Comparison::Equal, right, domain: Domain::Text })
        };
        lowering.forbid(self.to_string(), Scope::Pair, attributes.into_iter().map(equal).collect());
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Schema;

    use super::*;
    use crate::{bind, parse};

    #[test]
    fn a_key_is_one_constraint_of_equalities() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "unique x, y")));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x", "y"]).unwrap()).unwrap();
        let (_, constraint) = constraints.iter().next().unwrap();
        assert_eq!((constraint.scope, constraint.predicates.len()), (Scope::Pair, 2));
        assert_eq!(constraint.as_dependency(), None);
    }

    #[test]
    fn a_column_twice_is_an_error() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "unique x, y, x")));
        assert_eq!(parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["repeated-column"]);
    }
}
