//! The program: arguments to a command, its result to an exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::commands::{COMMANDS, Status};
use crate::console::Console;
use crate::failure::Failure;
use crate::interrupt;

const ABOUT: &str = "Find and repair the wrong cells of a table.";

const LONG_ABOUT: &str = "Find and repair the wrong cells of a table.

`lustrate repair` reads a table (CSV, compressed or not, Parquet, a sheet of a workbook, several files or standard \
input), finds the cells that are probably wrong, and writes a repaired copy \
beside it, with a file that says for each doubtful cell what, why and how sure. Cells that it does not change come \
out byte for byte, and the input is never written to.";

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate repair orders.csv -r orders.rules
      Write orders.clean.csv and orders.repairs.csv, and say what was done.
  lustrate repair 'orders-*.csv' -r orders.rules -o cleaned/
      Learn from several files together and repair each.
  lustrate detect orders.csv -r orders.rules
      Show the rows that break the rules, and change nothing.
  lustrate explain orders.csv 23:category -r orders.rules
      Say why a cell is changed or not, in numbers that add up.
  lustrate label orders.csv -r orders.rules
      Write the rows that would teach most into a small file, for a person to say what they should read.
  lustrate apply orders.repairs.csv orders.csv -o decided.csv
      Make the repairs again after somebody has edited them; --undo takes them back.
  lustrate check orders.rules orders.csv
      Say what is wrong with the rules, or doubtful, before anything runs.
  lustrate score orders.csv orders.clean.csv orders.truth.csv
      Measure a repair where the truth is known.

Rules, one a line, say what must hold:
  fd zip -> city, state            rows with the same zip have the same city and state
  deny shipped < ordered by text   nothing is shipped before it is ordered

Exit codes:
  0    done
  1    findings: `detect` found broken rules, or `check` doubtful ones
  2    failure: one message says what is wrong and what to do
  130  interrupted: each output is the old file, the whole new one, or absent

Each command says more: lustrate <COMMAND> --help";

/// Runs the program with its arguments, the first being its own name.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match program().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(message) => {
            // Help that was asked for goes to standard output, mistakes to standard error. A reader that has gone
            // away wants neither.
            let _ = message.print();
            return ExitCode::from(message.exit_code() as u8);
        }
    };
    let console = Console::new();
    let (name, matches) = matches.subcommand().expect("the program requires a command");
    let command = COMMANDS.iter().find(|command| command.name == name).expect("clap knows the commands of the list");
    let result = command.run(matches, &console);
    interrupt::give_way();
    match result {
        Ok(Status::Done) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Ok(Status::Unusable) => ExitCode::from(2),
        Err(Failure::Told(diagnostics)) => {
            console.tell(diagnostics);
            ExitCode::from(2)
        }
    }
}

/// The program with all its commands, as help, completions and manual pages describe it.
pub(crate) fn program() -> clap::Command {
    clap::Command::new("lustrate")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_help("`lustrate --help` shows examples, rules and exit codes.")
        .after_long_help(AFTER_LONG_HELP)
        .max_term_width(100)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|command| command.define()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_arguments_holds_together() {
        program().debug_assert();
    }
}
