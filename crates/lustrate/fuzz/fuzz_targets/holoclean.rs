//! Any bytes as a file of denial constraints of HoloClean.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/holoclean.rs"]
mod holoclean;
#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/rule_text.rs"]
mod rule_text;

fuzz_target!(|bytes: &[u8]| holoclean::hold(bytes));
