//! Who copies from whom.
//!
//! That two sources say the same says little where it is true, and much where it is wrong; that they differ says that neither
//! copied. For a pair of sources, with `f` the reports that they share and that are wrong, `d` those in which they differ, and
//! `w` how probably the later one would have been wrong in the same way by itself,
//!
//! ```text
//! c     = (f r + α c') / (f + d + α)      r = c / (c + (1 - c) w)
//! proof = f ln((c + (1 - c) w) / w) + d ln(1 - c)
//! ```
//!
//! in each attribute, `c'` pooled over all; the proofs of the attributes are added.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::accuracy::{Accuracies, Own};
use super::belief::{Beliefs, WRONG_VALUES};
use super::panel::Panel;

/// The rate of a pair of which nothing is known, and how many reports that is worth.
const FIRST_RATE: f64 = 0.5;
const FIRST_REPORTS: f64 = 2.0;
/// α: how many reports the rate of all attributes is worth in one.
const POOL: f64 = 5.0;
/// Rates are within these bounds.
const RATES: (f64, f64) = (0.001, 0.995);
/// Steps in which a rate is found.
const STEPS: usize = 6;
/// Nobody is wrong in the same way as another less often than this by chance.
const LEAST_CHANCE: f64 = 0.001;

/// The pairs of sources that report on one thing.
pub(super) struct Likeness {
    /// The later source and the earlier.
    pairs: Vec<(usize, usize)>,
    /// The things that are looked at, with the pair of every two of their sources: of the second and the first, the third and
    /// the first, the third and the second, and so on.
    things: Vec<(usize, Vec<usize>)>,
}

impl Likeness {
    /// Of `most` pairs of reports at most; of more, those of a sample of the things.
    pub(super) fn new(panel: &Panel, most: usize) -> Self {
        let mut places: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut things: Vec<(usize, Vec<(usize, usize)>)> = Vec::new();
        for thing in looked_at(panel, most) {
            let sources = &panel.things[thing].sources;
            let pairs = sources
                .iter()
                .enumerate()
                .flat_map(|(place, &later)| sources[..place].iter().map(move |&earlier| (later, earlier)));
            things.push((thing, pairs.collect()));
        }
        things.iter().flat_map(|(_, pairs)| pairs).for_each(|&pair| {
            places.insert(pair, 0);
        });
        places.values_mut().enumerate().for_each(|(at, place)| *place = at);
        let of_things =
            things.into_iter().map(|(thing, pairs)| (thing, pairs.iter().map(|pair| places[pair]).collect()));
        Likeness { things: of_things.collect(), pairs: places.into_keys().collect() }
    }

    /// What the pairs share and do not share in an attribute.
    fn sums(&self, panel: &Panel, attribute: usize, beliefs: &Beliefs) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.pairs.len()];
        for (thing, pairs) in &self.things {
            let reported = &panel.things[*thing].reported[attribute];
            let belief = beliefs.of(*thing);
            let shared: Vec<(f64, f64)> = (0..reported.values.len())
                .map(|value| (1.0 - belief[value], beliefs.log_popularity(*thing, value)))
                .collect();
            let mut at = pairs.iter();
            for (place, later) in reported.only.iter().enumerate() {
                for (earlier, &pair) in reported.only[..place].iter().zip(at.by_ref()) {
                    if let (Some(later), Some(earlier)) = (*later, *earlier) {
                        sums[pair].add((later == earlier).then(|| shared[later]));
                    }
                }
            }
        }
        sums
    }
}

/// The things whose pairs of sources are compared: all, or so many that there are at most so many pairs.
fn looked_at(panel: &Panel, most: usize) -> Vec<usize> {
    let of = |thing: usize| panel.things[thing].sources.len().pow(2) / 2;
    let all: usize = (0..panel.things.len()).map(of).sum();
    if all <= most {
        return (0..panel.things.len()).collect();
    }
    // Drawn by their names, so that the order of the rows does not matter.
    let mut drawn: Vec<(u64, usize)> =
        panel.things.iter().enumerate().map(|(place, thing)| (thing.hash, place)).collect();
    drawn.sort_unstable();
    let mut pairs = 0;
    let within = |&(_, thing): &(u64, usize)| {
        pairs += of(thing);
        pairs <= most
    };
    let mut things: Vec<usize> = drawn.into_iter().take_while(within).map(|(_, thing)| thing).collect();
    things.sort_unstable();
    things
}

