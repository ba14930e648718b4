//! `lustrate man`: the manual pages.

use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use clap_mangen::Man;
use lustrate::write_file_safely;

use super::{Run, Status};
use crate::app::program;
use crate::args::overwrite;
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::check_outputs;

/// Print the manual page, or write those of all commands to a folder
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Manual {
    /// Where the pages go, one for the program and one for each command
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Overwrite pages that are there
    #[arg(long)]
    force: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate man | man -l -
      Read the page of the program.
  lustrate man ~/.local/share/man/man1
      Write all pages where `man lustrate-repair` finds them.

What is written:
  FOLDER/lustrate.1, FOLDER/lustrate-repair.1 and so on, which replace nothing without --force.

Exit codes:
  0  done
  2  failure: one message says what is wrong and what to do";

impl Run for Manual {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let mut program = program();
        // Names the pages of the commands as `lustrate-repair`.
        program.build();
        let Some(folder) = &self.folder else {
            console.print(&page(program)?)?;
            return Ok(Status::Done);
        };
        let commands = program.get_subcommands().cloned().collect::<Vec<_>>();
        let mut pages = Vec::new();
        for command in commands.into_iter().chain([program]) {
            let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
            pages.push((folder.join(format!("{name}.1")), page(command)?));
        }
        let paths: Vec<_> = pages.iter().map(|(path, _)| path.as_path()).collect();
        check_outputs(&paths, &[], overwrite(self.force))?;
        for (path, page) in &pages {
            write_file_safely(path, overwrite(self.force), |out| Ok(out.write_all(page.as_bytes())?))?;
        }
        console.print(&format!("Written  {} pages in {}\n", pages.len(), folder.display()))?;
        Ok(Status::Done)
    }
}

fn page(command: clap::Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(String::from_utf8(page).expect("names and help are UTF-8"))
}
