//! Tables of random shape, with random rules and random dirt, as the files that a stranger would send.

use std::fmt::Write;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A table and its rules, as files.
pub struct Made {
    /// The bytes of the table.
    pub csv: Vec<u8>,
    /// The rule file; empty where none is given.
    pub rules: String,
    /// Between fields.
    pub delimiter: u8,
    /// The names of the columns.
    pub names: Vec<String>,
    /// Data rows.
    pub rows: usize,
}

/// How the values of a column are made.
enum Kind {
    /// One of some words, the first most often.
    Words(Vec<String>),
    /// What a word of another column stands for.
    Of {
        key: usize,
        values: Vec<String>,
    },
    Integer(i64),
    /// So many digits behind the point.
    Decimal(usize),
    Day(&'static str),
    Time,
    Id(&'static str),
    Sentence,
    Measure,
    Same(&'static str),
    Nothing,
    /// A number that is at least that of another column.
    Above(usize),
}

/// How the names of rules begin that the table does not bear out.
pub const WRONG: &str = "wrong_";
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
const FOREIGN: &[&str] = &["é", "ß", "Ł", "ø", "東京", "Ж", "ñ", "🙂", "İ", "\u{0301}"];
const NAMES: &[&str] = &[
    "id",
    "city",
    "Zip Code",
    "when",
    "total",
    "a",
    "B",
    "größe",
    "x1",
    "the \"name\"",
    "null",
    "rows",
    "état",
    "N°",
    "_",
];
const DAYS: &[&str] = &["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%d.%m.%Y"];
const SAMES: &[&str] = &["yes", "0", "N/A", " ", "=1+1", "<b>x</b>", "-"];

pub fn stream(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn word(stream: &mut ChaCha8Rng) -> String {
    let letters: Vec<char> = LETTERS.chars().collect();
    let mut word: String = (0..stream.random_range(2..10)).map(|_| *letters.choose(stream).unwrap()).collect();
    match stream.random_range(0..8) {
        0 => word = word.to_uppercase(),
        1 => word = format!("{}{}", word[..1].to_uppercase(), &word[1..]),
        2 => word = format!("{:05}", stream.random_range(0..100_000)),
        3 => word = format!("{}-{:02}", word[..2].to_uppercase(), stream.random_range(0..100)),
        4 => word += FOREIGN.choose(stream).unwrap(),
        5 => word = format!("{word} {}", stream.random_range(1..30)),
        _ => {}
    }
    word
}

fn words(stream: &mut ChaCha8Rng, most: usize) -> Vec<String> {
    let count = stream.random_range(1..=most);
    (0..count).map(|_| word(stream)).collect()
}

fn kind(stream: &mut ChaCha8Rng, before: &[Kind]) -> Kind {
    let keys: Vec<usize> = (0..before.len()).filter(|&place| matches!(before[place], Kind::Words(_))).collect();
    let numbers: Vec<usize> = (0..before.len()).filter(|&place| matches!(before[place], Kind::Integer(_))).collect();
    match stream.random_range(0..16) {
        0..=3 => Kind::Words(words(stream, 40)),
        4..=7 if !keys.is_empty() => {
            let key = *keys.choose(stream).unwrap();
            let Kind::Words(of) = &before[key] else { unreachable!("keys are words") };
            let all = words(stream, 12);
            Kind::Of { key, values: of.iter().map(|_| all.choose(stream).unwrap().clone()).collect() }
        }
        8 => Kind::Integer(10_i64.pow(stream.random_range(1..7))),
        9 if !numbers.is_empty() => Kind::Above(*numbers.choose(stream).unwrap()),
        9 => Kind::Decimal(stream.random_range(1..5)),
        10 => Kind::Day(DAYS.choose(stream).unwrap()),
        11 => Kind::Time,
        12 => Kind::Id(["", "A", "00", "x-"].choose(stream).unwrap()),
        13 => Kind::Sentence,
        14 => Kind::Measure,
        _ => match stream.random_range(0..3) {
            0 => Kind::Nothing,
            1 => Kind::Same(SAMES.choose(stream).unwrap()),
            _ => Kind::Decimal(2),
        },
    }
}

/// A day of this century in a form.
fn day(stream: &mut ChaCha8Rng, form: &str) -> String {
    let (year, month, day) = (stream.random_range(2001..2031), stream.random_range(1..13), stream.random_range(1..29));
    form.replace("%Y", &year.to_string())
        .replace("%y", &format!("{:02}", year % 100))
        .replace("%m", &format!("{month:02}"))
        .replace("%d", &format!("{day:02}"))
}

fn row(stream: &mut ChaCha8Rng, kinds: &[Kind], number: usize) -> Vec<String> {
    let mut chosen = vec![0usize; kinds.len()];
    let mut numbers = vec![0i64; kinds.len()];
    let mut row: Vec<String> = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let text = match kind {
            Kind::Words(words) => {
                let [one, other] = [(); 2].map(|()| stream.random_range(0..words.len()));
                chosen[place] = one.min(other);
                words[chosen[place]].clone()
            }
            Kind::Of { key, values } => values[chosen[*key]].clone(),
            Kind::Integer(most) => {
                numbers[place] = stream.random_range(0..*most);
                numbers[place].to_string()
            }
            Kind::Above(other) => (numbers[*other] + stream.random_range(0..50)).to_string(),
            Kind::Decimal(digits) => format!("{:.digits$}", stream.random_range(-10.0..1000.0)),
            Kind::Day(form) => day(stream, form),
            Kind::Time => format!("{:02}:{:02}", stream.random_range(0..24), stream.random_range(0..60)),
            Kind::Id(prefix) => format!("{prefix}{number}"),
            Kind::Sentence => {
                let between = [", ", " ", "\n", "; ", " \"", "\t", "|", "\r\n"];
                let count = stream.random_range(1..6);
                (0..count).fold(String::new(), |text, _| text + &word(stream) + between.choose(stream).unwrap())
            }
            Kind::Measure => {
                format!("{} {}", stream.random_range(1..90), ["kg", "lb", "h", "min"].choose(stream).unwrap())
            }
            Kind::Same(text) => (*text).to_owned(),
            Kind::Nothing => String::new(),
        };
        row.push(text);
    }
    row
}

/// A value as somebody in a hurry writes it.
fn spoilt(stream: &mut ChaCha8Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = stream.random_range(0..=letters.len());
    match stream.random_range(0..9) {
        0 => return String::new(),
        1 => return ["NULL", "n/a", "?", "unknown", "-1", "99999"].choose(stream).unwrap().to_string(),
        2 => return word(stream),
        3 => return format!(" {text}"),
        4 => return text.to_uppercase(),
        5 if !letters.is_empty() => letters.reverse(),
        6 if letters.len() > 1 => {
            letters.remove(place.min(letters.len() - 1));
        }
        7 if letters.len() > 1 => letters.swap(0, 1),
        _ => letters.insert(place, *['x', '0', '*', 'é', '"', ',', '\u{fffd}'].choose(stream).unwrap()),
    }
    letters.into_iter().collect()
}

fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Rules that are right of the table before it was spoilt, and some that are not: their names begin with [`WRONG`].
fn rules(stream: &mut ChaCha8Rng, kinds: &[Kind], names: &[String]) -> String {
    let mut text = String::new();
    for (place, kind) in kinds.iter().enumerate() {
        let column = name(&names[place]);
        let policy = ["", " hard", " soft", " warn"].choose(stream).unwrap();
        if stream.random_bool(0.4) {
            continue;
        }
        match kind {
            Kind::Of { key, .. } => writeln!(text, "fd {} -> {column}{policy}", name(&names[*key])),
            Kind::Integer(most) => writeln!(text, "column {column} integer 0..{most}"),
            Kind::Above(other) => writeln!(text, "require {column} >= {}{policy}", name(&names[*other])),
            Kind::Day(form) => writeln!(text, "column {column} date \"{form}\""),
            Kind::Id(_) if stream.random_bool(0.5) => writeln!(text, "column {column} id"),
            Kind::Id(_) => writeln!(text, "unique {column}{policy}"),
            Kind::Measure => writeln!(text, "column {column} quantity in kg accept lb"),
            Kind::Words(_) if stream.random_bool(0.2) => writeln!(text, "column {column} required"),
            Kind::Words(_) if stream.random_bool(0.2) => {
                let other = name(names.choose(stream).unwrap());
                // What is published is not always right.
                if other == column { Ok(()) } else { writeln!(text, "{WRONG}{place}: fd {column} -> {other}") }
            }
            _ => Ok(()),
        }
        .expect("a text can be written to");
    }
    text
}

/// A field as it is written in the file.
fn field(stream: &mut ChaCha8Rng, text: &str, delimiter: u8, generous: bool) -> String {
    let needs = |letter: char| matches!(letter, '"' | '\n' | '\r') || letter as u32 == u32::from(delimiter);
    if text.contains(needs) || text.starts_with(' ') && generous || generous && stream.random_bool(0.3) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The table of a seed.
pub fn made(seed: u64) -> Made {
    let stream = &mut stream(seed);
    let mut kinds: Vec<Kind> = Vec::new();
    for _ in 0..stream.random_range(1..=NAMES.len()) {
        kinds.push(kind(stream, &kinds));
    }
    let names: Vec<String> = NAMES.sample(stream, kinds.len()).map(|name| (*name).to_owned()).collect();
    let rows = match stream.random_range(0..10) {
        0 => stream.random_range(0..4),
        1..=7 => stream.random_range(4..150),
        _ => stream.random_range(150..900),
    };
    let dirt = *[0.0, 0.02, 0.05, 0.1, 0.4].choose(stream).unwrap();
    let rules = if stream.random_bool(0.75) { rules(stream, &kinds, &names) } else { String::new() };
    let delimiter = *b",,,;\t|".choose(stream).unwrap();
    let (generous, line_end) = (stream.random_bool(0.3), *["\n", "\n", "\r\n"].choose(stream).unwrap());
    let mut csv = if stream.random_bool(0.15) { "\u{feff}".to_owned() } else { String::new() };
    let mut lines = vec![names.clone()];
    for number in 0..rows {
        let mut row = row(stream, &kinds, number);
        for text in &mut row {
            if stream.random_bool(dirt) {
                *text = spoilt(stream, text);
            }
        }
        lines.push(row);
    }
    for (place, line) in lines.iter().enumerate() {
        let fields: Vec<String> = line.iter().map(|text| field(stream, text, delimiter, generous)).collect();
        // A line of nothing is no row.
        let only_one = fields.len() == 1 && fields[0].is_empty();
        csv += &if only_one { "\"\"".to_owned() } else { fields.join(char::from(delimiter).to_string().as_str()) };
        if place + 1 < lines.len() || stream.random_bool(0.9) {
            csv += line_end;
        }
    }
    Made { csv: csv.into_bytes(), rules, delimiter, names, rows }
}
