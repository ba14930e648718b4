//! Any bytes as a Parquet file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../promises/messages.rs"]
mod messages;
#[path = "../own_panics.rs"]
mod own_panics;
#[path = "../promises/parquet.rs"]
mod parquet;
#[path = "../promises/tables.rs"]
mod tables;

fuzz_target!(init: own_panics::are_findings(), |bytes: &[u8]| parquet::hold(bytes));
