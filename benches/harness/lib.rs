//! What the benchmarks share: jobs in processes of their own, what these take, and reports.

mod grid;
mod made_with;
mod numbers;
mod process;
mod section;
mod tables;
mod usage;

pub use grid::{Column, Grid};
pub use made_with::MadeWith;
pub use numbers::{NONE, change, megabytes, rate, rate_or_none};
pub use process::{result_of, told};
pub use section::Section;
pub use tables::orders;
pub use usage::{Used, cpu_seconds, peak_bytes, run};
