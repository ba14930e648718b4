//! What several sources report of one thing, and what is probably true (data fusion).
//!
//! ```text
//! w_s   = 1 / sum_t sim(s,t)^kappa          a clique of copiers counts as one vote
//! odds  = sum over sources that report v of w_s log(N a_sA / (1 - a_sA))
//! a_sA  = (hits_sA + m a_s) / (reports_sA + m)          a_s pooled over the other attributes
//! ```
//!
//! The posterior of the values of a thing and the accuracies of the sources are found in turn (expectation maximisation;
//! Dong, Berti-Equille and Srivastava 2009, "Integrating conflicting data: the role of source dependence", eq. 4 and 8). One
//! setting of `kappa` would be a guess: posteriors are averaged over several. Where two camps of sources contradict each
//! other in an attribute, each camp is right by its own count, and the larger one wins from an even start. So in the first
//! iterations a source is judged only by what it says in the other attributes, where the camps seldom are the same.

use std::collections::BTreeMap;

use lustrate_rules::Fusion;
use lustrate_table::{AttributeId, Code, Groups, RowId, Table};

/// How strongly likeness makes two sources one.
const KAPPAS: [f64; 3] = [24.0, 48.0, 96.0];
/// m: how many reports the accuracy in the other attributes is worth.
const POOL: f64 = 50.0;
/// N: how many wrong values a source that is wrong chooses from.
const WRONG_VALUES: f64 = 5.0;
/// What is thought of a source before it has reported anything, and how many reports that is worth.
const FIRST_ACCURACY: f64 = 0.8;
const FIRST_REPORTS: f64 = 2.0;
/// No source is taken to be better or worse than this.
const ACCURACIES: (f64, f64) = (0.02, 0.98);
const ITERATIONS: usize = 20;
/// Iterations at the beginning in which what a source says in an attribute does not count for it there.
const WARM_UP: usize = 8;
/// Pairs of reports at most that are compared for likeness; with more, all sources are taken to be independent.
const MOST_PAIRS: usize = 50_000_000;
/// Two reports of a thing agree at least so often in an attribute of the thing; others are of the report alone.
const LEAST_AGREEMENT: f64 = 0.1;

/// What the sources say of every thing.
#[derive(Clone, Debug, Default)]
pub struct Fused {
    /// The thing of each row; `None` for rows without a source or a part of the entity.
    pub thing: Vec<Option<usize>>,
    /// By attribute what the things may be: those attributes in which the reports of one thing agree often enough to be
    /// about the thing at all.
    pub beliefs: BTreeMap<AttributeId, Vec<Vec<Claim>>>,
    /// The standard deviation of the accuracies of the sources, each weighted by its reports.
    pub spread: f64,
}

/// A value that is reported of a thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The value.
    pub code: Code,
    /// The probability that it is true.
    pub probability: f64,
    /// How many sources report it.
    pub sources: usize,
    /// The source among them that is most often right.
    pub best_source: Code,
}

/// Weighs the reports of all sources. `attributes` are those that may be about the things; the source and the entity are
/// left out. Permuting the rows permutes the result.
pub fn fuse(table: &Table, fusion: &Fusion, attributes: impl IntoIterator<Item = AttributeId>) -> Fused {
    let key: Vec<_> = fusion.entity.iter().map(|&part| table.column(part)).collect();
    let entities = Groups::new(&key);
    let sources = table.column(fusion.source);
    let reports = |row: RowId| !sources.code(row).is_null();
    let thing: Vec<Option<usize>> = table.row_ids().map(|row| entities.group(row).filter(|_| reports(row))).collect();
    let mut rows = vec![Vec::new(); entities.len()];
    for (row, thing) in thing.iter().enumerate() {
        if let Some(thing) = thing {
            rows[*thing].push(RowId(row as u32));
        }
    }
    let about = |attribute: &AttributeId| {
        *attribute != fusion.source
            && !fusion.entity.contains(attribute)
            && agreement(table, &rows, *attribute) >= LEAST_AGREEMENT
    };
    let attributes: Vec<AttributeId> = attributes.into_iter().filter(about).collect();
    let panel = Panel {
        given: sources.dictionary().iter().map(|(_, name)| fusion.trust.get(name).copied()).collect(),
        things: rows.iter().map(|rows| Thing::new(table, fusion.source, &attributes, rows)).collect(),
        attributes: attributes.len(),
    };
    let (beliefs, accuracy) = panel.believe();
    let spread = panel.spread(&accuracy);
    let beliefs = beliefs.into_iter().enumerate().map(|(place, of_things)| {
        let claims = |(thing, beliefs): (usize, Vec<f64>)| panel.things[thing].claims(place, &beliefs, &accuracy);
        (attributes[place], of_things.into_iter().enumerate().map(claims).collect())
    });
    Fused { thing, beliefs: beliefs.collect(), spread }
}

