//! `lustrate rules fmt`: rule files in the one canonical form.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use lustrate::{Diagnostic, Diagnostics, Overwrite, RuleForm, SourceText, format_rules, with_word, write_file_safely};

use super::{STANDARD_INPUT, text_of};
use crate::commands::Status;
use crate::console::Console;
use crate::failure::Failure;

/// Show rule files in the one canonical form
///
/// A statement a line, clauses and policies in their order, quotes only where they are needed; comments and blank lines
/// stay. Files in JSON, of HoloClean's constraints and lists of dependencies become text in the rule language. Their
/// columns keep the names that they have there, which must then be those of the table's header.
#[derive(Args)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(super) struct Fmt {
    /// The rule files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Rewrite the files that are not in the canonical form, and name them
    #[arg(long)]
    write: bool,
    /// Only name the files that are not in the canonical form
    #[arg(long, conflicts_with = "write")]
    check: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate rules fmt orders.rules
      Show it in the canonical form.
  lustrate rules fmt --write orders.rules cities.rules
      Rewrite both.
  lustrate rules fmt --check orders.rules
      Stop a pipeline where it is not in the canonical form.
  lustrate rules fmt constraints.txt > constraints.rules
      Make a rule file of HoloClean's constraints.

What is written:
  No file without `--write`. With it, files that are not in the canonical form, each as a whole or not at all; none if
  one of them has a mistake.

Exit codes:
  0  done
  1  `--check` found files that are not in the canonical form
  2  failure: a file cannot be read or written, or has a mistake";

/// A rule file and its canonical form.
struct Formatted<'a> {
    path: &'a Path,
    source: Arc<SourceText>,
    canonical: String,
}

impl Fmt {
    pub(super) fn run(&self, console: &Console) -> Result<Status, Failure> {
        let files = self.read()?;
        if !self.write && !self.check {
            console.print(&files.iter().map(|file| file.canonical.as_str()).collect::<String>())?;
            return Ok(Status::Done);
        }
        let other: Vec<_> = files.iter().filter(|file| file.source.text != file.canonical).collect();
        if self.write {
            for file in &other {
                write_file_safely(file.path, Overwrite::Yes, |out| Ok(out.write_all(file.canonical.as_bytes())?))?;
            }
        }
        console.print(&other.iter().map(|file| format!("{}\n", file.source.name)).collect::<String>())?;
        Ok(if self.check && !other.is_empty() { Status::Findings } else { Status::Done })
    }

    /// Reads all files.
    ///
    /// # Errors
    /// All mistakes in all of them, and files that must not be rewritten.
    fn read(&self) -> Result<Vec<Formatted<'_>>, Failure> {
        let mut files = Vec::with_capacity(self.files.len());
        let mut mistakes = Diagnostics::new();
        for path in &self.files {
            match self.read_one(path) {
                Ok(file) => files.push(file),
                Err(Failure::Told(found)) => mistakes.extend(found),
                Err(failure) => return Err(failure),
            }
        }
        if mistakes.is_empty() { Ok(files) } else { Err(Failure::Told(mistakes)) }
    }

    fn read_one<'a>(&self, path: &'a Path) -> Result<Formatted<'a>, Failure> {
        if self.write && path == Path::new(STANDARD_INPUT) {
            let diagnostic = Diagnostic::error("standard-input", "standard input cannot be rewritten");
            return Err(diagnostic.help("leave `--write` out: the canonical form goes to standard output").into());
        }
        let source = text_of(path)?;
        let form = match RuleForm::of(&source) {
            RuleForm::Lustrate => None,
            RuleForm::HoloClean => Some("constraints in the form of HoloClean"),
            RuleForm::Dependencies => Some("a list of dependencies"),
            RuleForm::Json => Some("JSON"),
        };
        if let (true, Some(form)) = (self.write, form) {
            let shown = path.display();
            let title = format!("`{shown}` is {form}, which other programs may read, and is not rewritten");
            let renamed = path.with_extension("rules");
            let output = if renamed == *path { with_word(path, "text") } else { renamed };
            let help = format!("write `lustrate rules fmt {shown} > {}`", output.display());
            return Err(Diagnostic::error("foreign-form", title).help(help).into());
        }
        let canonical = format_rules(&source).map_err(Failure::Told)?;
        Ok(Formatted { path, source, canonical })
    }
}
