//! Any bytes as a repairs file or its metadata.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../own_panics.rs"]
mod own_panics;
#[path = "../promises/repairs.rs"]
mod repairs;

fuzz_target!(init: own_panics::are_findings(), |bytes: &[u8]| repairs::hold(bytes));
