//! Any bytes as a label file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/labels.rs"]
mod labels;
#[path = "../promises/messages.rs"]
mod messages;

fuzz_target!(|bytes: &[u8]| labels::hold(bytes));
