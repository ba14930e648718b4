//! Any bytes as the state of `active`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/state.rs"]
mod state;

fuzz_target!(|bytes: &[u8]| state::hold(bytes));
