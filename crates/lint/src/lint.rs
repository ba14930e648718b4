//! A lint, and the verb that runs all of them.

use lustrate_detect::detect;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_rules::{Constraints, Rules, bind_without_table};
use lustrate_table::Table;

use crate::lints;
use crate::subject::{Data, Subject};

/// A doubt that rules may raise.
#[derive(Debug)]
pub struct Lint {
    /// The code of its messages: the name of its file, with hyphens.
    pub code: &'static str,
    /// What it looks at.
    pub needs: Needs,
    /// Its page.
    pub documentation: Documentation,
    pub(crate) find: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// What a lint looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The rules alone.
    Rules,
    /// The rules and their table.
    Table,
}

/// The documentation of a lint. Every field is shown, in this order.
#[derive(Debug)]
pub struct Documentation {
    /// What it finds, in one line.
    pub summary: &'static str,
    /// When it speaks, exactly.
    pub what: &'static str,
    /// Why that is doubtful.
    pub why: &'static str,
    /// A small file about which it speaks; a test runs it.
    pub example: Example,
}

/// Rules, and the table that they are for.
#[derive(Debug)]
pub struct Example {
    /// The table, as CSV without quotes; empty where the lint needs none.
    pub table: &'static str,
    /// The rule file.
    pub rules: &'static str,
}

impl Lint {
    /// The page of the lint, in Markdown.
    pub fn page(&self) -> String {
        let Documentation { summary, what, why, example } = &self.documentation;
        let table = match example.table {
            "" => String::new(),
            table => format!("```csv\n{}\n```\n\n", table.trim_end()),
        };
        format!(
            "### `{}`: {summary}\n\n{what}\n\n**Why.** {why}\n\n**Example.**\n\n{table}```rules\n{}\n```\n",
            self.code,
            example.rules.trim_end()
        )
    }
}

/// The warnings and notes about rules, sorted by place. With a table and the rules as bound to it, lints that look at
/// the table speak too. Without one the rules are bound to the columns that they name, and what binding says of them
/// whatever the table is, mistakes included, is among the messages.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
///
/// let text = "fd zip -> city\nfd city -> state\nfd zip -> state";
/// let rules = lustrate_rules::parse(&Arc::new(SourceText::new("places.rules", text))).rules;
/// let codes: Vec<_> = lustrate_lint::lint(&rules, None).iter().map(|message| message.code).collect();
/// assert_eq!(codes, ["implied-dependency"]);
/// ```
pub fn lint(rules: &Rules, data: Option<(&Table, &Constraints)>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    match data {
        Some((table, constraints)) => {
            let detection = detect(table, constraints);
            let subject = Subject::new(rules, table.schema(), constraints, Some(Data { table, detection: &detection }));
            run(&subject, &mut diagnostics);
        }
        None => {
            let (schema, constraints, messages) = bind_without_table(rules);
            diagnostics.extend(messages);
            run(&Subject::new(rules, &schema, &constraints, None), &mut diagnostics);
        }
    }
    diagnostics.sort();
    diagnostics
}

fn run(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for lint in lints() {
        (lint.find)(subject).into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
    }
}
