//! The kinds of statement: one file each, and one line each in [`KINDS`].
//!
//! A new kind is a file with its documentation, its type, how it is parsed, printed, made JSON and
//! lowered, and its tests.

mod check;
mod column;
mod columns;
mod deny;
mod duplicate;
mod fd;
mod r#if;
mod lookup;
mod null;
mod require;
mod rewrite;
mod source;
mod table;
mod unique;
mod r#use;
mod version;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use crate::Columns;
use crate::cursor::Cursor;
use crate::files::NamedFile;
use crate::json::{Fields, Object};
use crate::lowering::Lowering;
use crate::rules::Rule;

pub(crate) use deny::Deny;
pub use fd::Fd;
pub(crate) use fd::Nulls;
pub use unique::Unique;
pub(crate) use r#use::FORMS;

/// All kinds, by keyword.
static KINDS: &[&StatementKind] = &[
    &check::KIND,
    &column::KIND,
    &columns::KIND,
    &deny::KIND,
    &duplicate::KIND,
    &fd::KIND,
    &r#if::KIND,
    &lookup::KIND,
    &null::KIND,
    &require::KIND,
    &rewrite::KIND,
    &source::KIND,
    &table::KIND,
    &unique::KIND,
    &r#use::KIND,
    &version::KIND,
];

/// All kinds of statement, by keyword.
pub fn statement_kinds() -> impl ExactSizeIterator<Item = &'static StatementKind> {
    KINDS.iter().copied()
}

/// The kind of a keyword.
pub(crate) fn find(keyword: &str) -> Option<&'static StatementKind> {
    KINDS.iter().copied().find(|kind| kind.keyword == keyword)
}

/// A kind of statement.
#[derive(Debug)]
pub struct StatementKind {
    /// The word that begins its statements.
    pub keyword: &'static str,
    /// The shape of its statements, for messages about those that have another.
    pub usage: &'static str,
    /// What its statements are.
    pub role: Role,
    /// Its page of the reference.
    pub documentation: Documentation,
    /// Reads what follows the keyword, up to the policy.
    pub(crate) parse: fn(&mut Cursor<'_>) -> Result<Rule, Diagnostic>,
    /// Reads the fields of a statement that is JSON into the tokens that follow the keyword.
    pub(crate) read_json: fn(&mut Fields<'_>),
}

/// What statements of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// They say something about the rules or the table as a whole: once a file, without name and policy.
    Setting,
    /// They stand for the rules of another file: without name and policy.
    Inclusion,
    /// They say what must hold of the table as a whole, and change nothing; several may stand on one line.
    Check,
    /// They say what must hold in the data.
    Rule,
    /// They say how values are written otherwise: with a name, and of the policies `where` and `because`.
    Rewriting,
}

/// The documentation of a kind of statement. Every field is shown, in this order.
#[derive(Debug)]
pub struct Documentation {
    /// What it is for, in one line.
    pub summary: &'static str,
    /// What it says, exactly.
    pub what: &'static str,
    /// When to write one.
    pub why: &'static str,
    /// A small file that uses it; a test runs it.
    pub example: Example,
    /// When it misleads.
    pub when_it_is_wrong: &'static str,
}

/// A rule file, a table, the files that the rules name, and what of the table breaks the rules.
#[derive(Debug)]
pub struct Example {
    /// The table, as CSV without quotes.
    pub table: &'static str,
    /// The rule file.
    pub rules: &'static str,
    /// The files that the rules name, by name, with what they hold.
    pub files: &'static [(&'static str, &'static str)],
    /// The data rows, from 1, that take part in a violation.
    pub breaking: &'static [u32],
    /// The checks that do not hold, by name.
    pub failing: &'static [&'static str],
}

/// What every statement can do. Only files of this folder implement it.
pub(crate) trait Statement: Any + fmt::Debug + fmt::Display + Send + Sync {
    /// Its kind.
    fn kind(&self) -> &'static StatementKind;

    /// Whether the other says the same; [`same`] is the implementation.
    fn equals(&self, other: &dyn Statement) -> bool;

    /// What is wrong with it, whatever the table is.
    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic>;

    /// Its fields in JSON, which [`StatementKind::read_json`] reads.
    fn to_json(&self) -> Object;

    /// Puts what it declares of columns into `columns`, before any statement is lowered, or reports what does not fit the
    /// table.
    fn declare(&self, _lowering: &mut Lowering<'_>, _columns: &mut Columns) {}

    /// Puts its constraints into the lowering, or reports what does not fit the table.
    fn lower(&self, lowering: &mut Lowering<'_>);

    /// The same with missing values that count as values (`counting null`), if that makes a difference to it.
    fn counting_null(&self) -> Option<Rule> {
        None
    }

    /// What missing values are to the rules of the rule file that it names.
    fn nulls(&self) -> Nulls {
        Nulls::LeftOut
    }

    /// The table that it says the rules are about.
    fn table(&self) -> Option<&str> {
        None
    }

    /// The files that it names: reference tables and rule files.
    fn files(&self) -> Vec<NamedFile<'_>> {
        Vec::new()
    }
}

/// Whether a statement is the same as another of any kind.
fn same<S: Statement + PartialEq>(one: &S, other: &dyn Statement) -> bool {
    (other as &dyn Any).downcast_ref::<S>() == Some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder_in_alphabetical_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/statements");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let mut files: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        files.sort();
        assert_eq!(files, statement_kinds().map(|kind| kind.keyword).collect::<Vec<_>>());
    }

    #[test]
    fn no_field_of_a_documentation_is_empty() {
        for kind in statement_kinds() {
            let Documentation { summary, what, why, example, when_it_is_wrong } = &kind.documentation;
            assert!(![summary, what, why, &example.rules, when_it_is_wrong].iter().any(|text| text.is_empty()));
            assert!(kind.usage.starts_with(kind.keyword));
            assert!(!summary.contains('\n') && !summary.ends_with('.'), "{}", kind.keyword);
        }
    }
}
