//! `lustrate completions`: what a shell completes.

use clap::Parser;
use clap_complete::{Shell, generate};

use super::{Run, Status};
use crate::app::program;
use crate::console::Console;
use crate::failure::Failure;

/// Print the completions of a shell
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate completions bash > ~/.local/share/bash-completion/completions/lustrate
  lustrate completions zsh > ~/.zfunc/_lustrate
      With `fpath+=~/.zfunc` before `compinit` in ~/.zshrc.
  lustrate completions fish > ~/.config/fish/completions/lustrate.fish
  lustrate completions powershell >> $PROFILE
  lustrate completions elvish >> ~/.config/elvish/rc.elv

Exit codes:
  0  done
  2  failure: there is no such shell";

impl Run for Completions {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut program(), "lustrate", &mut script);
        console.print(&String::from_utf8(script).expect("names and help are UTF-8"))?;
        Ok(Status::Done)
    }
}
