//! Relations between columns, found in whole tables.

mod accidental;
mod tables;
