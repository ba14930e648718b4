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
mod label_files;
mod meter;
mod model_task;
mod models;
mod outputs;
mod people;
mod results;
mod streams;
mod targets;
mod temporary;
mod terminal;
mod truth;

use std::panic;
use std::process::ExitCode;
use std::thread;

use lustrate::is_guarded;

fn main() -> ExitCode {
    interrupt::install();
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        // That a file is damaged is told as such.
        if !is_guarded(thread::current().name()) {
            terminal::restore();
            told(panicked);
        }
    }));
    let code = app::run(std::env::args_os());
    temporary::remove();
    code
}
