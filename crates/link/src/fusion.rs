//! What several sources report of one thing, and what is probably true (data fusion).
//!
//! The truth `v` about a thing is reported by sources that are right with a probability each, or copy:
//!
//! ```text
//! P(r | v)      = a                     r = v; a is the accuracy of the source in the attribute
//!                 (1 - a) π(r | v)      otherwise
//! P(r | r_t, v) = c + (1 - c) P(r | v)  r = r_t, what the source t reports from which this one copies with probability c
//!                 (1 - c) P(r | v)      otherwise
//! π(r | v)      = (n_r + κ) / (n - n_v + κ N)      what is wrong is said by others too; n counts reports that are no copies
//! ```
//!
//! The beliefs, the accuracies and who copies from whom are found in turn (expectation maximisation; Dong, Berti-Equille and
//! Srivastava 2009, "Integrating conflicting data: the role of source dependence", and 2012, "Less is more", for `π`; the
//! reports of a thing form a tree given the truth, as in Friedman, Geiger and Goldszmidt 1997). Everything is averaged over
//! several settings ([`SETTINGS`]): one would be a guess.
//!
//! Where two camps of sources contradict each other in an attribute, each camp is right by its own count, and the larger one
//! wins from an even start. So in the first iterations a source is judged in an attribute by what it says in the others, where
//! the camps seldom are the same, and so is who copies; and nothing is believed too early (deterministic annealing).

mod accuracy;
mod belief;
mod copying;
#[cfg(test)]
pub(crate) mod made_up;
mod panel;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::Fusion;
use lustrate_table::{AttributeId, CellId, Code, Table};
use rayon::prelude::*;

use self::accuracy::{Accuracies, Own};
use self::belief::{Beliefs, believe};
use self::copying::{Copying, Likeness};
use self::panel::{Panel, things};
pub(crate) use self::spread::spread;

/// One way to learn.
#[derive(Clone, Copy, Debug)]
struct Setting {
    /// By how much the log odds of the first iteration are multiplied.
    softness: f64,
    /// κ: how many reports it takes before what the sources say of a thing tells what wrong sources say of it.
    kappa: f64,
}

/// The settings over which beliefs are averaged.
const SETTINGS: [Setting; 3] = [
    Setting { softness: 0.2, kappa: 3.0 },
    Setting { softness: 0.3, kappa: 5.0 },
    Setting { softness: 0.4, kappa: 8.0 },
];
/// Pairs of reports at most that are compared to tell who copies; of more, those of a sample of the things.
const MOST_PAIRS: usize = 1_000_000;
/// Iterations in which the log odds grow to their full size.
const ANNEALING: usize = 6;
/// Iterations at the beginning in which what a source says in an attribute does not count for it there.
const WARM_UP: usize = 14;
/// Iterations at most, and the change of a belief below which they end.
const ITERATIONS: usize = 40;
const SETTLED: f64 = 1e-3;
/// The part of a belief that stays from one iteration of the warm-up to the next, so that two attributes that are judged by
/// each other do not change places.
const INERTIA: f64 = 0.5;

/// The chance that what is said of a thing is wrong together: the sources have it from one place that nobody sees, or speak of
/// something else than the table does. No number of reports tells, and where truth is at hand it is about so.
const WRONG_TOGETHER: f64 = 0.04;

