//! Any bytes as a saved model.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/model.rs"]
mod model;

fuzz_target!(|bytes: &[u8]| model::hold(bytes));
