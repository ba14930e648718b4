//! Whole rounds: a table is repaired, its repairs are replayed and taken back.

mod edited_metadata;
mod laws;
mod odd_text;
mod parquet;
mod round;
