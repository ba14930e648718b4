//! The binary `lustrate`: the only crate that prints or exits.

mod app;
mod args;
mod commands;
mod console;
mod failure;
mod how;
mod inputs;
mod interrupt;
mod meter;
mod outputs;
mod truth;

use std::process::ExitCode;

fn main() -> ExitCode {
    interrupt::install();
    app::run(std::env::args_os())
}