/// What two sources share and do not share in an attribute.
#[derive(Clone, Copy, Default)]
struct Sums {
    /// f: reports that both share and that are wrong.
    shared: f64,
    /// The logarithms of how popular those are.
    log_popularity: f64,
    /// d: reports in which they differ.
    differing: f64,
}

impl Sums {
    fn add(&mut self, shared: Option<(f64, f64)>) {
        match shared {
            Some((wrong, log_popularity)) => {
                self.shared += wrong;
                self.log_popularity += log_popularity;
            }
            None => self.differing += 1.0,
        }
    }

    fn all(&self) -> f64 {
        self.shared + self.differing
    }

    /// w, for a source that is wrong so often.
    fn by_chance(&self, wrong: f64) -> f64 {
        let log = if self.shared > 1e-9 { self.log_popularity / self.shared } else { -WRONG_VALUES.ln() };
        (wrong * log.exp()).max(LEAST_CHANCE)
    }
}

/// From whom a source may copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Original {
    /// A source before it.
    pub source: usize,
    /// How probably it copies.
    pub rate: f64,
}

/// Who copies from whom.
pub(super) struct Copying {
    /// By attribute and source, those with the most proof first.
    originals: Vec<Vec<Vec<Original>>>,
}

impl Copying {
    /// That nobody does.
    pub(super) fn none(panel: &Panel) -> Self {
        Copying { originals: vec![vec![Vec::new(); panel.sources.len()]; panel.attributes.len()] }
    }

    /// By what is believed of the things. Where what a source says in an attribute is ignored, the proof and the rate there
    /// are those of the others.
    pub(super) fn new(
        panel: &Panel,
        likeness: &Likeness,
        beliefs: &[Beliefs],
        accuracies: &Accuracies,
        own: Own,
    ) -> Self {
        let attributes = panel.attributes.len();
        let sums: Vec<Vec<Sums>> = (0..attributes)
            .into_par_iter()
            .map(|attribute| likeness.sums(panel, attribute, &beliefs[attribute]))
            .collect();
        let mut originals = vec![vec![Vec::new(); panel.sources.len()]; attributes];
        for (pair, &(later, earlier)) in likeness.pairs.iter().enumerate() {
            let least = least_proof(later);
            let shared: f64 = sums.iter().map(|of_attribute| of_attribute[pair].shared).sum();
            if shared * -LEAST_CHANCE.ln() <= least {
                continue;
            }
            let of_attribute = |attribute: usize| (sums[attribute][pair], accuracies.wrong(attribute, later));
            let found = Pair::new(&(0..attributes).map(of_attribute).collect::<Vec<_>>());
            for (attribute, of_source) in originals.iter_mut().enumerate() {
                let (proof, rate) = match own {
                    Own::Ignored if attributes > 1 => found.without(attribute),
                    _ => (found.proofs.iter().sum(), found.rates[attribute]),
                };
                if proof > least {
                    of_source[later].push((proof, Original { source: earlier, rate }));
                }
            }
        }
        let sorted = |mut found: Vec<(f64, Original)>| {
            found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.source.cmp(&b.1.source)));
            found.into_iter().map(|(_, original)| original).collect()
        };
        let sorted = |of_sources: Vec<_>| of_sources.into_iter().map(sorted).collect();
        Copying { originals: originals.into_iter().map(sorted).collect() }
    }

    pub(super) fn originals(&self, attribute: usize, source: usize) -> &[Original] {
        &self.originals[attribute][source]
    }
}

/// The proof, in nats, from which on it is likelier than not that a source copies from another: beforehand every second source
/// copies, from any of those before it.
fn least_proof(later: usize) -> f64 {
    (2.0 * later as f64).ln()
}

/// What is known of one pair of sources, by attribute.
struct Pair {
    proofs: Vec<f64>,
    rates: Vec<f64>,
    /// Reports that are copied, and reports that tell.
    copied: Vec<f64>,
    all: Vec<f64>,
}