/// The share of pairs of reports of one thing that agree in an attribute.
fn agreement(table: &Table, things: &[Vec<RowId>], attribute: AttributeId) -> f64 {
    let column = table.column(attribute);
    let (mut agree, mut all) = (0.0, 0.0);
    for rows in things {
        let mut counts: BTreeMap<Code, f64> = BTreeMap::new();
        for &row in rows.iter().filter(|&&row| !column.code(row).is_null()) {
            *counts.entry(column.code(row)).or_default() += 1.0;
        }
        let total: f64 = counts.values().sum();
        // Every thing counts alike, not every pair: a thing with many reports would outweigh all others.
        if total > 1.0 {
            agree += counts.values().map(|n| n * (n - 1.0)).sum::<f64>() / (total * (total - 1.0));
            all += 1.0;
        }
    }
    if all > 0.0 { agree / all } else { 0.0 }
}

/// All reports.
struct Panel {
    /// The accuracy that a rule gives to a source.
    given: Vec<Option<f64>>,
    things: Vec<Thing>,
    attributes: usize,
}

/// The reports of one thing.
struct Thing {
    /// The sources, sorted, each once.
    sources: Vec<Code>,
    /// By attribute the values that are reported.
    values: Vec<Vec<Code>>,
    /// By attribute the reports: the place of the source, the place of the value, and how much it counts: a source that
    /// contradicts itself spreads its one vote.
    reports: Vec<Vec<(usize, usize, f64)>>,
}

impl Thing {
    fn new(table: &Table, source: AttributeId, attributes: &[AttributeId], rows: &[RowId]) -> Self {
        let of_row = |&row: &RowId| table.column(source).code(row);
        let mut sources: Vec<Code> = rows.iter().map(of_row).collect();
        sources.sort_unstable();
        sources.dedup();
        let mut thing = Thing { sources, values: Vec::new(), reports: Vec::new() };
        for &attribute in attributes {
            let column = table.column(attribute);
            let mut counts: BTreeMap<(usize, Code), f64> = BTreeMap::new();
            for row in rows.iter().filter(|&&row| !column.code(row).is_null()) {
                let place = thing.sources.binary_search(&of_row(row)).expect("the sources are those of the rows");
                *counts.entry((place, column.code(*row))).or_default() += 1.0;
            }
            let mut values: Vec<Code> = counts.keys().map(|&(_, code)| code).collect();
            values.sort_unstable();
            values.dedup();
            let mut totals = vec![0.0; thing.sources.len()];
            counts.iter().for_each(|(&(source, _), count)| totals[source] += count);
            let place = |code| values.binary_search(&code).expect("the values are those of the counts");
            let report =
                |(&(source, code), count): (&(usize, Code), &f64)| (source, place(code), count / totals[source]);
            thing.reports.push(counts.iter().map(report).collect());
            thing.values.push(values);
        }
        thing
    }

