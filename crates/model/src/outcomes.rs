//! What a round says of the cells of one column. Settled cells, which are nearly all, are not listed.

use crate::round::Outcome;

/// The outcomes of the cells that were weighed, by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcomes {
    rows: Vec<u32>,
    outcomes: Vec<Outcome>,
}

impl Outcomes {
    /// The outcome of a cell; `None` for one that is settled.
    pub(crate) fn get(&self, row: usize) -> Option<&Outcome> {
        self.rows.binary_search(&(row as u32)).ok().map(|place| &self.outcomes[place])
    }

    /// The cells that were weighed, by row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Outcome)> {
        self.rows.iter().map(|&row| row as usize).zip(&self.outcomes)
    }

    /// The outcomes of the rows that `keep` says.
    pub(crate) fn filtered(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept = self.iter().filter(|&(row, _)| keep(row));
        kept.map(|(row, outcome)| (row as u32, *outcome)).collect()
    }

    /// The same with others in the place of some.
    pub(crate) fn with(&self, others: &Outcomes) -> Self {
        let mut all = self.clone();
        for (row, outcome) in others.iter() {
            if let Ok(place) = all.rows.binary_search(&(row as u32)) {
                all.outcomes[place] = *outcome;
            }
        }
        all
    }

    /// Lists what follows from the outcome of each of some cells, which are by row; `settled` is that of one that was not
    /// weighed.
    pub(crate) fn update(
        &mut self,
        cells: impl Iterator<Item = usize>,
        settled: impl Fn(usize) -> Outcome,
        mut change: impl FnMut(usize, &mut Outcome),
    ) {
        let mut more: Vec<(u32, Outcome)> = Vec::new();
        for row in cells {
            match self.rows.binary_search(&(row as u32)) {
                Ok(place) => change(row, &mut self.outcomes[place]),
                Err(_) => {
                    let mut outcome = settled(row);
                    change(row, &mut outcome);
                    more.push((row as u32, outcome));
                }
            }
        }
        if !more.is_empty() {
            more.extend(self.rows.iter().copied().zip(self.outcomes.iter().copied()));
            more.sort_by_key(|&(row, _)| row);
            (self.rows, self.outcomes) = more.into_iter().unzip();
        }
    }
}

impl FromIterator<(u32, Outcome)> for Outcomes {
    /// Of outcomes by row.
    fn from_iter<I: IntoIterator<Item = (u32, Outcome)>>(outcomes: I) -> Self {
        let (rows, outcomes) = outcomes.into_iter().unzip();
        Outcomes { rows, outcomes }
    }
}