impl Pair {
    /// By attribute the sums, and how often the later source is wrong.
    fn new(of_attributes: &[(Sums, f64)]) -> Self {
        let chances: Vec<f64> = of_attributes.iter().map(|(sums, wrong)| sums.by_chance(*wrong)).collect();
        let all: Vec<f64> = of_attributes.iter().map(|(sums, _)| sums.all()).collect();
        let mut rates = vec![FIRST_RATE; of_attributes.len()];
        let mut copied = vec![0.0; of_attributes.len()];
        for _ in 0..STEPS {
            for (place, (sums, _)) in of_attributes.iter().enumerate() {
                copied[place] = sums.shared * rates[place] / (rates[place] + (1.0 - rates[place]) * chances[place]);
            }
            let pooled = pooled(copied.iter().sum(), all.iter().sum());
            for (place, rate) in rates.iter_mut().enumerate() {
                *rate = ((copied[place] + POOL * pooled) / (all[place] + POOL)).clamp(RATES.0, RATES.1);
            }
        }
        let proof = |place: usize| {
            let (sums, rate, chance) = (of_attributes[place].0, rates[place], chances[place]);
            sums.shared * ((rate + (1.0 - rate) * chance) / chance).ln() + sums.differing * (1.0 - rate).ln()
        };
        Pair { proofs: (0..rates.len()).map(proof).collect(), rates, copied, all }
    }

    /// The proof and the rate by all attributes but one.
    fn without(&self, attribute: usize) -> (f64, f64) {
        let others = |of: &[f64]| of.iter().sum::<f64>() - of[attribute];
        (others(&self.proofs), pooled(others(&self.copied), others(&self.all)))
    }
}

fn pooled(copied: f64, all: f64) -> f64 {
    ((copied + FIRST_RATE * FIRST_REPORTS) / (all + FIRST_REPORTS)).clamp(RATES.0, RATES.1)
}

#[cfg(test)]
mod tests {
    use super::super::belief::believe;
    use super::super::made_up::{chance, fusion, panel, table};
    use super::*;

    /// Sources with their own errors on sixty flights; `said` is the source whose report a source gives.
    fn reports(said: impl Fn(usize, usize) -> usize) -> Panel {
        let mut rows = Vec::new();
        for flight in 0..60 {
            for source in 0..8 {
                let value = |column: usize| {
                    let of = said(source, flight);
                    let wrong = chance([of, flight, column]) < 0.3;
                    if wrong {
                        format!("wrong{}", (4.0 * chance([of + 50, flight, column])) as usize)
                    } else {
                        "right".into()
                    }
                };
                rows.push([format!("s{source}"), format!("F{flight}"), value(2), value(3)]);
            }
        }
        panel(&table(&rows))
    }

    fn copying(panel: &Panel) -> Copying {
        let mut copying = Copying::none(panel);
        let mut accuracies = Accuracies::first(panel);
        for _ in 0..5 {
            let beliefs: Vec<Beliefs> =
                (0..2).map(|place| believe(panel, place, &accuracies, &copying, None, 1.0)).collect();
            accuracies = Accuracies::new(panel, &beliefs, Own::Counted);
            copying = Copying::new(panel, &Likeness::new(panel, usize::MAX), &beliefs, &accuracies, Own::Counted);
        }
        copying
    }

    fn copiers(copying: &Copying) -> Vec<(usize, usize)> {
        let of = |source: usize| copying.originals(0, source).first().map(|original| (source, original.source));
        (0..8).filter_map(of).collect()
    }

    #[test]
    fn sources_that_are_right_together_do_not_copy() {
        assert_eq!(copiers(&copying(&reports(|source, _| source))), []);
    }

    #[test]
    fn sources_that_are_wrong_together_copy_and_how_often_is_learned() {
        let copying = copying(&reports(|source, flight| if source == 7 && flight % 4 != 0 { 2 } else { source }));
        assert_eq!(copiers(&copying), [(7, 2)]);
        let rate = copying.originals(0, 7)[0].rate;
        assert!((0.55..0.9).contains(&rate), "{rate}");
    }

    #[test]
    fn a_sample_of_things_does_not_depend_on_the_order_of_the_rows() {
        let rows: Vec<[String; 3]> = (0..200).map(|row| [row % 4, row / 4, 1].map(|part| part.to_string())).collect();
        let drawn = |rows: &[[String; 3]]| -> Vec<String> {
            let table = table(rows);
            let of_row = super::super::panel::things(&table, &fusion(&[])).0;
            let things = looked_at(&panel(&table), 160);
            assert_eq!(things.len(), 20, "each has eight pairs at most");
            let name = |thing: usize| {
                let row = of_row.iter().position(|of_row| *of_row == Some(thing)).unwrap();
                rows[row][1].clone()
            };
            let mut names: Vec<String> = things.into_iter().map(name).collect();
            names.sort();
            names
        };
        let reversed: Vec<[String; 3]> = rows.iter().rev().cloned().collect();
        assert_eq!(drawn(&rows), drawn(&reversed));
    }
}
