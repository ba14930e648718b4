//! Reports of several sources on sailings of ferries.
//!
//! In truth all reports of one sailing agree; what sources make of it is the matter of `spoil_sources`.

use rand::RngExt;
use rand::distr::Distribution;

use super::words::town;
use super::{Blueprint, by_popularity, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &["source", "sailing", "planned", "left", "arrived", "berth", "fare"],
    rules: "\
version 1

# Every report of a sailing should say the same.
planned: fd sailing -> planned
left: fd sailing -> left
arrived: fd sailing -> arrived
berths: fd sailing -> berth
fares: fd sailing -> fare
",
    records,
};

/// Who reports.
const SOURCES: [&str; 25] = [
    "allports.example",
    "baltic-times",
    "boatwatch",
    "coastline",
    "crossings24",
    "departures-live",
    "ferry-info",
    "ferryfinder",
    "ferryhub",
    "go-by-sea",
    "harbour-board",
    "islandhopper",
    "landing-stage",
    "line-office",
    "mooring.example",
    "nordic-ferries",
    "pier7",
    "port-authority",
    "quayside",
    "sailings.example",
    "seatravel",
    "shipspotter",
    "timetables",
    "travel-desk",
    "wave-rider",
];

/// The share of the sailings on which the laziest source reports.
const LEAST_COVERED: f64 = 0.6;

struct Sailing {
    name: String,
    planned: u32,
    left: u32,
    arrived: u32,
    berth: String,
    cents: u32,
}

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    let sources = &SOURCES[..(rows / 12).clamp(4, SOURCES.len())];
    let covered: Vec<f64> = sources.iter().map(|_| stream.random_range(LEAST_COVERED..1.0)).collect();
    let routes = routes((rows / 200).max(3), stream);
    let by_route = by_popularity(routes.len());
    let mut reports = Vec::with_capacity(rows);
    let mut number = 1_000;
    while reports.len() < rows {
        number += stream.random_range(1..30);
        let sailing = sailing(number, &routes[by_route.sample(stream)], stream);
        let here = (0..sources.len()).filter(|&source| stream.random_bool(covered[source]));
        reports.extend(here.map(|source| (source, record(sources[source], &sailing))));
    }
    reports.truncate(rows);
    // A table of reports is put together source by source.
    reports.sort_by_key(|(source, _)| *source);
    reports.into_iter().map(|(_, record)| record).collect()
}

fn record(source: &str, sailing: &Sailing) -> Vec<String> {
    vec![
        source.to_owned(),
        sailing.name.clone(),
        time(sailing.planned),
        time(sailing.left),
        time(sailing.arrived),
        sailing.berth.clone(),
        format!("{}.{:02}", sailing.cents / 100, sailing.cents % 100),
    ]
}

/// From where to where, in how many minutes, for how many cents.
struct Route {
    towns: [String; 2],
    minutes: u32,
    cents: u32,
}

fn routes(count: usize, stream: &mut Stream) -> Vec<Route> {
    let route = |_| {
        let minutes = 5 * stream.random_range(4..60);
        let cents = 50 * (minutes / 3 + stream.random_range(4..20));
        Route { towns: [town(stream), town(stream)], minutes, cents }
    };
    (0..count).map(route).collect()
}

fn sailing(number: u32, route: &Route, stream: &mut Stream) -> Sailing {
    let planned = 5 * stream.random_range(60..276);
    let left = planned + one_of(&[0, 0, 0, 1, 2, 3, 4, 6, 9, 13, 22, 48], stream);
    let [from, to] = &route.towns;
    Sailing {
        name: format!("F{number} {from}-{to}"),
        planned,
        left,
        arrived: left + route.minutes + stream.random_range(0..12),
        berth: format!("{} {}", one_of(&["Pier", "Quay", "Ramp"], stream), stream.random_range('A'..='H')),
        // The hours when everybody travels are dearer.
        cents: route.cents + if (420..600).contains(&planned) { route.cents / 4 } else { 0 },
    }
}

/// A time of day in minutes since midnight.
fn time(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}
