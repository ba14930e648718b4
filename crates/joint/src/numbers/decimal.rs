//! Numbers as they are written: digits, a point, a sign; and how a column writes them.

/// A quantity in plain decimal writing, such as `-12.50`. A number with a leading zero is a code and no quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// All digits; at least one before the point.
    digits: String,
    /// How many of them stand before the point.
    point: usize,
}

impl Decimal {
    /// The quantity of a text; `None` where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, whole, fraction) = parts(text)?;
        Some(Decimal { negative, digits: [whole, fraction].concat(), point: whole.len() })
    }

    /// The number without zeros that say nothing.
    pub(crate) fn bare(&self) -> Bare<'_> {
        let (whole, fraction) = self.digits.split_at(self.point);
        Bare::of(self.negative, whole, fraction)
    }

    /// Whether this number, which was shifted and so has no zeros that say nothing, is another one.
    pub(crate) fn reads(&self, other: Bare<'_>) -> bool {
        let (whole, fraction) = self.digits.split_at(self.point);
        self.negative == other.negative && whole == other.whole && fraction == other.fraction
    }

    /// The digits behind the point.
    pub(crate) fn decimals(&self) -> usize {
        self.digits.len() - self.point
    }

    /// Whether the last digit behind the point is a zero.
    pub(crate) fn ends_in_zero(&self) -> bool {
        self.decimals() > 0 && self.digits.ends_with('0')
    }

    /// The number times ten to a power, exactly, without zeros that say nothing.
    pub(crate) fn shifted(&self, power: i32) -> Decimal {
        let zeros = "0".repeat(power.unsigned_abs() as usize);
        let (digits, point) = match power {
            ..0 => (zeros + &self.digits, self.point),
            _ => (self.digits.clone() + &zeros, self.point + power as usize),
        };
        let (whole, fraction) = digits.split_at(point);
        let Bare { negative, whole, fraction } = Bare::of(self.negative, whole, fraction);
        Decimal { negative, digits: [whole, fraction].concat(), point: whole.len() }
    }

    /// The same with the other sign.
    pub(crate) fn negated(&self) -> Decimal {
        Decimal { negative: !self.negative, ..self.clone() }
    }
}

/// A number in plain decimal writing without zeros that say nothing: two texts of one number are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bare<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Bare<'t> {
    /// The number of a text that [`Decimal::parse`] reads.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let (negative, whole, fraction) = parts(text)?;
        Some(Bare::of(negative, whole, fraction))
    }

    /// The number, the nearest to what is written as the parser of the standard library gives it.
    pub(crate) fn number(&self) -> f64 {
        // A quotient of two numbers that are exact is rounded once.
        const POWERS: [f64; 16] =
            [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
        let digits = self.whole.bytes().chain(self.fraction.bytes());
        let number = if self.whole.len() + self.fraction.len() < POWERS.len() {
            let digits = digits.fold(0u64, |number, digit| 10 * number + u64::from(digit - b'0'));
            digits as f64 / POWERS[self.fraction.len()]
        } else {
            let text = [self.whole, ".", self.fraction].concat();
            text.parse().expect("digits and a point are a number")
        };
        if self.negative { -number } else { number }
    }

    fn of(negative: bool, whole: &'t str, fraction: &'t str) -> Self {
        let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
        Bare { negative, whole, fraction: fraction.trim_end_matches('0') }
    }
}

/// The sign of a quantity in plain decimal writing, and its digits before and behind the point.
fn parts(text: &str) -> Option<(bool, &str, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let code = whole.len() > 1 && whole.starts_with('0');
    let short = whole.len() + fraction.len() <= 18;
    let is_plain = !whole.is_empty() && !code && short && digits(whole) && digits(fraction);
    is_plain.then_some((text.starts_with('-'), whole, fraction))
}

/// How many digits a column writes behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// Always so many.
    Fixed(usize),
    /// At most so many, and no zero at the end.
    UpTo(usize),
}

/// Numbers with more places than the rest of the column by more than this share are a habit of it.
const HABIT: f64 = 0.05;
/// A column of which so many numbers end in a zero behind the point writes all its places.
const ZEROS: f64 = 0.03;

