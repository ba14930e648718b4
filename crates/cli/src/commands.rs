//! The commands, one file each.
//!
//! A new command is one file with its arguments, its help and its [`Run`], and one line in [`COMMANDS`].

mod active;
mod apply;
mod boost;
mod check;
mod completions;
mod detect;
mod dirt;
mod discover;
mod explain;
mod label;
mod labels;
mod man;
mod merge;
mod repair;
mod rules;
mod sanitize;
mod score;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use lustrate::Diagnostic;

use crate::console::Console;
use crate::failure::Failure;

/// All commands, by name.
pub(crate) static COMMANDS: &[Command] = &[
    command::<active::Active>("active"),
    command::<apply::Apply>("apply"),
    command::<boost::Boost>("boost"),
    command::<check::Check>("check"),
    command::<completions::Completions>("completions"),
    command::<detect::Detect>("detect"),
    command::<dirt::Dirt>("dirt"),
    command::<discover::Discover>("discover"),
    command::<explain::Explain>("explain"),
    command::<label::Label>("label"),
    command::<labels::Labels>("labels"),
    command::<man::Manual>("man"),
    command::<merge::Merge>("merge"),
    command::<repair::Repair>("repair"),
    command::<rules::Reference>("rules"),
    command::<sanitize::Sanitize>("sanitize"),
    command::<score::Score>("score"),
];

/// A command as the program sees it.
pub(crate) struct Command {
    /// Its name; that of its file.
    pub(crate) name: &'static str,
    define: fn() -> clap::Command,
    run: fn(&ArgMatches, &Console) -> Result<Status, Failure>,
}

/// The arguments of a command, which know how to run it.
pub(crate) trait Run: CommandFactory + FromArgMatches {
    /// Does it. Results go to the console at the end, so that a failure leaves standard output empty.
    fn run(&self, console: &Console) -> Result<Status, Failure>;
}

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It did what it should.
    Done,
    /// It found something that a pipeline should stop for.
    Findings,
    /// It did what it should, and what it looked at cannot be used.
    Unusable,
}

impl Command {
    /// Its arguments and help.
    pub(crate) fn define(&self) -> clap::Command {
        (self.define)().name(self.name)
    }

    /// Runs it with what was found in the arguments.
    pub(crate) fn run(&self, matches: &ArgMatches, console: &Console) -> Result<Status, Failure> {
        (self.run)(matches, console)
    }
}

const fn command<C: Run>(name: &'static str) -> Command {
    let run = |matches: &ArgMatches, console: &Console| match C::from_arg_matches(matches) {
        Ok(arguments) => arguments.run(console),
        Err(error) => Err(Diagnostic::error("arguments", error.to_string()).into()),
    };
    Command { name, define: C::command, run }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_list_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // What is in a folder of its own is part of the command of that name.
        let files = entries.filter(|path| path.is_file());
        let mut files: Vec<_> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        files.sort();
        assert_eq!(COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>(), files);
    }

    #[test]
    fn every_command_has_examples_and_exit_codes_in_its_long_help() {
        for command in COMMANDS {
            let help = command.define().render_long_help().to_string();
            for heading in ["Examples:\n", "Exit codes:\n"] {
                assert!(help.contains(heading), "{} lacks {heading}", command.name);
            }
        }
    }
}
