//! A register of medical practitioners joined with the practices where they work.
//!
//! What is told of a practitioner or a site comes in few rows, so that nothing outvotes an error by far.

mod words;

use std::collections::BTreeSet;
use std::ops::Range;

use rand::RngExt;
use rand::distr::Distribution;
use rand::seq::IndexedRandom;

use super::{Blueprint, by_popularity, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &[
        "practitioner_number",
        "register_number",
        "last_name",
        "first_name",
        "middle_name",
        "gender",
        "credential",
        "school",
        "graduation_year",
        "specialty",
        "practice_name",
        "practice_number",
        "members",
        "street",
        "street_2",
        "city",
        "state",
        "zip",
        "phone",
    ],
    rules: "\
version 1

practitioners: fd practitioner_number -> register_number, last_name, first_name, middle_name, gender
training: fd practitioner_number -> credential, school, graduation_year, specialty
registers: fd register_number -> practitioner_number

# Who works alone has no practice.
practices: fd practice_number -> practice_name, members

# A zip code of nine digits is one of its own; an address is always written with the same.
places: fd zip -> city, state
phones: fd phone -> street, street_2, zip
",
    records,
};

struct Practitioner {
    number: u64,
    register_number: u64,
    last_name: String,
    first_name: &'static str,
    middle_name: String,
    gender: Gender,
    credential: &'static str,
    school: &'static str,
    graduation_year: u32,
    specialty: &'static str,
}

#[derive(Clone, Copy)]
enum Gender {
    Female,
    Male,
}

impl Gender {
    fn first_names(self) -> &'static [&'static str; 24] {
        match self {
            Gender::Female => &words::WOMEN,
            Gender::Male => &words::MEN,
        }
    }
}

struct Practice {
    name: String,
    number: u64,
    members: u32,
    specialty: &'static str,
    /// Places in the list of sites.
    sites: Range<usize>,
}

/// One practice at one address, with a phone of its own.
struct Site {
    practice: Option<usize>,
    street: String,
    street_2: String,
    place: usize,
    zip: String,
    phone: u64,
}

struct Place {
    zip: u32,
    city: String,
    state: &'static str,
    area: u32,
}

/// The register as it grows.
struct Register {
    places: Vec<Place>,
    practices: Vec<Practice>,
    sites: Vec<Site>,
    practitioners: Vec<Practitioner>,
    numbers: BTreeSet<u64>,
}

/// The number of practitioners of a practice.
const SIZES: [u32; 14] = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11, 15, 21, 30];

/// The number of places where a practitioner works.
const PLACES_OF_WORK: [usize; 10] = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4];

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    let mut register = Register {
        places: places((rows / 40).max(8), stream),
        practices: Vec::new(),
        sites: Vec::new(),
        practitioners: Vec::new(),
        numbers: BTreeSet::new(),
    };
    let by_place = by_popularity(register.places.len());
    let mut records = Vec::with_capacity(rows);
    while records.len() < rows {
        let (sites, size) = if stream.random_ratio(1, 4) {
            let place = by_place.sample(stream);
            register.add_site(None, place, stream);
            (register.sites.len() - 1..register.sites.len(), 1)
        } else {
            register.add_practice(by_place.sample(stream), stream)
        };
        for _ in 0..size {
            register.add_practitioner(&sites, stream);
            for site in register.places_of_work(&sites, stream) {
                records.push(register.record(&register.sites[site]));
            }
        }
    }
    records.truncate(rows);
    records
}

impl Register {
    /// The row of the latest practitioner at a site.
    fn record(&self, site: &Site) -> Vec<String> {
        let practitioner = self.practitioners.last().expect("there is a practitioner before there is a row");
        let practice = site.practice.map(|practice| &self.practices[practice]);
        let of_practice = |text: fn(&Practice) -> String| practice.map(text).unwrap_or_default();
        let place = &self.places[site.place];
        vec![
            practitioner.number.to_string(),
            practitioner.register_number.to_string(),
            practitioner.last_name.clone(),
            practitioner.first_name.to_owned(),
            practitioner.middle_name.clone(),
            match practitioner.gender {
                Gender::Female => "F".to_owned(),
                Gender::Male => "M".to_owned(),
            },
            practitioner.credential.to_owned(),
            practitioner.school.to_owned(),
            practitioner.graduation_year.to_string(),
            practitioner.specialty.to_owned(),
            of_practice(|practice| practice.name.clone()),
            of_practice(|practice| practice.number.to_string()),
            of_practice(|practice| practice.members.to_string()),
            site.street.clone(),
            site.street_2.clone(),
            place.city.clone(),
            place.state.to_owned(),
            site.zip.clone(),
            site.phone.to_string(),
        ]
    }