    /// What is claimed in an attribute, likeliest first.
    fn claims(&self, attribute: usize, beliefs: &[f64], accuracy: &[Vec<f64>]) -> Vec<Claim> {
        let claim = |(place, &code): (usize, &Code)| {
            let by =
                self.reports[attribute].iter().filter(|report| report.1 == place).map(|report| self.sources[report.0]);
            let right = |source: &Code| accuracy[attribute][source.index()];
            let best = by.clone().reduce(|best, next| if right(&next) > right(&best) { next } else { best });
            Claim {
                code,
                probability: beliefs[place],
                sources: by.count(),
                best_source: best.expect("a value is reported by a source"),
            }
        };
        let mut claims: Vec<Claim> = self.values[attribute].iter().enumerate().map(claim).collect();
        claims.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.code.cmp(&b.code)));
        claims
    }

    /// What a source reports in an attribute, if it reports one value.
    fn only_value(&self, attribute: usize, source: usize) -> Option<usize> {
        let mut values = self.reports[attribute].iter().filter(|report| report.0 == source);
        values.next().filter(|_| values.next().is_none()).map(|report| report.1)
    }
}

/// By attribute and thing the probability of each value.
type Beliefs = Vec<Vec<Vec<f64>>>;

impl Panel {
    /// The beliefs averaged over the settings, and by attribute the mean accuracy of each source.
    fn believe(&self) -> (Beliefs, Vec<Vec<f64>>) {
        let likeness = self.likeness();
        let mut mean: Beliefs = (0..self.attributes)
            .map(|place| self.things.iter().map(|thing| vec![0.0; thing.values[place].len()]).collect())
            .collect();
        let mut accuracy = vec![vec![0.0; self.given.len()]; self.attributes];
        let add = |sum: &mut f64, one: f64| *sum += one / KAPPAS.len() as f64;
        for kappa in KAPPAS {
            let (beliefs, found) = self.maximise(&self.weights(&likeness, kappa));
            for (sum, one) in mean.iter_mut().flatten().flatten().zip(beliefs.into_iter().flatten().flatten()) {
                add(sum, one);
            }
            for (sum, one) in accuracy.iter_mut().flatten().zip(found.into_iter().flatten()) {
                add(sum, one);
            }
        }
        (mean, accuracy)
    }

    /// The standard deviation of the accuracies, those of a source averaged over the attributes.
    fn spread(&self, accuracy: &[Vec<f64>]) -> f64 {
        let mut reports = vec![0.0; self.given.len()];
        for thing in &self.things {
            let of_thing = thing.reports.iter().flatten();
            of_thing.for_each(|&(source, _, weight)| reports[thing.sources[source].index()] += weight);
        }
        let all: f64 = reports.iter().sum();
        if all == 0.0 {
            return 0.0;
        }
        let of = |source: usize| accuracy.iter().map(|of| of[source]).sum::<f64>() / accuracy.len() as f64;
        let weighted = |value: &dyn Fn(f64) -> f64| {
            (0..reports.len()).map(|source| reports[source] * value(of(source))).sum::<f64>() / all
        };
        let mean = weighted(&|accuracy| accuracy);
        weighted(&|accuracy| (accuracy - mean).powi(2)).sqrt()
    }

    /// For each pair of sources how often they say the same of a thing that both report, a missing value being a saying too.
    /// Two more things on which they differ are supposed: to copy is to agree in very many.
    fn likeness(&self) -> BTreeMap<(Code, Code), f64> {
        let pairs: usize =
            self.things.iter().map(|thing| thing.sources.len().pow(2) * self.attributes.max(1) / 2).sum();
        if pairs > MOST_PAIRS || self.attributes == 0 {
            return BTreeMap::new();
        }
        let mut common: BTreeMap<(Code, Code), (f64, f64)> = BTreeMap::new();
        for thing in &self.things {
            let said: Vec<Vec<Option<usize>>> = (0..thing.sources.len())
                .map(|source| (0..self.attributes).map(|attribute| thing.only_value(attribute, source)).collect())
                .collect();
            for (one, of_one) in said.iter().enumerate() {
                for (other, of_other) in said.iter().enumerate().skip(one + 1) {
                    let same = of_one.iter().zip(of_other).filter(|(a, b)| a == b).count();
                    let sums = common.entry((thing.sources[one], thing.sources[other])).or_default();
                    sums.0 += same as f64 / self.attributes as f64;
                    sums.1 += 1.0;
                }
            }
        }
        common.into_iter().map(|(pair, (same, all))| (pair, same / (all + 2.0))).collect()
    }

