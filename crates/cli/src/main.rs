//! The binary `lustrate`: the only crate that prints or exits.

mod app;
mod args;
mod commands;
mod console;
mod data_files;
mod failure;
mod how;
mod inputs;
mod interrupt;
mod meter;
mod outputs;
mod streams;
mod targets;
mod temporary;
mod truth;

use std::process::ExitCode;

fn main() -> ExitCode {
    interrupt::install();
    let code = app::run(std::env::args_os());
    temporary::remove();
    code
}