    /// A practice with its sites, most of them in one city; gives the sites and the number of practitioners.
    fn add_practice(&mut self, place: usize, stream: &mut Stream) -> (Range<usize>, u32) {
        let number = self.fresh(2_000_000_000..4_000_000_000, stream);
        let size = one_of(&SIZES, stream);
        let (specialty, _) = words::SPECIALTIES[by_popularity(words::SPECIALTIES.len()).sample(stream)];
        let (mut name, mut place) = (practice_name(&self.places[place].city, stream), place);
        if let Some(other) = self.practices.choose(stream)
            && stream.random_ratio(1, 8)
        {
            name = resembling(&other.name, stream);
            if stream.random_bool(0.5) {
                place = self.sites[other.sites.start].place;
            }
        }
        let first = self.sites.len();
        for _ in 0..one_of(&[1, 1, 1, 2, 2, 3, 4], stream).min(size as usize + 1) {
            let there = if stream.random_ratio(1, 4) { stream.random_range(0..self.places.len()) } else { place };
            self.add_site(Some(self.practices.len()), there, stream);
        }
        let sites = first..self.sites.len();
        // A register lists not all members of the practices that it names.
        let members = size + stream.random_range(0..=size);
        self.practices.push(Practice { name, number, members, specialty, sites: sites.clone() });
        (sites, size)
    }

    /// A site; one in five stands a few houses from another, or in the same.
    fn add_site(&mut self, practice: Option<usize>, place: usize, stream: &mut Stream) {
        let (mut street, mut place, mut zip) = (street(stream), place, None);
        if let Some(other) = self.sites.choose(stream)
            && stream.random_ratio(1, 5)
        {
            street = neighbour(&other.street, stream);
            (place, zip) = (other.place, Some(other.zip.clone()));
        }
        let street_2 = match stream.random_range(0..4) {
            0 => format!("{}{}", one_of(&words::WITHIN, stream), stream.random_range(1..=40) * 10),
            _ => String::new(),
        };
        let Place { zip: short, area, .. } = self.places[place];
        let zip = zip.unwrap_or_else(|| zip_code(short, stream));
        let area = u64::from(area) * 10_000_000;
        let phone = self.fresh(area + 2_000_000..area + 9_990_000, stream);
        self.sites.push(Site { practice, street, street_2, place, zip, phone });
    }

    /// A practitioner; one in nine has the name of another and a first name that is easily taken for that of the other.
    fn add_practitioner(&mut self, sites: &Range<usize>, stream: &mut Stream) {
        let number = self.fresh(1_000_000_000..2_000_000_000, stream);
        let register_number = self.fresh(4_000_000_000..9_999_000_000, stream);
        let gender = one_of(&[Gender::Female, Gender::Male], stream);
        let first_names = gender.first_names();
        let (mut last_name, mut first_name) = (last_name(stream), one_of(first_names, stream));
        if let Some(other) = self.practitioners.choose(stream)
            && stream.random_ratio(1, 9)
        {
            last_name.clone_from(&other.last_name);
            let same = first_names.iter().position(|name| *name == other.first_name);
            first_name = same.map_or(first_name, |at| first_names[at ^ usize::from(stream.random_bool(0.7))]);
        }
        let of_practice = self.sites[sites.start].practice.map(|practice| self.practices[practice].specialty);
        let (specialty, credential) = match of_practice.filter(|_| stream.random_bool(0.6)) {
            Some(main) => *words::SPECIALTIES.iter().find(|(name, _)| *name == main).expect("it is one of the list"),
            None => words::SPECIALTIES[by_popularity(words::SPECIALTIES.len()).sample(stream)],
        };
        let credential = match stream.random_range(0..10) {
            0..4 => "",
            4 if credential == "MD" => "DO",
            _ => credential,
        };
        let middle_name = match stream.random_range(0..20) {
            0..11 => String::new(),
            11..17 => stream.random_range('A'..='W').to_string(),
            _ => one_of(&words::MIDDLE, stream).to_owned(),
        };
        self.practitioners.push(Practitioner {
            number,
            register_number,
            last_name,
            first_name,
            middle_name,
            gender,
            credential,
            school: words::SCHOOLS[by_popularity(words::SCHOOLS.len()).sample(stream)],
            graduation_year: 1_968 + stream.random_range(0..24) + stream.random_range(0..24),
            specialty,
        });
    }

    /// Sites where a practitioner works: those of the practice first, then one of another.
    fn places_of_work(&self, sites: &Range<usize>, stream: &mut Stream) -> BTreeSet<usize> {
        let count = one_of(&PLACES_OF_WORK, stream);
        let own: Vec<usize> = sites.clone().collect();
        let mut chosen: BTreeSet<usize> = own.sample(stream, count).copied().collect();
        if chosen.len() < count && stream.random_bool(0.7) {
            chosen.insert(stream.random_range(0..self.sites.len()));
        }
        chosen
    }

    /// A number that the register does not have yet.
    fn fresh(&mut self, range: Range<u64>, stream: &mut Stream) -> u64 {
        loop {
            let number = stream.random_range(range.clone());
            if self.numbers.insert(number) {
                return number;
            }
        }
    }
}

/// A last name: half of them are of a few, and the others are rare.
fn last_name(stream: &mut Stream) -> String {
    if stream.random_bool(0.5) {
        one_of(&words::LAST, stream).to_owned()
    } else {
        format!("{}{}", one_of(&words::ROOT, stream), one_of(&words::ROOT_END, stream))
    }
}

