//! Numbers as they are written: their digits, and what stands between, before and behind them.

use std::borrow::Cow;

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub sign: Sign,
    /// The digits before the decimal sign, without what separates thousands.
    pub whole: String,
    /// The digits behind it.
    pub fraction: String,
    pub marks: Marks,
    pub money: Option<Money>,
    /// What stands behind it with the blank before it, if that is `%`.
    pub percent: Option<&'static str>,
}

/// How the sign of a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    None,
    Plus,
    Minus,
    /// A negative number in parentheses, as accountants write it.
    Parentheses,
}

/// What stands between the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// These signs, each where the number needs it and has it.
    Told { group: Option<char>, point: Option<char> },
    /// One comma or point before three digits, which may be either.
    Doubtful(char),
}

/// A currency, how it is spelt and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Money {
    pub currency: &'static str,
    pub spelling: String,
    pub before: bool,
    /// Whether a blank is between it and the number.
    pub blank: bool,
}

/// Signs of currencies, and their codes.
const SIGNS: [(&str, &str); 9] = [
    ("US$", "USD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₽", "RUB"),
    ("₺", "TRY"),
];
/// The codes of the currencies that are traded most (ISO 4217).
const CODES: [&str; 31] = [
    "USD", "EUR", "JPY", "GBP", "CNY", "AUD", "CAD", "CHF", "HKD", "SGD", "SEK", "KRW", "NOK", "NZD", "INR", "MXN",
    "TWD", "ZAR", "BRL", "DKK", "PLN", "THB", "ILS", "IDR", "CZK", "AED", "TRY", "HUF", "CLP", "SAR", "RUB",
];
/// More digits in one piece with a plus before them are a telephone number.
const LONGEST_WITH_PLUS: usize = 7;

/// What a text says as a number; `None` where it is none or a code: one with leading zeros.
pub(super) fn read(text: &str) -> Option<Number> {
    // A currency has three letters at most.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) || text.chars().filter(|c| c.is_alphabetic()).count() > 3 {
        return None;
    }
    let (money, text) = without_money(text);
    let (enclosed, text) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    // The money may stand within the parentheses, or behind the sign.
    let (money, text) = if money.is_none() { without_money(text) } else { (money, text) };
    let (sign, text) = match text.chars().next()? {
        '-' => (Sign::Minus, &text[1..]),
        '+' => (Sign::Plus, &text[1..]),
        _ => (Sign::None, text),
    };
    let (money, text) = match sign {
        Sign::None => (money, text),
        _ if money.is_none() => without_money(text),
        _ => (money, text),
    };
    let sign = match (enclosed, sign) {
        (false, sign) => sign,
        (true, Sign::None) => Sign::Parentheses,
        (true, _) => return None,
    };
    let (percent, body) = match text.strip_suffix('%') {
        Some(body) if body.ends_with(' ') => (Some(" %"), body.trim_end()),
        Some(body) => (Some("%"), body),
        None => (None, text),
    };
    let (whole, fraction, marks) = digits(body)?;
    if sign == Sign::Plus && body.len() > LONGEST_WITH_PLUS && whole.len() == body.len() {
        return None;
    }
    Some(Number { sign, whole, fraction, marks, money, percent })
}

/// A currency before or behind a text, and the rest.
fn without_money(text: &str) -> (Option<Money>, &str) {
    let all = || SIGNS.into_iter().chain(CODES.into_iter().map(|code| (code, code)));
    for (name, currency) in all() {
        for before in [true, false] {
            let part = if before { text.get(..name.len()) } else { text.get(text.len().saturating_sub(name.len())..) };
            let Some(spelling) = part.filter(|part| part.eq_ignore_ascii_case(name)) else { continue };
            let rest = if before { &text[name.len()..] } else { &text[..text.len() - name.len()] };
            let number = rest.trim();
            let money = Money { currency, spelling: spelling.to_owned(), before, blank: number.len() < rest.len() };
            return (Some(money), number);
        }
    }
    (None, text)
}

