//! How a number that was meant may have become what is written.

use lustrate_model::Noise;
use lustrate_table::parse_number;
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
pub(crate) struct Written {
    chars: Vec<char>,
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

impl Written {
    pub(crate) fn new(text: &str) -> Self {
        let decimal = Decimal::parse(text);
        let shifts = |decimal: &Decimal| {
            POWERS.map(|(power, share)| ([decimal.shifted(-power), decimal.shifted(power)], share)).to_vec()
        };
        Written {
            chars: text.chars().collect(),
            number: parse_number(text),
            places: decimal.as_ref().map_or(0, Decimal::decimals),
            shifted: decimal.as_ref().map_or_else(Vec::new, shifts),
            negated: decimal.as_ref().map(Decimal::negated),
            unrelated: log_unrelated(text).exp(),
        }
    }

    /// The log probability, by kind, that a cell reads so where `meant` was meant and something went wrong. `units` are the
    /// factors between the units that the column mixes up.
    pub(crate) fn log_likelihoods(&self, meant: &str, kinds: &Kinds, units: &[f64]) -> [f64; KINDS.len()] {
        let mut shares = [0.0; KINDS.len()];
        let bare = Bare::parse(meant);
        if let (Some(bare), Some(negated)) = (bare, &self.negated) {
            let off = self.shifted.iter().find(|(from, _)| from.iter().any(|from| from.bare() == bare));
            shares[0] = off.map_or(0.0, |(_, share)| *share);
            shares[1] = f64::from(u8::from(negated.bare() == bare));
        }
        let number = if units.is_empty() { None } else { parse_number(meant) };
        if let (Some(meant), Some(number)) = (number, self.number) {
            let places = bare.map_or(0, |_| self.places);
            let fits = units.iter().filter(|&&factor| is_rounded(number, meant * factor, places)).count();
            shares[2] = fits as f64 / units.len() as f64;
        }
        shares[3] = typing(&self.chars, meant);
        shares[4] = self.unrelated;
        let mut logs = [f64::NEG_INFINITY; KINDS.len()];
        for ((log, share), kind) in logs.iter_mut().zip(shares).zip(kinds) {
            *log = (share * kind).ln();
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
fn typing(o: &[char], meant: &str) -> f64 {
    let v: Vec<char> = meant.chars().collect();
    let length = v.len().max(1) as f64;
    let emission = |char: char| if char.is_ascii_digit() { 1.0 / 11.0 } else { 1.0 / 400.0 };
    let without = |text: &[char], place: usize, other: &[char]| {
        text[..place] == other[..place] && text[place + 1..] == other[place..]
    };
    if o.len() == v.len() + 1 {
        let ways: f64 = (0..o.len()).filter(|&place| without(o, place, &v)).map(|place| emission(o[place])).sum();
        if ways > 0.0 {
            return ADDED * ways / (length + 1.0);
        }
    } else if o.len() + 1 == v.len() {
        let ways = (0..v.len()).filter(|&place| without(&v, place, o)).count();
        if ways > 0 {
            return DROPPED * ways as f64 / length;
        }
    } else if o.len() == v.len() {
        let differ: Vec<usize> = (0..o.len()).filter(|&place| o[place] != v[place]).collect();
        match differ[..] {
            [place] => return REPLACED * emission(o[place]) / length,
            [one, other] if other == one + 1 && o[one] == v[other] && o[other] == v[one] => {
                return EXCHANGED / (length - 1.0).max(1.0);
            }
            _ => {}
        }
    }
    // Two edits change the length by two at most.
    if v.len() <= 3 || o.len().abs_diff(v.len()) > 2 {
        return 0.0;
    }
    match osa::distance(o.iter().copied(), v.iter().copied()) {
        2 => {
            let foreign = o.iter().filter(|char| !char.is_ascii_digit() && !v.contains(char)).count();
            TWICE / (11.0 * length).powi(2) * (11.0 * emission(' ')).powi(foreign as i32)
        }
        _ => 0.0,
    }
}

/// The numbers of which one slip makes what is written, as the column writes them, each once and sorted.
pub(crate) fn inverses(written: &str, places: Places, units: &[f64]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(number) = Decimal::parse(written) {
        let powers = POWERS.iter().flat_map(|&(power, _)| [power, -power]);
        texts.extend(powers.filter_map(|power| places.exactly(number.shifted(power).bare())));
        texts.extend(places.exactly(number.negated().bare()));
        let value = parse_number(written).unwrap_or_default();
        let back = |factor: &f64| {
            let meant = places.print(value / factor);
            let exact = parse_number(&meant)? * factor;
            is_rounded(value, exact, number.decimals()).then_some(meant)
        };
        texts.extend(units.iter().filter_map(back));
    }
    let chars: Vec<char> = written.chars().collect();
    let mut built = String::with_capacity(written.len() + 4);
    let mut exactly = |before: &[char], between: &[char], after: &[char]| {
        built.clear();
        built.extend(before.iter().chain(between).chain(after));
        places.exactly(Bare::parse(&built)?)
    };
    let digits: Vec<char> = ('0'..='9').collect();
    for place in 0..=chars.len() {
        for digit in &digits {
            texts.extend(exactly(&chars[..place], &[*digit], &chars[place..]));
            if let Some(after) = chars.get(place + 1..) {
                texts.extend(exactly(&chars[..place], &[*digit], after));
            }
        }
        if place < chars.len() {
            texts.extend(exactly(&chars[..place], &[], &chars[place + 1..]));
            if !chars[place].is_ascii_digit() {
                texts.extend(exactly(&chars[..place], &['.'], &chars[place + 1..]));
            }
        }
        if place + 1 < chars.len() {
            texts.extend(exactly(&chars[..place], &[chars[place + 1], chars[place]], &chars[place + 2..]));
        }
    }
    texts.sort_unstable();
    texts.dedup();
    texts.retain(|text| text != written);
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(written: &str, meant: &str, units: &[f64]) -> Noise {
        let logs = Written::new(written).log_likelihoods(meant, &FIRST_KINDS, units);
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
            assert!(found.iter().any(|text| text == meant), "{written}: {found:?}");
            assert!(found.iter().all(|text| Decimal::parse(text).unwrap().decimals() == 1), "{found:?}");
        }
        assert!(inverses("31.75", Places::Fixed(2), &[2.54]).contains(&"12.50".to_owned()));
        assert!(!inverses("31.75", Places::Fixed(2), &[]).contains(&"12.50".to_owned()));
    }
}