/// So many places, each with a zip code of its own; a city has one to five of them.
fn places(count: usize, stream: &mut Stream) -> Vec<Place> {
    let mut places = Vec::with_capacity(count);
    let mut used = BTreeSet::new();
    while places.len() < count {
        let city = format!("{}{}", one_of(&words::TOWN, stream), one_of(&words::TOWN_END, stream));
        let (state, region, areas) = one_of(&words::STATES, stream);
        let area = one_of(&areas, stream);
        let first = 1_000 * region + stream.random_range(0..960);
        for _ in 0..stream.random_range(1..=5).min(count - places.len()) {
            let zip = (first..).find(|zip| used.insert(*zip)).expect("some number is not used yet");
            places.push(Place { zip, city: city.clone(), state, area });
        }
    }
    places
}

/// The zip code of an address: that of the place, or one of its few codes of nine digits.
fn zip_code(short: u32, stream: &mut Stream) -> String {
    if stream.random_bool(0.5) {
        format!("{short:05}")
    } else {
        format!("{short:05}{}", 1_000 + 37 * stream.random_range(1..8))
    }
}

fn street(stream: &mut Stream) -> String {
    let number =
        if stream.random_bool(0.6) { stream.random_range(1..1_000) } else { stream.random_range(1_000..16_000) };
    let (side, street, way) =
        (one_of(&words::SIDE, stream), one_of(&words::STREET, stream), one_of(&words::WAY, stream));
    format!("{number} {side}{street} {way}")
}

/// The same street, a few houses on.
fn neighbour(street: &str, stream: &mut Stream) -> String {
    let (number, way) = street.split_once(' ').expect("a street is written behind a number");
    let number: u32 = number.parse().expect("a street has a number");
    format!("{} {way}", number + 2 * stream.random_range(0..5))
}

fn practice_name(city: &str, stream: &mut Stream) -> String {
    let of = match stream.random_range(0..3) {
        0 => last_name(stream),
        1 => one_of(&words::PRACTICE, stream).to_owned(),
        _ => city.to_owned(),
    };
    format!("{of} {}{}", one_of(&words::KIND, stream), one_of(&words::FORM, stream))
}

/// A name that is easily taken for another: one letter less, or another form of company.
fn resembling(name: &str, stream: &mut Stream) -> String {
    if stream.random_bool(0.5) {
        let at = stream.random_range(1..name.len());
        return [&name[..at], &name[at + 1..]].concat().trim_end().to_owned();
    }
    let form = words::FORM.iter().rfind(|form| !form.is_empty() && name.ends_with(*form));
    let bare = form.and_then(|form| name.strip_suffix(form)).unwrap_or(name);
    format!("{bare}{}", one_of(&words::FORM, stream))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lustrate_table::{CellId, Table, count_codes};

    use crate::{Shape, generate};

    fn texts<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
        let attribute = table.schema().find(name).unwrap();
        table.row_ids().map(|row| table.text(CellId { row, attribute }).unwrap_or_default()).collect()
    }

    #[test]
    fn a_practitioner_has_one_to_four_rows() {
        let table = generate(Shape::Providers, 1500, 4).table;
        let column = table.column(table.schema().find("practitioner_number").unwrap());
        let counts = count_codes(column.codes(), column.dictionary().len());
        let one = counts.iter().filter(|&&count| count == 1).count();
        assert!(counts.iter().all(|count| (1..=4).contains(count)));
        assert!(3 * one > counts.len(), "{one} of {}", counts.len());
    }

    #[test]
    fn some_neighbours_and_namesakes_differ_by_little() {
        let table = generate(Shape::Providers, 1500, 4).table;
        let mut streets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (street, city) in texts(&table, "street").into_iter().zip(texts(&table, "city")) {
            let (number, way) = street.split_once(' ').unwrap();
            streets.entry((way, city)).or_default().push(number.parse::<i32>().unwrap());
        }
        let near = |numbers: &Vec<i32>| numbers.iter().any(|a| numbers.iter().any(|b| (1..=8).contains(&(a - b))));
        assert!(streets.values().filter(|numbers| near(numbers)).count() > 10);
        let names: Vec<_> = texts(&table, "last_name").into_iter().zip(texts(&table, "first_name")).collect();
        assert!(
            super::words::LAST.iter().any(|last| names.contains(&(last, "JOHN")) && names.contains(&(last, "JON")))
        );
    }

    #[test]
    fn an_address_is_written_with_the_same_zip_and_some_zips_have_nine_digits() {
        let table = generate(Shape::Providers, 1500, 4).table;
        let zips = texts(&table, "zip");
        assert!(zips.iter().all(|zip| matches!(zip.len(), 5 | 9)));
        assert!(zips.iter().any(|zip| zip.len() == 5) && zips.iter().any(|zip| zip.len() == 9));
        let mut by_address = BTreeMap::new();
        for ((street, city), zip) in texts(&table, "street").into_iter().zip(texts(&table, "city")).zip(zips) {
            assert_eq!(by_address.entry((street, city)).or_insert(zip), &zip, "{street}, {city}");
        }
    }
}
