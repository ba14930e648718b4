//! Any bytes as a repairs file or its metadata.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/repairs.rs"]
mod repairs;

fuzz_target!(|bytes: &[u8]| repairs::hold(bytes));
