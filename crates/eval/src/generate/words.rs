//! Words that names are made of, and the names.

use std::collections::BTreeSet;

use rand::RngExt;

use super::one_of;
use crate::noise::Stream;

const FIRST: [&str; 40] = [
    "Ada", "Agnès", "Amir", "Anna", "Bea", "Carl", "Chloé", "Dara", "Elif", "Emil", "Erik", "Eva", "Finn", "Greta",
    "Hugo", "Ines", "Ivan", "Jana", "João", "Karin", "Lea", "Lena", "Łukasz", "Mara", "Marc", "Mark", "Mia", "Nils",
    "Nora", "Olga", "Oskar", "Paul", "Rosa", "Sara", "Søren", "Tom", "Uma", "Vera", "Yara", "Zoë",
];

const LAST: [&str; 40] = [
    "Adler",
    "Alvarez",
    "Bauer",
    "Berg",
    "Bergen",
    "Brandt",
    "Castro",
    "Costa",
    "Dahl",
    "Dubois",
    "Eriksen",
    "Falk",
    "Fischer",
    "Garcia",
    "Haas",
    "Hansen",
    "Hanson",
    "Ito",
    "Jansen",
    "Jönsson",
    "Keller",
    "Kovač",
    "Lang",
    "Lindgren",
    "Marin",
    "Meyer",
    "Moreau",
    "Müller",
    "Nowak",
    "Núñez",
    "Okafor",
    "Olsen",
    "Petrov",
    "Rossi",
    "Silva",
    "Sørensen",
    "Tanaka",
    "Vogel",
    "Weber",
    "Zhang",
];

const STREET: [&str; 20] = [
    "Abbey", "Bridge", "Castle", "Cedar", "Chapel", "Elm", "Forest", "Garden", "Harbour", "High", "Hill", "Lake",
    "Market", "Mill", "North", "Park", "River", "School", "South", "Station",
];

const WAY: [&str; 5] = ["Avenue", "Lane", "Road", "Street", "Way"];

const TOWN: [&str; 24] = [
    "Alder", "Ash", "Birk", "Bran", "Cald", "Dorn", "Eber", "Fal", "Glen", "Hart", "Iver", "Kirk", "Lang", "Mar",
    "Nord", "Ober", "Pen", "Ravn", "Sand", "Thorn", "Ulm", "Vest", "Wald", "Åker",
];

const TOWN_END: [&str; 12] =
    ["berg", "bury", "by", "dal", "field", "ford", "hafen", "ham", "mouth", "stad", "ton", "ås"];

const REGION: [&str; 8] =
    ["Eastmark", "Hochland", "Lower Vale", "Northmark", "Southmark", "Süderland", "Upper Vale", "Westmark"];

/// The name of a person.
pub(super) fn person(stream: &mut Stream) -> String {
    format!("{} {}", one_of(&FIRST, stream), one_of(&LAST, stream))
}

/// A street with a number.
pub(super) fn street(stream: &mut Stream) -> String {
    let number = stream.random_range(1..200);
    format!("{number} {} {}", one_of(&STREET, stream), one_of(&WAY, stream))
}

/// The name of a town.
pub(super) fn town(stream: &mut Stream) -> String {
    format!("{}{}", one_of(&TOWN, stream), one_of(&TOWN_END, stream))
}

/// A place where people live.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) postal_code: String,
    pub(super) city: String,
    pub(super) region: &'static str,
}

/// So many places, each with a postal code of its own. Cities have one to four postal codes, near to each other; the
/// name of one city may come back in another region.
pub(super) fn places(count: usize, stream: &mut Stream) -> Vec<Place> {
    let mut places = Vec::with_capacity(count);
    let mut used = BTreeSet::new();
    while places.len() < count {
        let city = town(stream);
        let region = one_of(&REGION, stream);
        let first = stream.random_range(1_000..99_900);
        for _ in 0..stream.random_range(1..=4).min(count - places.len()) {
            let code = (first..).find(|code| !used.contains(code)).expect("some number is not used yet");
            used.insert(code);
            places.push(Place { postal_code: format!("{code:05}"), city: city.clone(), region });
        }
    }
    places
}

/// So many different numbers below a bound, in random order, for ids that say nothing.
///
/// # Panics
/// When there are not so many.
pub(super) fn ids(count: usize, range: std::ops::Range<usize>, stream: &mut Stream) -> Vec<usize> {
    rand::seq::index::sample(stream, range.len(), count).into_iter().map(|id| range.start + id).collect()
}
