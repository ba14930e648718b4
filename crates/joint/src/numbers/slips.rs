//! How a number that was meant may have become what is written.

use lustrate_model::Noise;
use lustrate_table::parse_number;
use rapidfuzz::HashableChar;
use rapidfuzz::distance::osa;

use super::decimal::{Bare, Decimal, Places};

/// The kinds of error of a number, in the order of [`Kinds`].
pub(crate) const KINDS: [Noise; 5] = [Noise::Shift, Noise::Sign, Noise::Unit, Noise::Digits, Noise::Unrelated];

/// The shares of the kinds among the errors of a column.
pub(crate) type Kinds = [f64; KINDS.len()];

/// Before anything is seen.
pub(crate) const FIRST_KINDS: Kinds = [0.2, 0.15, 0.1, 0.35, 0.2];

/// Powers of ten, and how often the point is so far off, one way.
const POWERS: [(i32, f64); 3] = [(1, 0.25), (2, 0.15), (3, 0.1)];
/// What a typing error does: another character, one more, one less, two exchanged.
const REPLACED: f64 = 0.45;
const ADDED: f64 = 0.25;
const DROPPED: f64 = 0.2;
const EXCHANGED: f64 = 0.1;
/// The share of typing errors in which two characters are wrong.
const TWICE: f64 = 0.1;
/// An unrelated number is of any size within so many factors of e, either sign alike.
const SIZES: f64 = 28.0;

/// A text that is written, and what every number that may have been meant is held against.
pub(crate) struct Written<'t> {
    text: &'t str,
    number: Option<f64>,
    /// The digits behind the point.
    places: usize,
    /// The numbers of which a shift of the point makes it, either way, with how often it is so far off.
    shifted: Vec<([Decimal; 2], f64)>,
    /// The number of which another sign makes it.
    negated: Option<Decimal>,
    /// The probability that an unrelated error reads so.
    unrelated: f64,
}

impl<'t> Written<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let decimal = Decimal::parse(text);
        let shifts = |decimal: &Decimal| {
            POWERS.map(|(power, share)| ([decimal.shifted(-power), decimal.shifted(power)], share)).to_vec()
        };
        Written {
            text,
            number: parse_number(text),
            places: decimal.as_ref().map_or(0, Decimal::decimals),
            shifted: decimal.as_ref().map_or_else(Vec::new, shifts),
            negated: decimal.as_ref().map(|decimal| decimal.shifted(0).negated()),
            unrelated: log_unrelated(text).exp(),
        }
    }

    /// The log probability, by kind, that a cell reads so where `meant` was meant, which is `bare` if it is a plain number, and
    /// something went wrong. `units` are the factors between the units that the column mixes up.
    pub(crate) fn log_likelihoods(
        &self,
        meant: &str,
        bare: Option<Bare<'_>>,
        kinds: &Kinds,
        units: &[f64],
    ) -> [f64; KINDS.len()] {
        let mut shares = [0.0; KINDS.len()];
        if let (Some(bare), Some(negated)) = (bare, &self.negated) {
            let off = self.shifted.iter().find(|(from, _)| from.iter().any(|from| from.reads(bare)));
            shares[0] = off.map_or(0.0, |(_, share)| *share);
            shares[1] = f64::from(u8::from(negated.reads(bare)));
        }
        let number = if units.is_empty() { None } else { parse_number(meant) };
        if let (Some(meant), Some(number)) = (number, self.number) {
            let places = bare.map_or(0, |_| self.places);
            let fits = units.iter().filter(|&&factor| is_rounded(number, meant * factor, places)).count();
            shares[2] = fits as f64 / units.len() as f64;
        }
        shares[3] = typing(self.text, meant);
        shares[4] = self.unrelated;
        let mut logs = [f64::NEG_INFINITY; KINDS.len()];
        for ((log, share), kind) in logs.iter_mut().zip(shares).zip(kinds) {
            if share > 0.0 {
                *log = (share * kind).ln();
            }
        }
        logs
    }
}

/// Whether a number with so many places is another one, rounded.
pub(crate) fn is_rounded(number: f64, exact: f64, places: usize) -> bool {
    (number - exact).abs() <= 0.501 * 10f64.powi(-(places as i32)) && number.signum() == exact.signum()
}

