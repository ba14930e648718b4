//! What the reference says of the canonical form and of JSON.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;

use super::statement_to_json;
use crate::document::Document;
use crate::statements::{StatementKind, statement_kinds};
use crate::to_json;

const BEGIN: &str = "\
## The canonical form, and JSON

`lustrate rules fmt FILE` prints a rule file in its one canonical form: a statement a line, clauses and policies in their
order, names in quotes only where they need them. Comments and blank lines stay. Files in other forms become text in this
language; their columns keep the names that they have there, which must then be those of the header.

`lustrate rules json FILE` prints it as JSON, in which a program can read and write every part of a statement. Nothing is
lost: `fmt` makes the same text of it again. A file in JSON is a rule file like any other, told by the brace at its
beginning, and every check of a text is made of it too.
";

const FIELDS: &str = "\
- A statement has its `kind`, the fields of its kind, and where they are said its `name` and its `policy`. `before` holds
  the comments on the lines before it, with `null` for a blank line, `comment` the one behind it. Comments behind the
  last statement are in `end` beside `statements`.
- A `policy` has `strength` (`\"hard\"`, `\"soft\"` with its `weight`, `\"warn\"`, `\"fail\"` with the share `above` which
  it fails), `repair` (`\"never\"`, or the columns that may be changed), `where` and `because`.
- A cell is `{\"column\": \"zip\"}`, in a rule on two rows `{\"row\": \"a\", \"column\": \"zip\"}`. Texts and numbers are those of
  JSON; a number that a program would write otherwise is `{\"number\": \"007\"}`. A share is `{\"percent\": 5}`. Arithmetic is
  `{\"left\": …, \"sign\": \"+\", \"right\": …}` or `{\"negative\": …}`.
- Conditions are in lists, and all of a list hold. Each has a `test`: `compare` with `left`, `sign`, `right`, and where
  it is said the `manner` (`\"by text\"`) or what `~=` is `within`; `alike` with `left`, `right` and `measure`; and, of a
  `cell`, `null`, `in` with `values`, `between` with `low` and `high`, and `matches` with a `pattern`. All but `compare`
  may have `\"not\": true`.
- Where missing values count (`counting null`), a comparison has this for its `manner`, and an `fd` or a `use` has
  `\"counting_null\": true`.
- A `measure` of likeness is `{\"lev\": 0.85}`, `{\"jw\": 0.9}`, `{\"token\": 0.7}`, `{\"within\": {\"percent\": 5}}` or
  `{\"days\": 2}`.

A statement of each kind, from the examples below:
";

/// The example of the page.
const EXAMPLE: &str = "# by law\nzip: fd zip -> city when country != \"UK\" hard  # since 1963\n";

/// The section, with its examples.
pub(crate) fn documentation() -> String {
    let kinds: Vec<_> = statement_kinds().map(of_kind).collect();
    let json = to_json(&source(EXAMPLE)).expect("the example has no mistake");
    format!(
        "{BEGIN}\n```rules\n{EXAMPLE}```\n\n```json\n{json}```\n\n{FIELDS}\n```json\n[\n{}\n]\n```\n",
        kinds.join(",\n")
    )
}

/// The first statement of a kind in the example of its page.
fn of_kind(kind: &StatementKind) -> String {
    let document = Document::read(&source(kind.documentation.example.rules)).expect("no example has a mistake");
    let mut statements = document.statements.iter();
    let statement = statements.find(|noted| noted.rule.keyword() == kind.keyword).expect("an example shows its kind");
    format!("  {}", statement_to_json(statement).line())
}

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("reference.md", text))
}
