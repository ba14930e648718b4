//! Numbers in other forms than that of the column: what separates thousands, the decimal sign, currencies.

mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use self::written::{Marks, Money, Number, Sign, narrow, read, write};
use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;

/// In a column of numbers, each is written as most are: thousands (`1,234`, `1.234`, `1 234`, `1'234`), the decimal sign,
/// the currency before or behind, `%`, negative numbers in parentheses, `+`, and digits of full width.
///
/// What a number shows of one of these is counted by itself. `1,234` is read as the other numbers say, and stays where
/// they say nothing. Currencies are never converted, and where a column has several, none is added or taken away. Nor is
/// anything with leading zeros a number. A unit or `%` that only some have behind plain numbers belongs to `suffix`.
pub(super) const NUMBERS: Convention = Convention {
    name: "numbers",
    summary: "thousands, decimal signs and currencies are written as in most numbers of the column",
    probability: 0.97,
    find: Find::InColumn(find),
};

/// The share of the values that must be numbers.
const NUMBERS_SHARE: f64 = 0.9;
/// The share of the numbers that show something in one way that makes it that of the column.
const MOST: f64 = 0.6;
/// The share of whole numbers with four digits or more from which on thousands are usual.
const THOUSANDS: f64 = 0.1;

fn find(values: &Values<'_>) -> Option<Finding> {
    let mut numbers: Vec<(&str, u64, Number)> = Vec::new();
    let mut possible = values.present;
    for (text, &cells) in values.cells {
        let plain = narrow(text);
        if is_code(&plain) {
            return None;
        }
        match read(&plain) {
            Some(number) => numbers.push((text.as_str(), cells, number)),
            None => possible -= cells,
        }
        // Of most columns it is plain soon that too few of their values are numbers.
        if (possible as f64) < NUMBERS_SHARE * values.present as f64 {
            return None;
        }
    }
    let all: u64 = numbers.iter().map(|(_, cells, _)| cells).sum();
    let wide: u64 = numbers.iter().filter(|(text, ..)| narrow(text) != *text).map(|(_, cells, _)| cells).sum();
    if wide as f64 > (1.0 - MOST) * all as f64 {
        return None;
    }
    let style = Style::new(&numbers, all);
    let mut changes = BTreeMap::new();
    let mut cells = 0;
    for (text, count, number) in &numbers {
        let (new, mut agreement) = style.write(number);
        if new != *text {
            cells += count;
            if narrow(text) != *text {
                agreement *= self::agreement(all - wide, wide);
            }
            changes.insert((*text).to_owned(), Change { new: Some(new), agreement });
        }
    }
    let evidence =
        format!("{} of {} values are numbers written as `{}` is", all - cells, values.present, style.example());
    Finding::weighed(evidence, changes)
}

