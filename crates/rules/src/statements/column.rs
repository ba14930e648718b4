//! `column NAME TYPE CLAUSE …`: what is known of a column.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::cursor::Cursor;
use crate::declaration::{Declaration, declaration, declaration_from_json};
use crate::files::{NamedFile, WantedKind};
use crate::json::{Fields, Json, Object};
use crate::lowering::Lowering;
use crate::name::Name;
use crate::{Columns, Rule};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "column",
    usage: "column COLUMN integer 0..100",
    role: Role::Rule,
    documentation: Documentation {
        summary: "the type of a column, how it is written, and what it may hold",
        what: "`column NAME TYPE CLAUSE …`, where the type may be left out.\n\n\
               Types: `text`; `integer`; `number`; `one of \"a\", \"b\"`; `date \"%Y-%m-%d\"`, `time \"%H:%M\"` and \
               `datetime \"%Y-%m-%d %H:%M:%S\"` with their format, which may be left out where it is this one; \
               `duration in min` and `quantity in kg`, whose bare numbers are in that unit (`quantity in money accept cent` is of any currency). A text \
               that its type does not read breaks the rule. Dates, times, durations and quantities compare by value; a rule may write \
               their constants as `\"2020-01-31\"` whatever the format is.\n\n\
               Clauses, in any order:\n\n\
               - `accept h, \"h:mm\"`, `accept \"%d/%m/%Y\"`: other units, clock forms or formats in which values may be \
               written; they are converted. A date that two accepted formats read differently stays in doubt.\n\
               - `0..480`, `0..`, `\"2020-01-01\"..`: the range, with its ends.\n\
               - `/[0-9]{5}/`: the whole text matches the regular expression.\n\
               - `in \"states.csv\".code`: the value is in that column of a reference table, which is looked for beside \
               the rule file.\n\
               - `unit \"%\"`: what may stand behind a `number`.\n\
               - `case upper`, `case lower`, `case title`: how letters are written; those of a reference are taken likewise.\n\
               - `infer unit`, `infer unit by ward`: bare numbers may be in one of the accepted units, which is inferred \
               from the numbers (of each ward) and proposed with its probability.\n\
               - `format suffix, decimals`: conventions of writing that are looked for in the values, as all are in columns \
               that no statement names: a minority that is written otherwise is written as the rest is. \
               `lustrate discover` shows which a table follows.\n\
               - `null -1, 999, \"n/a\"`: spellings of a missing value.\n\
               - `required`: no value is missing.\n\
               - `never repair`: no cell is changed.\n\
               - `id` (identifies rows; never repaired, left out of statistics), `label` (the target of a model; `label \
               good \">50K\"` names the good values), `protected` (never changed by soft evidence), `weight`, `source`, \
               `entity`, `time`: what the column is for.\n\n\
               Blanks around a value do not count. A missing value breaks only `required`. The policy is that of all that \
               the statement says.",
        why: "Most dirt is in single cells: an hour among minutes, a date written the other way round, a code that there \
              is not. What a column may hold is known to whoever made it, and is never clear from the data alone.",
        example: Example {
            table: "wait,admitted,state,sex\n20,2020-01-31,NY,Male\n2 h,31/01/2020,ny,Female\n900,2020-02-30,NY,male\n\
                    15,2020-02-03,XX,Male\n,,,\n",
            rules: "column wait     duration in min  accept h, \"h:mm\"  0..480\n\
                    column admitted date  accept \"%d/%m/%Y\"\n\
                    column state    text  /[A-Za-z]{2}/  case upper  in \"states.csv\".code\n\
                    column sex      one of \"Male\", \"Female\"  protected",
            files: &[("states.csv", "code,name\nNY,New York\nTX,Texas\n")],
            breaking: &[3, 4],
            failing: &[],
        },
        when_it_is_wrong: "When the declaration is stricter than the truth: a range that leaves out rare true values, an \
                           enumeration that lacks one. Rows that are right are then reported; write `warn` behind a \
                           declaration that is only a guess.",
    },
    parse,
    read_json,
};

/// What is known of a column.
#[derive(Clone, Debug, PartialEq)]
struct Column {
    name: Name,
    declared: Declaration,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let name = cursor.column()?;
    Ok(Rule::new(Column { name, declared: declaration(cursor)? }))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.name("column");
    declaration_from_json(fields);
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}{}", self.name, self.declared)
    }
}

impl Statement for Column {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with("column", Json::text(&self.name.text)).and(self.declared.to_json())
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        self.declared.resolve(source).err().unwrap_or_default()
    }

    fn declare(&self, lowering: &mut Lowering<'_>, columns: &mut Columns) {
        self.declared.declare(&self.name, lowering, columns);
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        self.declared.lower(std::slice::from_ref(&self.name), lowering);
    }

    fn files(&self) -> Vec<NamedFile<'_>> {
        files(&self.declared)
    }
}

/// The reference table that a declaration names.
pub(super) fn files(declared: &Declaration) -> Vec<NamedFile<'_>> {
    declared.member.iter().map(|member| NamedFile { file: &member.file, kind: WantedKind::Reference }).collect()
}
