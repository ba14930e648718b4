//! The rule language: text to rules, rules and a schema to constraints.
//!
//! [`parse`] reads our language, its form in JSON, and two forms of others (see [`Form`]), into [`Rules`]; [`bind`]
//! finds their columns in a schema and lowers them to [`Constraints`], the only form that detectors and factors see. Both
//! report all mistakes at once, each with its place and its mend. The language itself is in `reference.md`, which is
//! [`reference()`].
//!
//! A new statement is one file in `src/statements/` and its lines in `src/statements.rs`.

mod aggregate;
mod bind;
mod columns;
mod condition;
mod constraint;
mod cursor;
mod declaration;
mod document;
mod evaluate;
mod fd_list;
mod files;
mod filter;
mod form;
mod format;
mod grammar;
mod holoclean;
mod json;
mod keywords;
mod lexer;
mod lines;
mod lowering;
mod mends;
mod name;
mod parse;
mod pattern;
mod policy;
mod programmed;
mod reference;
mod relations;
mod rules;
mod share;
mod split;
mod statements;
mod texts;
mod usable;
mod without_table;

pub use bind::{bind, bind_what_fits};
pub use columns::{BoundRewrite, ColumnRole, ColumnRule, Columns, InferUnit};
pub use constraint::{
    Arithmetic, CellOf, CellTest, Changes, Compare, Comparison, Constraint, ConstraintId, Constraints, Dependency,
    Domain, Formula, Operand, Polarity, Predicate, Presence, ReferenceId, RuleOrigin, Scope, Strength, Tolerance,
    Tuple,
};
pub use declaration::FORMATS;
pub use files::{Wanted, WantedKind};
pub use filter::{Filter, filter};
pub use form::Form;
pub use format::format;
pub use grammar::{grammar, sublime_syntax};
pub use json::to_json;
pub use name::{column_name, quoted};
pub use parse::{Parsed, parse, parse_as};
pub use pattern::Pattern;
pub use policy::share_above;
pub use reference::reference;
pub use relations::{
    Bound, Check, Duplicates, End, Fusion, Keep, Likely, Lookup, LookupKey, LookupSet, Measure, Reference,
};
pub use rules::{Rule, Rules, Written, compose};
pub use statements::{Documentation, Example, Fd, Role, StatementKind, Unique, statement_kinds};
pub use without_table::bind_without_table;