impl Places {
    /// The places of the numbers of a column, each with how many cells hold it.
    pub(crate) fn of<'d>(numbers: impl Iterator<Item = (&'d Decimal, u32)>) -> Self {
        let (mut by_places, mut zeros, mut all) = (vec![0usize; 20], vec![0usize; 20], 0usize);
        for (number, cells) in numbers.map(|(number, cells)| (number, cells as usize)) {
            by_places[number.decimals()] += cells;
            zeros[number.decimals()] += if number.ends_in_zero() { cells } else { 0 };
            all += cells;
        }
        let commonest = (0..by_places.len()).max_by_key(|&places| (by_places[places], places)).unwrap_or(0);
        if commonest > 0 && zeros[commonest] as f64 > ZEROS * by_places[commonest] as f64 {
            return Places::Fixed(commonest);
        }
        let beyond = |places: usize| by_places[places + 1..].iter().sum::<usize>() as f64;
        let most = (0..by_places.len()).find(|&places| beyond(places) <= HABIT * all as f64);
        Places::UpTo(most.unwrap_or(0))
    }

    /// The most digits behind the point.
    pub(crate) fn most(self) -> usize {
        match self {
            Places::Fixed(places) | Places::UpTo(places) => places,
        }
    }

    /// The distance of two neighbouring numbers.
    pub(crate) fn step(self) -> f64 {
        10f64.powi(-(self.most() as i32))
    }

    /// The nearest number that the column can write.
    pub(crate) fn print(self, number: f64) -> String {
        let text = format!("{number:.*}", self.most());
        let text = match self {
            Places::UpTo(1..) => text.trim_end_matches('0').trim_end_matches('.'),
            _ => &text,
        };
        let nothing = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        text.strip_prefix('-').filter(|_| nothing).unwrap_or(text).to_owned()
    }

    /// A number as the column writes it; `None` where it has digits for which the column has no place.
    pub(crate) fn exactly(self, number: Bare<'_>) -> Option<String> {
        let mut text = String::new();
        self.push_exactly(number, &mut text).then_some(text)
    }

    /// The same at the end of a text, which stays as it is where the column has no place.
    pub(crate) fn push_exactly(self, number: Bare<'_>, text: &mut String) -> bool {
        let Bare { negative, whole, fraction } = number;
        let is_nothing = whole == "0" && fraction.is_empty();
        if fraction.len() > self.most() || (negative && is_nothing) {
            return false;
        }
        let zeros = match self {
            Places::Fixed(places) => places - fraction.len(),
            Places::UpTo(_) => 0,
        };
        let point = if fraction.len() + zeros > 0 { "." } else { "" };
        [if negative { "-" } else { "" }, whole, point, fraction].into_iter().for_each(|part| text.push_str(part));
        text.extend(std::iter::repeat_n('0', zeros));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn codes_and_words_are_no_quantities() {
        for text in ["", "-", ".5", "007", "1e3", "1,000", "12 kg", "2024-01-31", "1.2.3", " 1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_point_moves_and_empty_zeros_go() {
        let shifted = |text: &str, power| Places::UpTo(18).exactly(decimal(text).shifted(power).bare()).unwrap();
        assert_eq!([1, 2, -1, -3].map(|power| shifted("12.50", power)), ["125", "1250", "1.25", "0.0125"]);
        assert_eq!([1, -1, -3].map(|power| shifted("-70", power)), ["-700", "-7", "-0.07"]);
    }

    #[test]
    fn a_column_of_prices_writes_all_places_and_others_only_those_that_say_something() {
        let of = |texts: &[&str]| {
            let numbers: Vec<Decimal> = texts.iter().map(|text| decimal(text)).collect();
            Places::of(numbers.iter().map(|number| (number, 1)))
        };
        assert_eq!(of(&["1.50", "2.25", "3.00"]), Places::Fixed(2));
        assert_eq!(of(&["1.5", "2.25", "3.75", "3.25"]), Places::UpTo(2));
        assert_eq!(of(&["15", "20", "7"]), Places::UpTo(0));
    }

    #[test]
    fn numbers_are_written_as_the_column_does() {
        assert_eq!(Places::Fixed(2).print(12.499_999_9), "12.50");
        assert_eq!(Places::UpTo(2).print(12.499_999_9), "12.5");
        assert_eq!(Places::UpTo(0).print(-0.2), "0");
        let exactly = |places: Places, text: &str| places.exactly(Bare::parse(text).unwrap());
        assert_eq!(exactly(Places::Fixed(2), "125"), Some("125.00".to_owned()));
        assert_eq!(exactly(Places::UpTo(1), "1.25"), None);
        assert_eq!(exactly(Places::UpTo(1), "-1.50"), Some("-1.5".to_owned()));
        assert_eq!(exactly(Places::Fixed(1), "-0.0"), None);
    }

    #[test]
    fn a_number_is_the_one_that_the_parser_gives() {
        for text in
            ["0", "-0", "0.1", "12.50", "-321.28", "9007199.254740993", "999999999999999", "123456789012.345678"]
        {
            let number = Bare::parse(text).unwrap().number();
            assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
    }

    #[test]
    fn zeros_that_say_nothing_make_no_other_number() {
        assert_eq!(Bare::parse("12.50"), Bare::parse("12.5"));
        assert_eq!(Bare::parse("7.00"), Some(decimal("7").bare()));
        assert_eq!(Bare::parse("0.070"), Some(decimal("70").shifted(-3).bare()));
        assert_ne!(Bare::parse("-7"), Bare::parse("7"));
        assert_eq!(Bare::parse("007"), None);
    }
}
