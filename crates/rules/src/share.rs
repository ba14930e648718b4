//! Shares, which are numbers from 0 to 1 inside and per cent in rules; and probabilities.

use lustrate_diagnostic::Diagnostic;

use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// A share in per cent, in the fewest digits that are read as the same share.
pub(crate) fn percent(share: f64) -> String {
    let product = share * 100.0;
    let mut near: Vec<f64> = vec![product, product.next_down(), product.next_up()];
    near.retain(|percent| of_percent(*percent) == share);
    let texts = near.into_iter().map(|percent| percent.to_string());
    texts.min_by_key(String::len).unwrap_or_else(|| product.to_string())
}

/// The share of so many per cent.
pub(crate) fn of_percent(percent: f64) -> f64 {
    percent / 100.0
}

/// Reads a probability or a likeness: a number above 0 and at most 1.
pub(crate) fn probability(cursor: &mut Cursor<'_>) -> Result<f64, Diagnostic> {
    let number = match cursor.peek() {
        Some(TokenKind::Number(number)) => number.parse().ok(),
        _ => None,
    };
    match number.filter(|&number: &f64| number > 0.0 && number <= 1.0) {
        Some(number) => {
            cursor.advance();
            Ok(number)
        }
        None => {
            let percent = number.filter(|&number| number > 1.0 && number <= 100.0).map(of_percent);
            let help = match (percent, cursor.peek_after(1)) {
                (Some(share), Some(TokenKind::Percent)) => {
                    format!("write `{share}` in the place of `{}`", cursor.written(0, 1))
                }
                (Some(share), _) if number.is_some_and(|number| number >= 10.0) => format!("write `{share}`"),
                _ => "write a number such as `0.95`".to_owned(),
            };
            Err(cursor.expected("a number above 0 and at most 1").help(help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_printed_as_the_per_cent_that_it_was_read_from() {
        for hundredths in 0..=10_000 {
            let written = (f64::from(hundredths) / 100.0).to_string();
            assert_eq!(percent(of_percent(written.parse().unwrap())), written);
        }
    }
}
