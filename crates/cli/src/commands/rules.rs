//! `lustrate rules`: the reference of the rule language, and rule files in its canonical form and in JSON.

mod fmt;
mod json;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use lustrate::{
    Diagnostic, SourceText, is_table_name, lints, nearest, read_rule_text, reference, rule_text, statement_kinds,
};

use super::{Run, Status};
use crate::console::Console;
use crate::failure::Failure;

/// Show the reference of the rule language, or rule files in its canonical form or in JSON
///
/// Without a word it shows the whole reference. With the keyword of a statement, or the code of a warning that
/// the reference lists at its end, it shows that page; all other messages say themselves what to write. With `fmt` or `json` it converts rule files.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Reference {
    #[command(subcommand)]
    conversion: Option<Conversion>,
    /// The keyword of a statement (`fd`), or the code of a warning (`no-support`)
    #[arg(value_name = "WORD")]
    word: Option<String>,
}

#[derive(Subcommand)]
enum Conversion {
    Fmt(fmt::Fmt),
    Json(json::Json),
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate rules
      Show the whole reference, in Markdown.
  lustrate rules fd
      Show the page of functional dependencies.
  lustrate rules no-support
      Explain a warning of `lustrate check`.
  lustrate rules fmt orders.rules
      Show a rule file in its canonical form.
  lustrate rules json orders.rules
      Show a rule file as JSON.

What is written:
  No file, unless `fmt` is told so. The reference goes to standard output.

Exit codes:
  0  done
  1  `fmt --check` found files that are not in the canonical form
  2  failure: no page is called so, or a rule file has a mistake";

impl Run for Reference {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let text = match (&self.conversion, &self.word) {
            (Some(Conversion::Fmt(fmt)), _) => return fmt.run(console),
            (Some(Conversion::Json(json)), _) => return json.run(console),
            (None, None) => whole(),
            (None, Some(word)) => page(word).ok_or_else(|| unknown(word))?,
        };
        console.print(&text)?;
        Ok(Status::Done)
    }
}

/// The text of a rule file; `-` is standard input.
fn text_of(file: &Path) -> Result<Arc<SourceText>, Failure> {
    if is_table_name(file) {
        let title = format!("`{}` is a table, and rules are expected here", file.display());
        return Err(Diagnostic::error("table-for-rules", title).help("name a file of rules").into());
    }
    if file != Path::new(STANDARD_INPUT) {
        return Ok(read_rule_text(file)?);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
        let title = format!("cannot read standard input: {error}");
        Diagnostic::error("standard-input", title).help("name a file instead of `-`")
    })?;
    Ok(rule_text("standard input", bytes)?)
}

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

fn whole() -> String {
    let lints: String = lints().map(|lint| format!("- `{}`: {}\n", lint.code, lint.documentation.summary)).collect();
    format!("{}\n## What `lustrate check` warns of\n\n{lints}", reference())
}

fn page(word: &str) -> Option<String> {
    let statement = statement_kinds().find(|kind| kind.keyword == word).map(|kind| kind.reference());
    statement.or_else(|| lints().find(|lint| lint.code == word).map(|lint| lint.page()))
}

fn unknown(word: &str) -> Diagnostic {
    let names: Vec<&str> = statement_kinds()
        .map(|kind| kind.keyword)
        .chain(lints().map(|lint| lint.code))
        .chain(["fmt", "json"])
        .collect();
    let keywords: Vec<&str> = statement_kinds().map(|kind| kind.keyword).collect();
    let codes: Vec<&str> = lints().map(|lint| lint.code).collect();
    let listing = format!("the statements are {}; the warnings are {}", keywords.join(", "), codes.join(", "));
    let help = match nearest(word, names) {
        Some(near) => format!("write `lustrate rules {near}`; {listing}"),
        None => listing,
    };
    Diagnostic::error("unknown-page", format!("the reference has no page `{word}`")).help(help)
}
