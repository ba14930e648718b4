//! Any bytes as a rule file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/rule_text.rs"]
mod rule_text;
#[path = "../promises/rules.rs"]
mod rules;

fuzz_target!(|bytes: &[u8]| rules::hold(bytes));