    fn weights(&self, likeness: &BTreeMap<(Code, Code), f64>, kappa: f64) -> Vec<f64> {
        let mut alike = vec![1.0; self.given.len()];
        for (&(one, other), likeness) in likeness {
            let likeness = likeness.powf(kappa);
            alike[one.index()] += likeness;
            alike[other.index()] += likeness;
        }
        alike.into_iter().map(|alike: f64| 1.0 / alike).collect()
    }

    fn maximise(&self, weights: &[f64]) -> (Beliefs, Vec<Vec<f64>>) {
        let first: Vec<f64> = self.given.iter().map(|given| given.unwrap_or(FIRST_ACCURACY)).collect();
        let mut accuracy = vec![first; self.attributes];
        let mut beliefs = Beliefs::new();
        for iteration in 0..ITERATIONS {
            beliefs = (0..self.attributes)
                .map(|place| {
                    self.things.iter().map(|thing| posterior(thing, place, &accuracy[place], weights)).collect()
                })
                .collect();
            accuracy = self.accuracies(&beliefs, if iteration < WARM_UP { Own::Ignored } else { Own::Counted });
        }
        (beliefs, accuracy)
    }

    fn accuracies(&self, beliefs: &Beliefs, own: Own) -> Vec<Vec<f64>> {
        let sources = self.given.len();
        let mut hits = vec![vec![0.0; sources]; self.attributes];
        let mut reports = vec![vec![0.0; sources]; self.attributes];
        for place in 0..self.attributes {
            for (thing, beliefs) in self.things.iter().zip(&beliefs[place]) {
                for &(source, value, weight) in &thing.reports[place] {
                    let source = thing.sources[source].index();
                    hits[place][source] += weight * beliefs[value];
                    reports[place][source] += weight;
                }
            }
        }
        let pooled = |place: usize, source: usize| {
            // With a single attribute there is nothing else to judge a source by.
            let counts = |&other: &usize| other != place || self.attributes == 1;
            let total =
                |sums: &[Vec<f64>]| (0..sums.len()).filter(counts).map(|other| sums[other][source]).sum::<f64>();
            (total(&hits) + FIRST_ACCURACY * FIRST_REPORTS) / (total(&reports) + FIRST_REPORTS)
        };
        let of = |place: usize, source: usize| {
            let pooled = pooled(place, source);
            let found = match own {
                Own::Ignored => pooled,
                Own::Counted => (hits[place][source] + POOL * pooled) / (reports[place][source] + POOL),
            };
            self.given[source].unwrap_or(found).clamp(ACCURACIES.0, ACCURACIES.1)
        };
        (0..self.attributes).map(|place| (0..sources).map(|source| of(place, source)).collect()).collect()
    }
}

/// Whether a source is judged in an attribute by what it says there.
#[derive(Clone, Copy)]
enum Own {
    Ignored,
    Counted,
}

