//! Dates in figures: which part of what was meant is the month, and which the day.
//!
//! A rewrite that puts the parts of a date in another order must leave alone what would be no date then.

use crate::example::Example;
use crate::tokens::{Kind, Token, tokens};

/// What a part of a date may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Day,
    Month,
    Year,
}

impl Slot {
    /// The numbers that it may be, as an expression.
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Slot::Day => r"0?[1-9]|[12]\d|3[01]",
            Slot::Month => r"0?[1-9]|1[0-2]",
            Slot::Year => r"\d{1,4}",
        }
    }
}

/// The slots of the dates that were meant, by place among their three numbers; `None` where the values that were meant are
/// no dates, or some are.
pub(crate) fn slots(examples: &[Example<'_>]) -> Option<[Slot; 3]> {
    let dates: Vec<[u32; 3]> = examples.iter().filter_map(|example| numbers(&tokens(example.meant?))).collect();
    let present = examples.iter().filter(|example| example.meant.is_some()).count();
    if dates.is_empty() || dates.len() * 3 < present * 2 {
        return None;
    }
    let most = |place: usize| dates.iter().map(|date| date[place]).max().unwrap_or(0);
    let orders = [
        [Slot::Month, Slot::Day, Slot::Year],
        [Slot::Day, Slot::Month, Slot::Year],
        [Slot::Year, Slot::Month, Slot::Day],
    ];
    let fits = |order: &[Slot; 3]| {
        order.iter().enumerate().all(|(place, slot)| match slot {
            Slot::Day => (1..=31).contains(&most(place)),
            Slot::Month => (1..=12).contains(&most(place)),
            Slot::Year => true,
        })
    };
    orders.into_iter().find(fits)
}

/// The three numbers of a date in figures.
fn numbers(found: &[Token<'_>]) -> Option<[u32; 3]> {
    let [a, one, b, two, c] = found else { return None };
    let of_date = one.text == two.text && matches!(one.text, "/" | "-" | ".");
    let digits = [a, b, c].iter().all(|token| token.kind == Kind::Digits && token.text.len() <= 4);
    if !of_date || !digits {
        return None;
    }
    Some([a.text.parse().ok()?, b.text.parse().ok()?, c.text.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant<'a>(texts: &[&'a str]) -> Vec<Example<'a>> {
        let example = |&text: &&'a str| Example { written: None, now: None, meant: Some(text), weight: 1.0 };
        texts.iter().map(example).collect()
    }

    #[test]
    fn the_greatest_number_tells_the_day_from_the_month() {
        use Slot::{Day, Month, Year};
        assert_eq!(slots(&meant(&["1/14/01", "3/2/09"])), Some([Month, Day, Year]));
        assert_eq!(slots(&meant(&["14/1/01"])), Some([Day, Month, Year]));
        assert_eq!(slots(&meant(&["2014-12-31"])), Some([Year, Month, Day]));
        assert_eq!(slots(&meant(&["40/50/60"])), None);
        assert_eq!(slots(&meant(&["1/2/03", "x", "y"])), None);
    }
}
