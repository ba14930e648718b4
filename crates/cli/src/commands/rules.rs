//! `lustrate rules`: the reference of the rule language.

use clap::Parser;
use lustrate::{Diagnostic, lints, nearest, reference, statement_kinds};

use super::{Run, Status};
use crate::console::Console;
use crate::failure::Failure;

/// Show the reference of the rule language
///
/// Without a word it shows all of it. With the keyword of a statement, or the code of a message of `lustrate check`, it
/// shows that page.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Reference {
    /// The keyword of a statement (`fd`), or the code of a warning (`no-support`)
    #[arg(value_name = "WORD")]
    word: Option<String>,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate rules
      Show the whole reference, in Markdown.
  lustrate rules fd
      Show the page of functional dependencies.
  lustrate rules no-support
      Explain a warning of `lustrate check`.

What is written:
  No file. The reference goes to standard output.

Exit codes:
  0  done
  2  failure: no page is called so";

impl Run for Reference {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let text = match &self.word {
            None => whole(),
            Some(word) => page(word).ok_or_else(|| unknown(word))?,
        };
        console.print(&text)?;
        Ok(Status::Done)
    }
}

fn whole() -> String {
    let lints: String = lints().map(|lint| format!("- `{}`: {}\n", lint.code, lint.documentation.summary)).collect();
    format!("{}\n## What `lustrate check` warns of\n\n{lints}", reference())
}

fn page(word: &str) -> Option<String> {
    let statement = statement_kinds().find(|kind| kind.keyword == word).map(|kind| kind.reference());
    statement.or_else(|| lints().find(|lint| lint.code == word).map(|lint| lint.page()))
}

fn unknown(word: &str) -> Diagnostic {
    let names: Vec<&str> = statement_kinds().map(|kind| kind.keyword).chain(lints().map(|lint| lint.code)).collect();
    let keywords: Vec<&str> = statement_kinds().map(|kind| kind.keyword).collect();
    let listing = format!("the statements are {}", keywords.join(", "));
    let help = match nearest(word, names) {
        Some(near) => format!("write `lustrate rules {near}`; {listing}"),
        None => listing,
    };
    Diagnostic::error("unknown-page", format!("the reference has no page `{word}`")).help(help)
}
