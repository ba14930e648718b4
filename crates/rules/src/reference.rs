//! The reference of the language, made of the documentation of its statements.

use std::fmt::Write as _;

use crate::json::documentation;
use crate::statements::{Role, StatementKind, statement_kinds};

/// What holds for all statements.
const SHAPE: &str = "\
# The rule language

A rule file says what is known about a table: which values belong together, and what must never be.
This page is made from the program; `lustrate rules` shows it.

## Shape

One statement a line, but for checks, which may stand on one line with `;` between them. An open bracket, or a comma, an operator or `and` at the end of a line, continues it; `#` starts
a comment. Files are in UTF-8.

A rule is a statement with an optional name before it and an optional policy behind it:

```rules
zip:     fd zip -> city, state                                hard
         unique provider_number, measure_code                 soft
husband: deny sex = \"Female\" and relationship = \"Husband\"     soft 2.5 because \"as the census defines it\"
```

- **Columns** are written as in the header of the table. Those that are not made of letters from a to z, digits and
  `_`, that start with a digit, or that are a word of the language, are in double quotes: `\"Date of Birth\"`.
- **Texts** are in double quotes; `\\\"`, `\\\\`, `\\n`, `\\r` and `\\t` stand for a quote, a backslash, a line end, a carriage
  return and a tab. **Numbers** are written without quotes.
- **Missing values.** A comparison with a missing value is unknown, and what is unknown breaks no rule. `counting null`
  behind `=` or `!=` of two columns, and behind the columns of `fd`, makes missing a text like any other there.
- **Conditions** stand behind `deny`, `if`, `then`, `require`, `when` and `where`, with `and` between them.
  `x < y`, `x = \"text\"`, `x != 3` compare a column with a column, a text or a number; either side may be arithmetic with
  `+`, `-`, `*`, `/` and brackets, in which a text in quotes is a column. `total ~= net + vat within 0.01` (or `within 5%`)
  is equality but for that much, and without `within` but for rounding. `x is null`, `x is not null`;
  `x in (\"a\", \"b\")`, `x in 1..5`, both ends included; `x matches /[0-9]{5}/`, the whole text; the last three with
  `not` before the word too. `a.name ~ b.name` are alike and `!~` unlike: by `~lev(0.85)`, the normalised
  Damerau-Levenshtein likeness, or `~jw(0.9)` (Jaro-Winkler), `~token(0.7)` (the share of common words), `~within(5%)`
  (of the greater number), `~days(2)`.
- **What is compared as what.** Columns that are declared as numbers, dates, times, durations or quantities compare by
  value, and a constant must be one that the type reads. Other columns compare as text, exactly; numbers in order, and
  with constants that are numbers.
- **Policies**, each once, in any order. `hard`: the output satisfies the rule. `soft`: the rule is evidence; its weight
  is learned, or is the number behind the word. A rule without a policy is soft. `warn`: what breaks the rule is
  reported, and nothing is changed for its sake; `fail`: the same, and the run fails; `fail if > 2%`: only if more than
  this share of the rows breaks it. `repair city, state only` and `never repair`: which cells the rule may change. `where CONDITION`: the
  rule speaks only of rows (in a rule on two rows: of pairs of rows, both of) which satisfy it. `because \"text\"` is
  shown in explanations.

Files in two other forms are read unchanged; the content tells the form.

- **Denial constraints of HoloClean**, one a line: `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`, with `EQ`, `IQ`, `LT`,
  `GT`, `LTE` and `GTE`, one tuple or two, and constants in quotes. Names and constants may hold any sign. Pairs are of
  two different rows, in both orders. Constants compare without case; the order of columns of numbers is that of
  numbers, and of others that of text, with a note. Missing values are equal to nothing; `use \"FILE\" as holoclean
  counting null` gives them the meaning that they have in HoloClean, and `_nan_`, which stands for them there, is read as
  `is null`. A constraint that is a dependency is shown as one.
- **Dependencies**, one a line: `A, B -> C`, `A, B ⇒ C` or `A, B | C`.

In both, a column may differ from the header in case and punctuation, and a line that begins with `#` is a comment.
Rules with mistakes stop a run; `--keep-going` leaves them out, with a warning for each, and uses the others.

Editors colour rule files by `crates/rules/lustrate.tmLanguage.json`, a TextMate grammar (`source.lustrate`, files
`*.rules`) that is made from the program too: VS Code by an extension whose `package.json` names it under
`contributes.grammars`. `crates/rules/lustrate.sublime-syntax` is the same for Sublime Text (put it into
`Packages/User`) and `bat` (put it into `syntaxes` of the folder that `bat --config-dir` shows, and run
`bat cache --build`).
";

/// The whole reference, in Markdown; it is kept in `reference.md`.
pub fn reference() -> String {
    let mut page = format!("{SHAPE}\n{}", documentation());
    let headings = [
        (Role::Rule, "Rules"),
        (Role::Rewriting, "Rewrites"),
        (Role::Check, "Checks"),
        (Role::Inclusion, "Rules of other files"),
        (Role::Setting, "Settings"),
    ];
    for (role, heading) in headings {
        let _ = write!(page, "\n## {heading}\n");
        for kind in statement_kinds().filter(|kind| kind.role == role) {
            page.push('\n');
            page.push_str(&kind.reference());
        }
    }
    page
}

impl StatementKind {
    /// The page of one statement, in Markdown.
    pub fn reference(&self) -> String {
        let documentation = &self.documentation;
        let example = &documentation.example;
        let rows: Vec<_> = example.breaking.iter().map(u32::to_string).collect();
        let checks: Vec<_> = example.failing.iter().map(|name| format!("`{name}`")).collect();
        let breaking = match (&rows[..], &checks[..]) {
            ([], [only]) => format!("The check {only} does not hold."),
            ([], [_, ..]) => format!("The checks {} do not hold.", enumerated(&checks)),
            ([], []) => "No row breaks the rules.".to_owned(),
            ([only], _) => format!("Row {only} breaks the rules."),
            ([_, ..], _) => format!("Rows {} break the rules.", enumerated(&rows)),
        };
        let files: String = example
            .files
            .iter()
            .map(|(name, content)| format!("`{name}`:\n\n```text\n{}\n```\n\n", content.trim_end()))
            .collect();
        format!(
            "### `{}`: {}\n\n{}\n\n**Why.** {}\n\n**Example.** {breaking}\n\n```csv\n{}\n```\n\n```rules\n{}\n```\n\n\
             {files}**When it is wrong.** {}\n",
            self.keyword,
            documentation.summary,
            documentation.what,
            documentation.why,
            example.table.trim_end(),
            example.rules.trim_end(),
            documentation.when_it_is_wrong,
        )
    }
}

/// `1, 2 and 3`
fn enumerated(items: &[String]) -> String {
    match items {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        items => items.concat(),
    }
}
