//! The kinds of errors that are planted, one file each.
//!
//! A new kind is one file with its documentation, its example and its function, and one line in [`KINDS`].

mod case;
mod date_order;
mod decimal_shift;
mod digit_slip;
mod exchange;
mod exchange_alike;
mod foreign;
mod keyboard;
mod missing;
mod near;
mod outlier;
mod placeholder;
mod repeated;
mod reversal;
mod scramble;
mod sign;
mod stray;
mod suffix;
mod swap;
mod thousands;
mod transposition;
mod typo;
mod unit;
mod value_exchange;
mod white_space;

use std::fmt;

use lustrate_table::CellId;
use rand_chacha::ChaCha8Rng;

use crate::dirt::Site;

/// All kinds, by name.
pub static KINDS: &[Kind] = &[
    case::KIND,
    date_order::KIND,
    decimal_shift::KIND,
    digit_slip::KIND,
    exchange::KIND,
    exchange_alike::KIND,
    foreign::KIND,
    keyboard::KIND,
    missing::KIND,
    near::KIND,
    outlier::KIND,
    placeholder::KIND,
    repeated::KIND,
    reversal::KIND,
    scramble::KIND,
    sign::KIND,
    stray::KIND,
    suffix::KIND,
    swap::KIND,
    thousands::KIND,
    transposition::KIND,
    typo::KIND,
    unit::KIND,
    value_exchange::KIND,
    white_space::KIND,
];

/// A kind of error. Two kinds are the same where their names are.
pub struct Kind {
    /// The name, in snake case; that of its file.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// What it can do to a small table. A test holds that it does.
    pub example: Example,
    pub(crate) plant: Plant,
}

/// A table before and after: one row a line, cells with ` | ` between them, nothing for a missing cell. The error is
/// planted at the first cell.
pub struct Example {
    /// The truth.
    pub before: &'static str,
    /// With the error.
    pub after: &'static str,
}

/// How an error of a kind is made. What it gives need not be a change: the planner refuses what is none.
pub(crate) enum Plant {
    /// Rewrites a text that is not empty; `None` where this kind of error cannot happen to it.
    Text(fn(&str, &mut Stream) -> Option<String>),
    /// Rewrites cells around a site, most often the one cell; nothing where this kind of error cannot happen there.
    Cells(fn(&Site<'_>, &mut Stream) -> Vec<Edit>),
}

/// The random numbers of one column.
pub(crate) type Stream = ChaCha8Rng;

/// A cell and what it reads from now on; `None` is missing.
pub(crate) type Edit = (CellId, Option<String>);

/// The kind of a name.
pub fn find_kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({})", self.name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::dirt::{example_outcome, example_table};

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_list_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/noise");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        files.sort();
        assert_eq!(KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>(), files);
    }

    #[test]
    fn every_kind_does_what_its_example_shows() {
        for kind in KINDS {
            let table = example_table(kind.example.before);
            let shown = (0..50_000).any(|seed| example_outcome(&table, kind, seed) == kind.example.after);
            assert!(shown, "{kind}: no seed gives {:?}", kind.example.after);
        }
    }

    #[test]
    fn a_kind_is_found_by_its_name() {
        assert_eq!(find_kind("typo").map(|kind| kind.name), Some("typo"));
        assert_eq!(find_kind("tipo"), None);
    }
}
