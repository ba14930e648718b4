//! What is to be measured.

use std::path::PathBuf;

use lustrate::Omission;
use serde::Serialize;

use crate::job::Files;

/// Everything that is measured in a run of the benchmark.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The dirty tables.
    pub(crate) subjects: Vec<Subject>,
    /// The same with the truth in the place of the dirty table, once for each truth.
    pub(crate) truths: Vec<Subject>,
}

/// A dirty table, or several of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// What it is called.
    pub(crate) name: String,
    /// The data set, or the shape of which it is made: what subjects with one truth have in common.
    pub(crate) group: String,
    /// Where it is from.
    pub(crate) source: Source,
    /// The files, for each seed; or why there are none.
    pub(crate) tables: Result<Vec<Files>, String>,
    /// What other systems made of it.
    pub(crate) peers: Vec<Peer>,
}

/// Where a table is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    /// Other people's work.
    Dataset,
    /// Made from a seed.
    Generated,
}

/// What another system made of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// The system, with its settings.
    pub(crate) system: String,
    /// Its table.
    pub(crate) repaired: PathBuf,
}

impl Plan {
    /// Takes the truth of each group for measuring what is changed in it.
    pub(crate) fn take_truths(&mut self) {
        for subject in &self.subjects {
            if self.truths.iter().all(|truth| truth.group != subject.group) {
                self.truths.push(Subject { name: subject.group.clone(), peers: Vec::new(), ..subject.clone() });
            }
        }
    }

    /// The number of jobs.
    pub(crate) fn jobs(&self, ablation: bool) -> usize {
        let runs = |subjects: &[Subject]| subjects.iter().map(Subject::runs).sum::<usize>();
        let peers: usize = self.subjects.iter().map(|subject| subject.peers.len() * subject.runs()).sum();
        let repairs = if ablation { 1 + Omission::all().count() } else { 1 };
        repairs * runs(&self.subjects) + peers + runs(&self.truths)
    }
}

impl Subject {
    fn runs(&self) -> usize {
        self.tables.as_ref().map_or(0, Vec::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(name: &str, group: &str, tables: usize, peers: usize) -> Subject {
        let files = Files { dirty: "d.csv".into(), truth: "t.csv".into(), rules: "r".into() };
        let peer = Peer { system: "peer".into(), repaired: "p.csv".into() };
        Subject {
            name: name.into(),
            group: group.into(),
            source: Source::Generated,
            tables: Ok(vec![files; tables]),
            peers: vec![peer; peers],
        }
    }

    #[test]
    fn a_truth_is_repaired_once_for_all_that_have_it() {
        let subjects = vec![subject("a 5 %", "a", 2, 0), subject("a 10 %", "a", 2, 0), subject("b", "b", 1, 3)];
        let mut plan = Plan { subjects, truths: Vec::new() };
        plan.take_truths();
        let truths: Vec<(&str, usize)> =
            plan.truths.iter().map(|truth| (truth.name.as_str(), truth.peers.len())).collect();
        assert_eq!(truths, [("a", 0), ("b", 0)]);
        assert_eq!(plan.jobs(false), 5 + 3 + 3);
        assert_eq!(plan.jobs(true), 5 * (1 + Omission::all().count()) + 3 + 3);
    }
}