/// The probability of each value that is reported of a thing; what is left is that of a value that nobody reports.
fn posterior(thing: &Thing, attribute: usize, accuracy: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut odds = vec![0.0; thing.values[attribute].len()];
    for &(source, value, weight) in &thing.reports[attribute] {
        let source = thing.sources[source].index();
        let right = accuracy[source];
        odds[value] += weight * weights[source] * (WRONG_VALUES * right / (1.0 - right)).ln();
    }
    let top = odds.iter().copied().fold(0.0, f64::max);
    let total = (-top).exp() + odds.iter().map(|odds| (odds - top).exp()).sum::<f64>();
    odds.into_iter().map(|odds| (odds - top).exp() / total).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::Span;
    use lustrate_rules::{RuleOrigin, Strength};
    use lustrate_table::Column;

    use super::*;

    const GATE: AttributeId = AttributeId(2);

    /// Rows of source, flight and gate.
    fn table(rows: &[[&str; 3]]) -> Table {
        let column = |place: usize| {
            let text = |row: &[&str; 3]| Some(row[place]).filter(|text| !text.is_empty()).map(str::to_owned);
            let cells: Vec<Option<String>> = rows.iter().map(text).collect();
            cells.iter().map(|cell| cell.as_deref()).collect::<Column>()
        };
        let names = ["src", "flight", "gate"];
        Table::new(names.iter().enumerate().map(|(place, name)| (name.to_string(), column(place))).collect()).unwrap()
    }

    fn fusion(trust: &[(&str, f64)]) -> Fusion {
        Fusion {
            name: "fusion".into(),
            origin: RuleOrigin { file: "t.rules".into(), line: 1, span: Span::new(0, 1) },
            strength: Strength::Soft { log_weight: None },
            source: AttributeId(0),
            entity: vec![AttributeId(1)],
            trust: trust.iter().map(|&(name, trust)| (name.to_owned(), trust)).collect(),
        }
    }

    /// The gate of the flight that is believed, with its probability.
    fn gate(table: &Table, fusion: &Fusion, row: u32) -> (String, f64) {
        let fused = fuse(table, fusion, [AttributeId(0), AttributeId(1), GATE]);
        let claim = &fused.beliefs[&GATE][fused.thing[row as usize].unwrap()][0];
        (table.column(GATE).dictionary().text(claim.code).unwrap().to_owned(), claim.probability)
    }

    /// Sources a, b and c report three hundred flights: a is always right, b often, and c seldom.
    fn flights() -> Vec<[&'static str; 3]> {
        let mut rows = Vec::new();
        for flight in 0..300 {
            let name: &'static str = Box::leak(format!("F{flight}").into_boxed_str());
            let right: &'static str = Box::leak(format!("G{flight}").into_boxed_str());
            let wrong = |by: &str| -> &'static str { Box::leak(format!("{by}{flight}").into_boxed_str()) };
            rows.push(["a", name, right]);
            rows.push(["b", name, if flight % 5 == 0 { wrong("B") } else { right }]);
            rows.push(["c", name, if flight % 3 == 0 { wrong("C") } else { right }]);
        }
        rows
    }

    #[test]
    fn a_source_that_is_often_right_is_believed_where_all_differ() {
        let rows = flights();
        let (value, probability) = gate(&table(&rows), &fusion(&[]), 0);
        assert_eq!(value, "G0");
        assert!(probability > 0.5, "{probability}");
    }

    #[test]
    fn copies_of_a_wrong_source_are_one_vote() {
        let mut rows = flights();
        let copied: Vec<_> = rows.iter().filter(|row| row[0] == "c").copied().collect();
        for copy in ["c2", "c3", "c4", "c5"] {
            rows.extend(copied.iter().map(|row| [copy, row[1], row[2]]));
        }
        // Flight 3: a and b report the right gate, c and its four copies another.
        assert_eq!(gate(&table(&rows), &fusion(&[]), 9).0, "G3");
    }

    #[test]
    fn a_given_trust_is_not_unlearned() {
        let rows = [["x", "F", "1"], ["y", "F", "2"], ["z", "F", "2"], ["x", "H", "3"], ["y", "H", "3"]];
        assert_eq!(gate(&table(&rows), &fusion(&[]), 0).0, "2");
        let (value, probability) = gate(&table(&rows), &fusion(&[("x", 0.98), ("y", 0.3), ("z", 0.3)]), 0);
        assert_eq!(value, "1");
        assert!(probability > 0.8, "{probability}");
    }

    #[test]
    fn what_differs_in_every_report_is_not_about_the_thing() {
        let rows = [["x", "F", "1"], ["y", "F", "2"], ["x", "H", "3"], ["y", "H", "4"]];
        assert!(fuse(&table(&rows), &fusion(&[]), [GATE]).beliefs.is_empty());
    }

    #[test]
    fn rows_without_a_source_or_a_thing_take_no_part() {
        let rows = [["", "F", "1"], ["y", "", "1"], ["x", "F", "2"], ["y", "F", "2"]];
        let fused = fuse(&table(&rows), &fusion(&[]), [GATE]);
        assert_eq!(fused.thing.iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, true, true]);
        assert_eq!(gate(&table(&rows), &fusion(&[]), 2).0, "2");
    }
}
