//! What is declared of columns, bound to a schema.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, Schema, parse_number};
use lustrate_values::{ColumnType, LetterCase, Rewrite};

use crate::{Predicate, RuleOrigin};

/// What is declared of the columns of a table. A column of which nothing is said has the defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    pub(crate) items: Vec<ColumnRule>,
}

/// What is declared of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnRule {
    /// Where it was declared; `None` where no statement names the column.
    pub origin: Option<RuleOrigin>,
    /// The type, where one was declared. Without one the column is compared as its values look.
    pub column_type: Option<ColumnType>,
    /// Texts that stand for a missing value, those for all columns included.
    pub nulls: BTreeSet<String>,
    /// How its letters are written.
    pub letter_case: Option<LetterCase>,
    /// Whether bare numbers may be in another unit than the declared one, and per group of which columns.
    pub infer_unit: Option<InferUnit>,
    /// The conventions of writing that are looked for in it (`format suffix`). Where a statement names the column, no
    /// others are; where none does, all.
    pub formats: BTreeSet<&'static str>,
    /// What the column is for.
    pub roles: BTreeSet<ColumnRole>,
    /// The values of a label that are good (`label good ">50K"`).
    pub good: BTreeSet<String>,
    /// Whether its cells are never changed (`never repair`), whatever speaks for it.
    pub never_repair: bool,
    /// How its values are written otherwise before all else, in the order in which that is done. A `rewrite` statement
    /// declares nothing of the column: its `origin` is that of another statement.
    pub rewrites: Vec<BoundRewrite>,
}

/// A `rewrite` statement, bound to its column.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundRewrite {
    /// The rule's name, or a short text made from it (`rewrite zip`).
    pub name: String,
    /// Where it was written.
    pub origin: RuleOrigin,
    /// Its arms, in order; [`lustrate_values::rewrite`] says what they make of a value.
    pub rewrites: Vec<Rewrite>,
    /// What must hold of a row, said of [`Tuple::A`](crate::Tuple::A), so that its value is rewritten.
    pub filter: Vec<Predicate>,
    /// Why it is done.
    pub because: Option<String>,
}

/// `infer unit [by COLUMN]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferUnit {
    /// The columns whose values make the groups; none for one group.
    pub by: Vec<AttributeId>,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnRole {
    /// It identifies rows: never repaired, and left out of statistics.
    Id,
    /// The target of a model: never a feature of a repair.
    Label,
    /// Never changed by soft evidence.
    Protected,
    /// How much a row counts.
    Weight,
    /// Who reports the row.
    Source,
    /// What the row is about.
    Entity,
    /// When the row was true.
    Time,
}

impl Columns {
    /// The columns of a schema, of which nothing is declared yet.
    pub(crate) fn for_schema(schema: &Schema) -> Self {
        Columns { items: vec![ColumnRule::default(); schema.len()] }
    }

    /// What is declared of a column; the defaults where nothing is.
    pub fn get(&self, attribute: AttributeId) -> &ColumnRule {
        static UNDECLARED: ColumnRule = ColumnRule {
            origin: None,
            column_type: None,
            nulls: BTreeSet::new(),
            letter_case: None,
            infer_unit: None,
            formats: BTreeSet::new(),
            roles: BTreeSet::new(),
            good: BTreeSet::new(),
            never_repair: false,
            rewrites: Vec::new(),
        };
        self.items.get(attribute.index()).unwrap_or(&UNDECLARED)
    }

    /// The columns of which something is declared, with it.
    pub fn declared(&self) -> impl Iterator<Item = (AttributeId, &ColumnRule)> {
        let ids = (0..).map(AttributeId);
        ids.zip(&self.items).filter(|(_, rule)| **rule != ColumnRule::default())
    }

    /// The columns of a role.
    pub fn of_role(&self, role: ColumnRole) -> impl Iterator<Item = AttributeId> {
        self.declared().filter(move |(_, rule)| rule.roles.contains(&role)).map(|(attribute, _)| attribute)
    }

    /// What a text of a column is compared by under [`Domain::Number`](crate::Domain::Number): as its type reads it, or as
    /// a plain decimal number where no type with an order is declared. Dates and times are read in ISO 8601 too, as rules
    /// write constants.
    pub fn number(&self, attribute: AttributeId, text: &str) -> Option<f64> {
        match &self.get(attribute).column_type {
            Some(declared) if declared.is_ordered() => declared.constant(text.trim()),
            _ => parse_number(text),
        }
    }
}
