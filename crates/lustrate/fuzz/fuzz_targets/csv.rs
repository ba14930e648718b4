//! Any bytes as delimited text, compressed or not.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/csv.rs"]
mod csv;
#[path = "../promises/messages.rs"]
mod messages;
#[path = "../promises/tables.rs"]
mod tables;

fuzz_target!(|bytes: &[u8]| csv::hold(bytes));