/// The log probability that an error which has nothing to do with what was meant reads this text.
pub(crate) fn log_unrelated(written: &str) -> f64 {
    match Decimal::parse(written) {
        Some(decimal) => {
            let step = 10f64.powi(-(decimal.decimals() as i32));
            let size = parse_number(written).unwrap_or(0.0).abs() + step;
            (step / (size * 2.0 * SIZES)).ln()
        }
        None => -(written.chars().count() as f64) * 60f64.ln(),
    }
}

/// The probability that a typing error makes this of that.
fn typing(written: &str, meant: &str) -> f64 {
    if written.is_ascii() && meant.is_ascii() {
        return typing_of(written.as_bytes(), meant.as_bytes(), u8::is_ascii_digit);
    }
    let [written, meant] = [written, meant].map(|text| text.chars().collect::<Vec<char>>());
    typing_of(&written, &meant, char::is_ascii_digit)
}

/// The same, character by character.
fn typing_of<C: Copy + Eq + HashableChar>(o: &[C], v: &[C], is_digit: fn(&C) -> bool) -> f64 {
    const OTHERWISE: f64 = 1.0 / 400.0;
    let length = v.len().max(1) as f64;
    let emission = |char: &C| if is_digit(char) { 1.0 / 11.0 } else { OTHERWISE };
    let start = o.iter().zip(v).take_while(|(one, other)| one == other).count();
    let end = o.iter().rev().zip(v.iter().rev()).take_while(|(one, other)| one == other).count();
    if o.len() == v.len() + 1 {
        // Without any of these characters the one is the other.
        if start + end >= v.len() {
            let ways: f64 = o[v.len() - end..=start].iter().map(emission).sum();
            return ADDED * ways / (length + 1.0);
        }
    } else if o.len() + 1 == v.len() {
        if start + end >= o.len() {
            return DROPPED * (start + end + 1 - o.len()) as f64 / length;
        }
    } else if o.len() == v.len() {
        if start == o.len() {
            return 0.0;
        }
        let (first, last) = (start, o.len() - 1 - end);
        if first == last {
            return REPLACED * emission(&o[first]) / length;
        }
        if last == first + 1 && o[first] == v[last] && o[last] == v[first] {
            return EXCHANGED / (length - 1.0).max(1.0);
        }
    }
    // Two edits change the length by two at most.
    if v.len() <= 3 || o.len().abs_diff(v.len()) > 2 {
        return 0.0;
    }
    match osa::distance(o.iter().copied(), v.iter().copied()) {
        2 => {
            let foreign = o.iter().filter(|char| !is_digit(char) && !v.contains(char)).count();
            TWICE / (11.0 * length).powi(2) * (11.0 * OTHERWISE).powi(foreign as i32)
        }
        _ => 0.0,
    }
}

/// Texts in one string, one behind the other.
#[derive(Default)]
pub(crate) struct Texts {
    all: String,
    places: Vec<Place>,
}

/// Where a text stands, and its first bytes as a number in the order of texts.
struct Place {
    first: u64,
    start: usize,
    end: usize,
}

impl Texts {
    fn with_capacity(texts: usize, length: usize) -> Self {
        Texts { all: String::with_capacity(texts * length), places: Vec::with_capacity(texts) }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|place| &self.all[place.start..place.end])
    }

    /// Adds a number as a column writes it, if it can.
    fn push(&mut self, places: Places, number: Bare<'_>) {
        let start = self.all.len();
        if places.push_exactly(number, &mut self.all) {
            self.end(start);
        }
    }

    /// Adds what was written from there on.
    fn end(&mut self, start: usize) {
        let text = &self.all.as_bytes()[start..];
        let mut first = [0; 8];
        let length = text.len().min(first.len());
        first[..length].copy_from_slice(&text[..length]);
        self.places.push(Place { first: u64::from_be_bytes(first), start, end: self.all.len() });
    }

    /// Sorts them, and leaves out those that come again and this one.
    fn settle(&mut self, without: &str) {
        let Texts { all, places } = self;
        let text = |place: &Place| &all.as_bytes()[place.start..place.end];
        places.sort_unstable_by(|a, b| a.first.cmp(&b.first).then_with(|| text(a).cmp(text(b))));
        places.dedup_by(|a, b| a.first == b.first && text(a) == text(b));
        places.retain(|place| text(place) != without.as_bytes());
    }
}

