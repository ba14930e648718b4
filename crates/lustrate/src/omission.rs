//! What can be left out of a run.

use lustrate_model::Part;

/// A part of a run that can be left out, to measure what it buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omission {
    /// The rules that a table shows, where none are given.
    Discovery,
    /// The conventions of writing that no rule declares.
    Formats,
    /// The cells of a row decided together, with rules, reference tables and sources.
    Joint,
    /// Sources that are found in the table, where no rule names them.
    Sources,
    /// A part of the model.
    Model(Part),
}

impl Omission {
    /// All that can be left out: the steps of a run, then the parts of the model.
    ///
    /// ```
    /// use lustrate::{Omission, Part, Settings};
    ///
    /// assert!(Omission::all().any(|omission| omission == Omission::Model(Part::Pairs)));
    /// let one_left_out = Omission::all().map(|omission| Settings::new().without(omission));
    /// # assert!(one_left_out.count() > Part::ALL.len());
    /// ```
    pub fn all() -> impl Iterator<Item = Omission> {
        let steps = [Omission::Discovery, Omission::Formats, Omission::Joint, Omission::Sources];
        steps.into_iter().chain(Part::ALL.iter().map(|&part| Omission::Model(part)))
    }

    /// What a person calls it: "found dependencies". No two have one name.
    pub fn name(self) -> &'static str {
        match self {
            Omission::Discovery => "discovered rules",
            Omission::Formats => "formats",
            Omission::Joint => "joint rows",
            Omission::Sources => "sources",
            Omission::Model(part) => part.name(),
        }
    }

    /// What is left out of the model.
    pub(crate) fn part(self) -> Option<Part> {
        match self {
            Omission::Model(part) => Some(part),
            Omission::Discovery | Omission::Formats | Omission::Joint | Omission::Sources => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_have_one_name() {
        let names: BTreeSet<&str> = Omission::all().map(Omission::name).collect();
        assert_eq!(names.len(), Omission::all().count());
    }
}
