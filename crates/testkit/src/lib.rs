//! What the tests of all crates share: literate cases, the places of test data, and the seeds of the fuzz targets.
//!
//! A case is one Markdown file, `testdata/cases/<theme>/<name>.md`: a title, a sentence or two that say what is
//! expected and why, and fenced blocks whose info strings name them. `csv`, `rules`, `holoclean`, `fds`, `pack` (the name of
//! a file in `rules/`) and `clean` (a table in which nothing is wrong) are input; `repairs`, `review`, `findings`, `lints`,
//! `diagnostics` and `output` are what must come out:
//!
//! ````md
//! # A typo yields to the majority
//!
//! Three rows agree on the city of a postal code, one is a letter off.
//!
//! ```csv
//! zip,city
//! 100,Rome
//! …
//! ```
//!
//! ```repairs
//! row 4, city: "Rom" -> "Rome"
//! ```
//! ````
//!
//! With `LUSTRATE_BLESS=1` in the environment, [`Case::check`] writes what came out into the file; the diff of the
//! file is then for a person to judge.

mod case;
mod check;
mod dataset;
mod fence;
mod seeds;
mod skip;

pub use case::{Case, cases, cases_in};
pub use check::{Mismatch, check_file};
pub use dataset::{DatasetPaths, dataset, project_root};
pub use fence::Block;
pub use seeds::{seeds, spoiled};
pub use skip::skip;
