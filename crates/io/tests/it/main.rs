//! The crate from outside: files in a temporary folder.

mod bad_input;
mod bombs;
mod csv;
mod datasets;
mod fidelity;
mod frames;
mod laws;
mod oracle;
mod parquet;
mod parquet_faith;
mod regions;
mod row_changes;
mod several;
mod sheets;
