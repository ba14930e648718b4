//! Numbers as people write them: with separators of thousands, or a decimal comma.

use lustrate_table::parse_number;

/// What stands between groups of three digits, apart from comma and point: blanks of three widths and two apostrophes.
const SEPARATORS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];

/// The numbers that a text may stand for, likeliest first, each with its plain form where the text is not plain.
///
/// A plain decimal number is read as such and as nothing else. `1,234.50`, `1.234,50`, `1 234,5` and `12,5` can only be
/// read in one way. `1,234` is one thousand and more, or one and a quarter nearly: both are returned.
pub(crate) fn numbers(text: &str) -> Vec<(f64, Option<String>)> {
    if let Some(number) = parse_number(text) {
        return vec![(number, None)];
    }
    let plain = [grouped(text, ',', '.'), grouped(text, '.', ','), decimal_comma(text)];
    let others =
        SEPARATORS.iter().flat_map(|&separator| [grouped(text, separator, '.'), grouped(text, separator, ',')]);
    let mut found: Vec<(f64, Option<String>)> = Vec::new();
    for plain in plain.into_iter().chain(others).flatten() {
        if let Some(number) = parse_number(&plain)
            && !found.iter().any(|(other, _)| *other == number)
        {
            found.push((number, Some(plain)));
        }
    }
    found
}

/// The plain form of a number with this separator of thousands and this sign of decimals.
fn grouped(text: &str, separator: char, decimals: char) -> Option<String> {
    let (sign, digits) = signed(text);
    let (whole, fraction) = match digits.split_once(decimals) {
        Some((whole, fraction)) if is_digits(fraction) => (whole, Some(fraction)),
        Some(_) => return None,
        None => (digits, None),
    };
    let (first, rest) = whole.split_once(separator)?;
    let leads = is_digits(first) && first.len() <= 3 && !first.starts_with('0');
    if !leads || !rest.split(separator).all(|group| is_digits(group) && group.len() == 3) {
        return None;
    }
    Some(plain(sign, &whole.replace(separator, ""), fraction))
}

fn decimal_comma(text: &str) -> Option<String> {
    let (sign, digits) = signed(text);
    let (whole, fraction) = digits.split_once(',')?;
    (is_digits(whole) && is_digits(fraction)).then(|| plain(sign, whole, Some(fraction)))
}

fn signed(text: &str) -> (&str, &str) {
    match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn plain(sign: &str, whole: &str, fraction: Option<&str>) -> String {
    match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    }
}

/// A number in the fewest decimals that read back as it, of 12 significant digits at the most: what the arithmetic of
/// units loses in binary is not shown.
pub fn print_number(number: f64) -> String {
    let rounded: f64 = format!("{number:.11e}").parse().unwrap_or(number);
    // Adding zero makes the negative zero a plain one.
    format!("{}", rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = numbers(text).into_iter().map(|(_, plain)| plain.unwrap_or(text.to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn separators_of_thousands_are_read_where_they_can_be_nothing_else() {
        check("1,234.50", &["1234.50"]);
        check("-1.234,50", &["-1234.50"]);
        check("1,234,567", &["1234567"]);
        check("1.234.567", &["1234567"]);
        check("1 234,5", &["1234.5"]);
        check("1’234.5", &["1234.5"]);
        check("12,5", &["12.5"]);
        check("0,125", &["0.125"]);
        check("1234,567", &["1234.567"]);
    }

    #[test]
    fn a_comma_before_three_digits_is_either() {
        check("1,234", &["1234", "1.234"]);
    }

    #[test]
    fn plain_numbers_are_read_as_they_stand() {
        check("1.234", &["1.234"]);
        check("1e3", &["1e3"]);
    }

    #[test]
    fn what_is_grouped_otherwise_is_no_number() {
        for text in ["1,23,456", "12,34.5", "1,,234", ",5", "1,", "1.2.3", "1,234.567.890", "1 2", "", "-", "0,123,456"]
        {
            check(text, &[]);
        }
    }

    #[test]
    fn noise_of_binary_fractions_is_not_printed() {
        assert_eq!(print_number(0.1 * 3.0), "0.3");
        assert_eq!(print_number(120.0), "120");
        assert_eq!(print_number(-0.0), "0");
        assert_eq!(print_number(1.0 / 3.0), "0.333333333333");
    }
}