/// What the sources say of every thing.
#[derive(Clone, Debug, Default)]
pub struct Fused {
    /// The thing of each row; `None` for rows without a source or a part of the entity.
    pub thing: Vec<Option<usize>>,
    /// By attribute what the things may be: those attributes in which the reports of one thing agree often enough to be
    /// about the thing at all.
    pub beliefs: BTreeMap<AttributeId, Vec<Vec<Claim>>>,
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
/// left out. The `known` cells say what is true of their things, however few report it. Permuting the rows permutes the
/// result.
pub fn fuse(
    table: &Table,
    fusion: &Fusion,
    attributes: impl IntoIterator<Item = AttributeId>,
    known: &BTreeSet<CellId>,
) -> Fused {
    let (thing, rows) = things(table, fusion);
    let panel = Panel::new(table, fusion, attributes.into_iter().collect(), &rows, known);
    let likeness = Likeness::new(&panel, MOST_PAIRS);
    let learned: Vec<Learned> = SETTINGS.par_iter().map(|setting| learn(&panel, &likeness, *setting)).collect();
    let accuracy = mean_accuracy(&learned);
    let beliefs = panel.attributes.iter().enumerate().map(|(place, &attribute)| {
        let claims =
            |thing: usize| panel.claims(place, thing, &mean_belief(&panel, &learned, place, thing), &accuracy[place]);
        (attribute, (0..panel.things.len()).map(claims).collect())
    });
    Fused { beliefs: beliefs.collect(), thing }
}

/// What one setting finds.
struct Learned {
    beliefs: Vec<Beliefs>,
    accuracies: Accuracies,
}

fn learn(panel: &Panel, likeness: &Likeness, setting: Setting) -> Learned {
    let mut accuracies = Accuracies::first(panel);
    let mut copying = Copying::none(panel);
    let mut beliefs: Vec<Beliefs> = Vec::new();
    for iteration in 0..ITERATIONS {
        let own = if iteration < WARM_UP { Own::Ignored } else { Own::Counted };
        let heat = setting.softness.powf(1.0 - (iteration as f64 / ANNEALING as f64).min(1.0));
        let kappa = (own == Own::Counted).then_some(setting.kappa);
        let mut found: Vec<Beliefs> = (0..panel.attributes.len())
            .into_par_iter()
            .map(|place| believe(panel, place, &accuracies, &copying, kappa, heat))
            .collect();
        let mut change = f64::INFINITY;
        if iteration > 0 {
            let inertia = if iteration < WARM_UP { INERTIA } else { 0.0 };
            change = found.iter_mut().zip(&beliefs).map(|(new, old)| new.blend(old, inertia)).fold(0.0, f64::max);
        }
        beliefs = found;
        accuracies = Accuracies::new(panel, &beliefs, own);
        if iteration > WARM_UP && change < SETTLED {
            break;
        }
        copying = Copying::new(panel, likeness, &beliefs, &accuracies, own);
    }
    Learned { beliefs, accuracies }
}

fn mean_belief(panel: &Panel, learned: &[Learned], attribute: usize, thing: usize) -> Vec<f64> {
    let wrong_together = if panel.things[thing].known[attribute].is_some() { 0.0 } else { WRONG_TOGETHER };
    let mut mean = vec![0.0; learned[0].beliefs[attribute].of(thing).len()];
    for one in learned {
        for (sum, belief) in mean.iter_mut().zip(one.beliefs[attribute].of(thing)) {
            *sum += (1.0 - wrong_together) * belief / learned.len() as f64;
        }
    }
    mean
}

/// By attribute and source.
fn mean_accuracy(learned: &[Learned]) -> Vec<Vec<f64>> {
    let attributes = learned[0].beliefs.len();
    let mean = |place: usize| {
        let of = |source: usize| learned.iter().map(|one| one.accuracies.mean(place, source)).sum::<f64>();
        (0..learned[0].accuracies.sources()).map(|source| of(source) / learned.len() as f64).collect()
    };
    (0..attributes).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::made_up::{chance, fusion, table};
    use super::*;

    const GATE: AttributeId = AttributeId(2);

    /// The gate of the flight that is believed, with its probability.
    fn gate<Row: AsRef<[Text]>, Text: AsRef<str>>(rows: &[Row], trust: &[(&str, f64)], row: u32) -> (String, f64) {
        let table = table(rows);
        let fused = fuse(&table, &fusion(trust), table.schema().ids(), &BTreeSet::new());
        let claim = &fused.beliefs[&GATE][fused.thing[row as usize].unwrap()][0];
        (table.column(GATE).dictionary().text(claim.code).unwrap().to_owned(), claim.probability)
    }

    /// Sources a, b and c report three hundred flights: a is always right, b often, and c seldom.
    fn flights() -> Vec<[String; 3]> {
        let mut rows = Vec::new();
        for flight in 0..300 {
            let row = |source: &str, is_wrong: bool| {
                let gate = if is_wrong { format!("{source}{flight}") } else { format!("G{flight}") };
                [source.to_owned(), format!("F{flight}"), gate]
            };
            rows.extend([row("a", false), row("b", flight % 5 == 0), row("c", flight % 3 == 0)]);
        }
        rows
    }

    #[test]
    fn a_source_that_is_often_right_is_believed_where_all_differ() {
        let (value, probability) = gate(&flights(), &[], 0);
        assert_eq!(value, "G0");
        assert!(probability > 0.5, "{probability}");
    }

    #[test]
    fn copies_of_a_wrong_source_are_one_vote() {
        let mut rows = flights();
        let copied: Vec<_> = rows.iter().filter(|row| row[0] == "c").cloned().collect();
        for copy in ["c2", "c3", "c4", "c5"] {
            rows.extend(copied.iter().map(|[_, flight, gate]| [copy.to_owned(), flight.clone(), gate.clone()]));
        }
        // Flight 3: a and b report the right gate, c and its four copies another.
        assert_eq!(gate(&rows, &[], 9).0, "G3");
    }

    /// Fourteen sources on the gate, hour, crew and bay of eighty flights. Six copy nine in ten of what the worst says, and
    /// leave one in eight out; the others are right in three of four reports. What is wrong is one of three values.
    fn bloc() -> Vec<Vec<String>> {
        let said = |source: usize, flight: usize, column: usize| {
            let place = [source, flight, column];
            let right = if source == 0 { 0.35 } else { 0.75 };
            let wrong = (3.0 * chance([source + 100, flight, column])) as usize;
            if chance(place) < right { format!("right{flight}") } else { format!("wrong{flight}-{wrong}") }
        };
        let mut rows = Vec::new();
        for flight in 0..80 {
            for source in 0..14 {
                let told = |column: usize| {
                    let copies = source < 6 && chance([source + 200, flight, column]) < 0.9;
                    let leaves_out = chance([source + 300, flight, column]) < 0.125;
                    let value = said(if copies { 0 } else { source }, flight, column);
                    if leaves_out { String::new() } else { value }
                };
                rows.push([format!("s{source}"), format!("F{flight}")].into_iter().chain((0..4).map(told)).collect());
            }
        }
        rows
    }

    /// How many of eighty flights have the right gate.
    fn right<Row: AsRef<[Text]>, Text: AsRef<str>>(rows: &[Row]) -> usize {
        let table = table(rows);
        let fused = fuse(&table, &fusion(&[]), table.schema().ids(), &BTreeSet::new());
        let best = |claims: &Vec<Claim>| table.column(GATE).dictionary().text(claims[0].code).unwrap().to_owned();
        fused.beliefs[&GATE].iter().filter(|claims| best(claims).starts_with("right")).count()
    }

    #[test]
    fn a_bloc_of_copiers_with_gaps_and_slips_is_seen_through() {
        assert!(right(&bloc()) > 76, "{}", right(&bloc()));
    }

    #[test]
    fn of_two_camps_that_is_believed_whose_sources_are_better_elsewhere() {
        // Six of ten sources report another kind of gate, all the same, and err in the hour and the crew now and then.
        let mut rows = Vec::new();
        for flight in 0..80 {
            for source in 0..10 {
                let camp = source < 6;
                let gate = if camp { format!("wrong{flight}") } else { format!("right{flight}") };
                let other = |column: usize| {
                    let slips = chance([source, flight, column]) < if camp { 0.4 } else { 0.05 };
                    if slips { format!("slip{source}-{flight}") } else { format!("right{flight}") }
                };
                rows.push([format!("s{source}"), format!("F{flight}"), gate, other(1), other(2)]);
            }
        }
        assert_eq!(right(&rows), 80);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let (mut rows, as_read) = (bloc(), right(&bloc()));
        let before = gate(&rows, &[], 7);
        rows.reverse();
        assert_eq!(right(&rows), as_read);
        let after = gate(&rows, &[], rows.len() as u32 - 8);
        assert_eq!(after.0, before.0);
        assert!((after.1 - before.1).abs() < 1e-9, "{before:?} {after:?}");
    }

    #[test]
    fn what_all_sources_say_may_be_wrong_all_the_same() {
        let rows: Vec<_> = (0..40).map(|source| [format!("s{source}"), "F".to_owned(), "G".to_owned()]).collect();
        let (_, probability) = gate(&rows, &[], 0);
        assert!((0.9..=1.0 - WRONG_TOGETHER).contains(&probability), "{probability}");
    }

    #[test]
    fn a_given_trust_is_not_unlearned() {
        let rows = [["x", "F", "1"], ["y", "F", "2"], ["z", "F", "2"], ["x", "H", "3"], ["y", "H", "3"]];
        assert_eq!(gate(&rows, &[], 0).0, "2");
        let (value, probability) = gate(&rows, &[("x", 0.98), ("y", 0.3), ("z", 0.3)], 0);
        assert_eq!(value, "1");
        assert!(probability > 0.8, "{probability}");
    }

    #[test]
    fn what_differs_in_every_report_is_not_about_the_thing() {
        let rows = [["x", "F", "1"], ["y", "F", "2"], ["x", "H", "3"], ["y", "H", "4"]];
        assert!(fuse(&table(&rows), &fusion(&[]), [GATE], &BTreeSet::new()).beliefs.is_empty());
    }

    #[test]
    fn rows_without_a_source_or_a_thing_take_no_part() {
        let rows = [["", "F", "1"], ["y", "", "1"], ["x", "F", "2"], ["y", "F", "2"]];
        let fused = fuse(&table(&rows), &fusion(&[]), [GATE], &BTreeSet::new());
        assert_eq!(fused.thing.iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, true, true]);
        assert_eq!(gate(&rows, &[], 2).0, "2");
    }
}