/// Whether a text is digits that start with a zero.
fn is_code(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One thing that numbers show, as most of them do, and how far they agree.
#[derive(Clone, Debug)]
struct Vote<T> {
    most: T,
    agreement: f64,
}

impl<T: Ord + Clone> Vote<T> {
    /// What most say, by cells; `None` where nobody says anything or no side has most.
    fn new(said: impl Iterator<Item = (T, u64)>) -> Option<Self> {
        let mut cells: BTreeMap<T, u64> = BTreeMap::new();
        said.for_each(|(what, count)| *cells.entry(what).or_default() += count);
        let all: u64 = cells.values().sum();
        let (most, with) = cells.into_iter().rev().max_by_key(|(_, count)| *count)?;
        (with as f64 >= MOST * all as f64).then(|| Vote { most, agreement: agreement(with, all - with) })
    }
}

/// How the numbers of a column are written.
struct Style {
    /// How a comma or a point before three digits is read: which sign is the decimal one.
    reads: Option<Vote<char>>,
    point: Option<Vote<char>>,
    group: Option<Vote<Option<char>>>,
    money: Option<Vote<Option<Money>>>,
    percent: Option<Vote<Option<&'static str>>>,
    /// From the smallest to the largest of the numbers with `%`, without their signs.
    percentages: RangeInclusive<f64>,
    negative: Option<Vote<Sign>>,
    positive: Option<Vote<Sign>>,
}

impl Style {
    fn new(numbers: &[(&str, u64, Number)], all: u64) -> Self {
        let said = |number: &Number| match number.marks {
            Marks::Told { point: Some(point), .. } => Some(point),
            Marks::Told { group: Some(','), .. } => Some('.'),
            Marks::Told { group: Some('.'), .. } => Some(','),
            _ => None,
        };
        let mut reads = Vote::new(numbers.iter().filter_map(|(_, cells, number)| Some((said(number)?, *cells))));
        let whole = |number: &Number| number.fraction.is_empty() && matches!(number.marks, Marks::Told { .. });
        let count = |test: &dyn Fn(&Number) -> bool| {
            numbers.iter().filter(|(_, _, number)| test(number)).map(|(_, cells, _)| cells).sum::<u64>()
        };
        if numbers.iter().all(|(_, _, number)| said(number).is_none()) {
            // Among whole numbers of thousands, three digits behind a comma are no decimals.
            let thousands = count(&|number| whole(number) && number.has_thousands());
            let doubtful = |mark| count(&|number| number.marks == Marks::Doubtful(mark));
            if thousands as f64 >= THOUSANDS * all as f64 && doubtful('.') == 0 {
                reads = Some(Vote { most: '.', agreement: agreement(count(&whole), doubtful(',')) });
            }
        }
        let told: Vec<(u64, Number)> = numbers
            .iter()
            .map(|(_, cells, number)| match &reads {
                Some(reads) => (*cells, number.clone().told(reads.most)),
                None => (*cells, number.clone()),
            })
            .collect();
        let marks = |number: &Number| match number.marks {
            Marks::Told { group, point } => Some((group, point)),
            Marks::Doubtful(_) => None,
        };
        let votes = told.iter();
        let point = Vote::new(votes.clone().filter_map(|(cells, number)| Some((marks(number)?.1?, *cells))));
        let thousands = votes.clone().filter(|(_, number)| number.has_thousands());
        let group = Vote::new(thousands.filter_map(|(cells, number)| Some((marks(number)?.0, *cells))));
        let currencies: BTreeSet<&str> =
            told.iter().filter_map(|(_, number)| Some(number.money.as_ref()?.currency)).collect();
        let money = (currencies.len() == 1)
            .then(|| Vote::new(votes.clone().map(|(cells, number)| (number.money.clone(), *cells))))
            .flatten();
        let percent = Vote::new(votes.clone().map(|(cells, number)| (number.percent, *cells)));
        let sizes = told.iter().filter(|(_, number)| number.percent.is_some()).map(|(_, number)| number.size());
        let (least, most) =
            sizes.fold((f64::INFINITY, 0.0_f64), |(least, most), size| (least.min(size), most.max(size)));
        let percentages = least..=most;
        let negative = |number: &Number| matches!(number.sign, Sign::Minus | Sign::Parentheses);
        let signs = |of: bool| votes.clone().filter(move |(_, number)| negative(number) == of);
        let negatives = Vote::new(signs(true).map(|(cells, number)| (number.sign, *cells)));
        let positives = Vote::new(signs(false).map(|(cells, number)| (number.sign, *cells)));
        Style { reads, point, group, money, percent, percentages, negative: negatives, positive: positives }
    }

    /// A number as most are written, and how far they agree in what is changed.
    fn write(&self, number: &Number) -> (String, f64) {
        let mut new = number.clone();
        let mut agreement = 1.0;
        if let (Marks::Doubtful(_), Some(reads)) = (number.marks, &self.reads) {
            new = new.told(reads.most);
        }
        if let Marks::Told { group, point } = &mut new.marks {
            let (was_group, was_point) = (*group, *point);
            if let (Some(written), Some(vote)) = (was_point, &self.point) {
                *point = Some(follow(written, vote, &mut agreement));
            }
            if let (true, Some(vote)) = (number.whole.len() > 3 && new.whole.len() > 3, &self.group) {
                *group = follow(*group, vote, &mut agreement);
            }
            // One sign cannot be both.
            if group.is_some() && group == point {
                (*group, *point) = (was_group, was_point);
            }
            let changed = (*group, *point) != (was_group, was_point);
            if let (Marks::Doubtful(_), true, Some(reads)) = (number.marks, changed, &self.reads) {
                agreement *= reads.agreement;
            }
        }
        if let Some(vote) = &self.money {
            new.money = follow(new.money, vote, &mut agreement);
        }
        // A bare number far from the others may be a share of one.
        let is_percent = new.percent.is_some() || new.money.is_none() && self.percentages.contains(&new.size());
        if let Some(vote) = self.percent.as_ref().filter(|vote| vote.most.is_some() && is_percent) {
            new.percent = follow(new.percent, vote, &mut agreement);
        }
        let sign = match new.sign {
            Sign::Minus | Sign::Parentheses => &self.negative,
            Sign::None | Sign::Plus => &self.positive,
        };
        if let Some(vote) = sign.as_ref().filter(|vote| vote.most != Sign::Plus) {
            new.sign = follow(new.sign, vote, &mut agreement);
        }
        (write(&new), agreement)
    }

    /// A number as the column writes it.
    fn example(&self) -> String {
        let point = self.point.as_ref().map(|vote| vote.most);
        write(&Number {
            sign: Sign::None,
            whole: "1234".to_owned(),
            fraction: if point.is_some() { "50".to_owned() } else { String::new() },
            marks: Marks::Told { group: self.group.as_ref().and_then(|vote| vote.most), point },
            money: self.money.as_ref().and_then(|vote| vote.most.clone()),
            percent: self.percent.as_ref().and_then(|vote| vote.most),
        })
    }
}

/// What most say, where it differs from what is written, with their agreement taken in.
fn follow<T: PartialEq + Clone>(written: T, vote: &Vote<T>, agreement: &mut f64) -> T {
    if written == vote.most {
        return written;
    }
    *agreement *= vote.agreement;
    vote.most.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    fn among(common: &[&'static str], odd: &str) -> Option<String> {
        let cells: Vec<(&str, u64)> = common.iter().map(|text| (*text, 20)).chain([(odd, 1)]).collect();
        find_in(&NUMBERS, &cells)?.changes.get(odd)?.new.clone()
    }

    #[test]
    fn a_number_is_written_as_most_are() {
        let (plain, english) = (["12.5", "1234.5", "90210", "-3"], ["1,234.50", "12,000.00", "7.25", "(5.00)"]);
        let (german, dollars) = (["1.234,50", "12.000,00", "7,25", "-5,00"], ["$1,200.50", "$12,000", "$5", "$3.10"]);
        for (common, odd, new) in [
            (&plain, "1,234", "1234"),
            (&plain, "1,234,567.8", "1234567.8"),
            (&plain, "1.234,5", "1234.5"),
            (&plain, "1 234", "1234"),
            (&plain, "1'234.5", "1234.5"),
            (&plain, "12,5", "12.5"),
            (&plain, "$12.50", "12.50"),
            (&plain, "+12.5", "12.5"),
            (&plain, "(12.5)", "-12.5"),
            (&plain, "１２．５", "12.5"),
            (&plain, "−12.5", "-12.5"),
            (&english, "1234.50", "1,234.50"),
            (&english, "1.234,50", "1,234.50"),
            (&english, "-7.25", "(7.25)"),
            (&german, "1,234.50", "1.234,50"),
            (&german, "1234,5", "1.234,5"),
            (&dollars, "1200.5", "$1,200.5"),
            (&dollars, "1,200 USD", "$1,200"),
            (&dollars, "USD 5", "$5"),
        ] {
            assert_eq!(among(common, odd).as_deref(), Some(new), "{odd}");
        }
    }

    #[test]
    fn a_bare_number_of_the_size_of_percentages_is_one() {
        let percent = ["12%", "7.5%", "98%"];
        assert_eq!(among(&percent, "50").as_deref(), Some("50%"));
        assert_eq!(among(&percent, "50 %").as_deref(), Some("50%"));
        assert_eq!(among(&percent, "0.5"), None);
        assert_eq!(among(&["12", "7.5", "98"], "50%"), None, "a suffix");
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_read_as_the_others_say_or_stays() {
        assert_eq!(among(&["12", "14", "7"], "1,234"), None);
        assert_eq!(among(&["1.234", "2.345", "5.678"], "1,234"), None);
        assert_eq!(among(&["12,5", "14,25", "7,1"], "1,234"), None);
        assert_eq!(among(&["12,5", "14,25", "7,1"], "1.5").as_deref(), Some("1,5"));
        assert_eq!(among(&["1200", "14000", "7"], "1,234").as_deref(), Some("1234"));
    }

    #[test]
    fn currencies_stay_what_they_are() {
        assert_eq!(among(&["$5", "$7", "$12"], "€5"), None);
        assert_eq!(among(&["$5", "€7", "$12"], "5"), None);
        assert_eq!(among(&["12", "14", "7"], "5 €").as_deref(), Some("5"));
    }

    #[test]
    fn codes_are_no_numbers() {
        assert_eq!(changes_in(&NUMBERS, &[("01907", 20), ("1,907", 1), ("20500", 40)]), [""; 0]);
        assert_eq!(changes_in(&NUMBERS, &[("5550100", 20), ("+15550100100", 1), ("5550199", 40)]), [""; 0]);
        assert_eq!(changes_in(&NUMBERS, &[("１２", 20), ("１４", 1), ("20500", 4)]), [""; 0]);
        assert_eq!(changes_in(&NUMBERS, &[("AB-12", 20), ("1,200", 10)]), [""; 0]);
    }

    #[test]
    fn what_as_many_write_otherwise_stays() {
        assert_eq!(changes_in(&NUMBERS, &[("1,200", 20), ("1200", 18), ("1,500", 10), ("1500", 25)]), [""; 0]);
    }

    #[test]
    fn it_is_as_sure_as_the_others_agree() {
        let sure = |cells| {
            find_in(&NUMBERS, &[("1200.5", 30), ("1,300.5", cells)]).map(|found| found.changes["1,300.5"].agreement)
        };
        assert_eq!(sure(2), Some(31.0 / 34.0));
        assert_eq!(sure(18), Some(31.0 / 50.0));
    }
}
