//! Cells that are missing together: of a person without an employer neither its name nor its number is known, and
//! none of both is to be filled.

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::map::HashMap;
use crate::state::State;

/// How many rows lack the value of a column, and how many those of two columns at once. Sums: they add up over tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Absences {
    rows: f64,
    /// By column.
    missing: Vec<f64>,
    /// By two columns, the earlier first; pairs that are never missing at once are not listed.
    together: HashMap<(u32, u32), f64>,
}

/// The column whose absences tell most of those of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Partner {
    /// The column that tells.
    pub(crate) with: AttributeId,
    /// All rows.
    pub(crate) rows: f64,
    /// Rows that lack the value that is told of.
    pub(crate) missing: f64,
    /// Rows that lack the value that tells.
    pub(crate) without: f64,
    /// Rows that lack both.
    pub(crate) together: f64,
}

/// Columns with absences beyond this number are not compared in pairs.
const MOST_COLUMNS: usize = 500;
/// Rows that must lack both values.
const LEAST_TOGETHER: f64 = 3.0;
/// How many times as often as by chance they must.
const TIMES_CHANCE: f64 = 2.0;
/// The evidence that it is no chance, in nats.
const LEAST_EVIDENCE: f64 = 10.0;

impl Absences {
    /// Counts the absences of rows as they are written.
    pub(crate) fn new(state: &State) -> Self {
        let bits: Vec<Vec<u64>> = state
            .columns()
            .par_iter()
            .map(|column| {
                let mut bits = vec![0u64; column.observed.len().div_ceil(64)];
                for (row, _) in column.observed.iter().enumerate().filter(|(_, code)| code.is_null()) {
                    bits[row / 64] |= 1 << (row % 64);
                }
                bits
            })
            .collect();
        let count = |bits: &[u64]| bits.iter().map(|word| f64::from(word.count_ones())).sum::<f64>();
        let missing: Vec<f64> = bits.iter().map(|bits| count(bits)).collect();
        let some: Vec<usize> = (0..bits.len()).filter(|&column| missing[column] >= LEAST_TOGETHER).collect();
        let mut together = HashMap::default();
        if some.len() <= MOST_COLUMNS {
            let pairs: Vec<(usize, usize)> = some
                .iter()
                .enumerate()
                .flat_map(|(at, &one)| some[at + 1..].iter().map(move |&two| (one, two)))
                .collect();
            let both = |&(one, two): &(usize, usize)| {
                let both = bits[one].iter().zip(&bits[two]).map(|(a, b)| f64::from((a & b).count_ones())).sum::<f64>();
                (both > 0.0).then_some(((one as u32, two as u32), both))
            };
            together = pairs.par_iter().filter_map(both).collect::<Vec<_>>().into_iter().collect();
        }
        Absences { rows: state.rows() as f64, missing, together }
    }

    /// The sum of both.
    pub(crate) fn merged(&self, other: &Absences) -> Absences {
        let mut sum = self.clone();
        sum.rows += other.rows;
        sum.missing.iter_mut().zip(&other.missing).for_each(|(sum, other)| *sum += other);
        other.together.iter().for_each(|(&pair, &rows)| *sum.together.entry(pair).or_default() += rows);
        sum
    }

    /// The column that tells most of the absences of another, if one tells anything.
    pub(crate) fn partner(&self, of: AttributeId) -> Option<Partner> {
        let of = of.index();
        let partner = |with: usize| {
            let together = *self.together.get(&(of.min(with) as u32, of.max(with) as u32))?;
            Some(Partner {
                with: AttributeId(with as u32),
                rows: self.rows,
                missing: self.missing[of],
                without: self.missing[with],
                together,
            })
        };
        let others = (0..self.missing.len()).filter(|&with| with != of).filter_map(partner);
        let telling = others.filter(Partner::tells).map(|partner| (partner.evidence(), partner));
        telling.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.with.0.cmp(&a.1.with.0))).map(|(_, partner)| partner)
    }
}

impl Partner {
    fn tells(&self) -> bool {
        let chance = self.missing * self.without / self.rows;
        self.together >= LEAST_TOGETHER.max(TIMES_CHANCE * chance) && self.evidence() >= LEAST_EVIDENCE
    }

    /// What the rows say for it that the absences of the two columns belong together, in nats: rows times mutual
    /// information.
    fn evidence(&self) -> f64 {
        let Partner { rows, missing, without, together, .. } = *self;
        let cells = [
            (together, missing, without),
            (missing - together, missing, rows - without),
            (without - together, rows - missing, without),
            (rows - missing - without + together, rows - missing, rows - without),
        ];
        let term =
            |(seen, one, two): (f64, f64, f64)| if seen > 0.0 { seen * (seen * rows / (one * two)).ln() } else { 0.0 };
        cells.into_iter().map(term).sum()
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Code;

    use super::*;
    use crate::state::ColumnState;

    /// Rows of three columns: the first two lack their value in the first ten rows, the third in every tenth.
    fn rows(rows: std::ops::Range<usize>) -> State {
        let column = |lacks: &dyn Fn(usize) -> bool| {
            let observed: Vec<Code> = rows.clone().map(|row| if lacks(row) { Code::NULL } else { Code(0) }).collect();
            {
                let confidence = observed.iter().map(|_| 0.9).collect();
                ColumnState::as_written(observed, confidence)
            }
        };
        State::new(vec![column(&|row| row < 10), column(&|row| row < 10 || row == 77), column(&|row| row % 10 == 3)])
    }

    #[test]
    fn columns_that_lack_their_values_in_the_same_rows_are_partners() {
        let absences = Absences::new(&rows(0..100));
        let partner = absences.partner(AttributeId(0)).expect("the second column tells");
        assert_eq!(
            (partner.with, partner.missing, partner.without, partner.together),
            (AttributeId(1), 10.0, 11.0, 10.0)
        );
        assert_eq!(absences.partner(AttributeId(2)), None);
    }

    #[test]
    fn absences_add_up() {
        let parts = Absences::new(&rows(0..37)).merged(&Absences::new(&rows(37..100)));
        let whole = Absences::new(&rows(0..100));
        assert_eq!(parts.partner(AttributeId(1)), whole.partner(AttributeId(1)));
    }
}