/// The numbers of which one slip makes what is written, as the column writes them, each once and sorted.
pub(crate) fn inverses(written: &str, places: Places, units: &[f64]) -> Texts {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    // Each digit put before and in the place of each character, and what is beside.
    let mut texts = Texts::with_capacity(24 * (written.len() + 1), written.len() + 2);
    if let Some(number) = Decimal::parse(written) {
        for power in POWERS.iter().flat_map(|&(power, _)| [power, -power]) {
            texts.push(places, number.shifted(power).bare());
        }
        texts.push(places, number.negated().bare());
        let value = parse_number(written).unwrap_or_default();
        for factor in units {
            let meant = places.print(value / factor);
            let exact = parse_number(&meant).map(|meant| meant * factor);
            if exact.is_some_and(|exact| is_rounded(value, exact, number.decimals())) {
                let start = texts.all.len();
                texts.all.push_str(&meant);
                texts.end(start);
            }
        }
    }
    let mut built = String::with_capacity(written.len() + 4);
    let mut exactly = |parts: &[&str]| {
        built.clear();
        parts.iter().for_each(|part| built.push_str(part));
        if let Some(number) = Bare::parse(&built) {
            texts.push(places, number);
        }
    };
    for place in written.char_indices().map(|(place, _)| place).chain([written.len()]) {
        let (before, rest) = written.split_at(place);
        let mut after = rest.chars();
        let here = after.next();
        let after = after.as_str();
        for digit in DIGITS {
            exactly(&[before, digit, rest]);
            if here.is_some() {
                exactly(&[before, digit, after]);
            }
        }
        let Some(here) = here else { continue };
        exactly(&[before, after]);
        if !here.is_ascii_digit() {
            exactly(&[before, ".", after]);
        }
        if let Some(next) = after.chars().next() {
            let (next, behind) = after.split_at(next.len_utf8());
            exactly(&[before, next, &rest[..here.len_utf8()], behind]);
        }
    }
    texts.settle(written);
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(written: &str, meant: &str, units: &[f64]) -> Noise {
        let logs = Written::new(written).log_likelihoods(meant, Bare::parse(meant), &FIRST_KINDS, units);
        KINDS[(0..KINDS.len()).max_by(|&a, &b| logs[a].total_cmp(&logs[b])).unwrap()]
    }

    #[test]
    fn each_kind_of_slip_is_recognised() {
        assert_eq!(loudest("1250.00", "12.50", &[]), Noise::Shift);
        assert_eq!(loudest("0.0125", "12.5", &[]), Noise::Shift);
        assert_eq!(loudest("-7.20", "7.20", &[]), Noise::Sign);
        assert_eq!(loudest("31.75", "12.50", &[2.54]), Noise::Unit);
        assert_eq!(loudest("12.40", "12.50", &[]), Noise::Digits);
        assert_eq!(loudest("122.50", "12.50", &[]), Noise::Digits);
        assert_eq!(loudest("831.07", "12.50", &[]), Noise::Unrelated);
    }

    #[test]
    fn a_slip_is_undone_and_what_the_column_cannot_write_is_not_proposed() {
        for (written, meant) in
            [("125.0", "12.5"), ("-12.5", "12.5"), ("1.5", "12.5"), ("1i2.5", "12.5"), ("2.15", "21.5")]
        {
            let found = inverses(written, Places::Fixed(1), &[]);
            let found: Vec<&str> = found.iter().collect();
            assert!(found.contains(&meant), "{written}: {found:?}");
            assert!(found.iter().all(|text| Decimal::parse(text).unwrap().decimals() == 1), "{found:?}");
        }
        let is_found = |units: &[f64]| inverses("31.75", Places::Fixed(2), units).iter().any(|text| text == "12.50");
        assert!(is_found(&[2.54]) && !is_found(&[]));
    }
}