/// The digits of a number before and behind the decimal sign, and what stands between them.
fn digits(body: &str) -> Option<(String, String, Marks)> {
    let is_mark = |c: char| matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    if !body.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    let parts: Vec<&str> = body.split(is_mark).collect();
    let marks: Vec<char> = body.chars().filter(|&c| is_mark(c)).collect();
    let (first, last) = (*parts.first()?, *parts.last()?);
    let leads = |digits: &str| digits == "0" || !digits.is_empty() && !digits.starts_with('0');
    let grouped = |parts: &[&str]| {
        let leads = (1..=3).contains(&parts[0].len()) && !parts[0].starts_with('0');
        leads && parts[1..].iter().all(|part| part.len() == 3)
    };
    let decimal = |mark: char| matches!(mark, ',' | '.');
    match marks[..] {
        [] => leads(first).then(|| (first.to_owned(), String::new(), Marks::Told { group: None, point: None })),
        [mark] if decimal(mark) && grouped(&parts) => Some((parts.concat(), String::new(), Marks::Doubtful(mark))),
        [mark] if decimal(mark) => (leads(first) && !last.is_empty())
            .then(|| (first.to_owned(), last.to_owned(), Marks::Told { group: None, point: Some(mark) })),
        [group, .., point] if group != point => {
            let (fraction, whole) = parts.split_last()?;
            let same = marks[..marks.len() - 1].iter().all(|&mark| mark == group);
            (decimal(point) && same && grouped(whole) && !fraction.is_empty()).then(|| {
                (whole.concat(), (*fraction).to_owned(), Marks::Told { group: Some(group), point: Some(point) })
            })
        }
        [group, ..] => (marks.iter().all(|&mark| mark == group) && grouped(&parts))
            .then(|| (parts.concat(), String::new(), Marks::Told { group: Some(group), point: None })),
    }
}

impl Number {
    /// With one comma or point before three digits taken for what stands between thousands, or for the decimal sign.
    pub fn told(mut self, point: char) -> Number {
        if let Marks::Doubtful(mark) = self.marks {
            self.marks = if mark == point {
                self.fraction = self.whole.split_off(self.whole.len() - 3);
                Marks::Told { group: None, point: Some(mark) }
            } else {
                Marks::Told { group: Some(mark), point: None }
            };
        }
        self
    }

    /// How large it is, without its sign.
    pub fn size(&self) -> f64 {
        format!("{}.{}", self.whole, self.fraction).parse().unwrap_or_default()
    }

    /// Whether it has thousands that can be told apart.
    pub fn has_thousands(&self) -> bool {
        self.whole.len() > 3
    }
}

/// A number as a text, with the money that it has.
pub(super) fn write(number: &Number) -> String {
    let (group, point) = match number.marks {
        Marks::Told { group, point } => (group, point),
        Marks::Doubtful(mark) => (Some(mark), None),
    };
    let mut text = String::new();
    for (place, digit) in number.whole.chars().enumerate() {
        if place > 0 && (number.whole.len() - place).is_multiple_of(3) {
            text.extend(group);
        }
        text.push(digit);
    }
    if !number.fraction.is_empty() {
        text.push(point.unwrap_or('.'));
        text.push_str(&number.fraction);
    }
    text.push_str(number.percent.unwrap_or_default());
    if let Some(Money { spelling, before, blank, .. }) = &number.money {
        let blank = if *blank { " " } else { "" };
        text = if *before { format!("{spelling}{blank}{text}") } else { format!("{text}{blank}{spelling}") };
    }
    match number.sign {
        Sign::None => text,
        Sign::Plus => format!("+{text}"),
        Sign::Minus => format!("-{text}"),
        Sign::Parentheses => format!("({text})"),
    }
}

/// A text with the digits and signs of full width, and the minus of print, as plain ones.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    const WIDER: u32 = 0xff00 - 0x20;
    let plain = |c: char| match c {
        '０'..='９' | '．' | '，' | '－' | '＋' | '％' | '（' | '）' | '＄' => {
            char::from_u32(c as u32 - WIDER).unwrap_or(c)
        }
        '￥' => '¥',
        '−' => '-',
        '￡' => '£',
        _ => c,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "0",
            "12",
            "1234",
            "1,234,567",
            "1.234.567",
            "1 234 567",
            "1'234",
            "1,234.50",
            "1.234,50",
            "12,5",
            "0.123",
            "-5",
            "+5",
            "(1,200)",
            "$1,200.50",
            "1200 EUR",
            "€5",
            "-$5",
            "12.5 %",
            "(€5.00)",
            "US$ 7",
            "1,234",
        ] {
            assert_eq!(read(text).map(|number| write(&number)).as_deref(), Some(text));
        }
    }

    #[test]
    fn codes_and_other_texts_are_no_numbers() {
        for text in [
            "007",
            "01.5",
            "1.2.3",
            "12,34,5",
            "1,2345,678",
            "0,123,456",
            "1 23",
            "12-",
            "1e5",
            "",
            "$",
            "+15550100100",
            "EUR",
            "5 kg",
            "1,",
            ".5",
            "(-5)",
            "1 234.567 890",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn one_mark_before_three_digits_may_be_either() {
        let number = read("1,234").unwrap();
        assert_eq!(number.marks, Marks::Doubtful(','));
        assert_eq!((number.clone().told('.').whole, number.told(',').fraction), ("1234".to_owned(), "234".to_owned()));
        assert_eq!(read("0,123").unwrap().marks, Marks::Told { group: None, point: Some(',') });
    }

    #[test]
    fn digits_of_full_width_are_digits() {
        assert_eq!(narrow("￥１２，３４５"), "¥12,345");
    }
}
