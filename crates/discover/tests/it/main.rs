//! Relations between columns, found in whole tables.

mod accidental;
mod brute;
mod datasets;
mod oracle;
mod order;
mod tables;
mod wide;
