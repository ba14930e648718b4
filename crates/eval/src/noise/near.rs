//! A number or a time of day a little off: `104.50` becomes `101.90`, and `07:40` becomes `07:45`.
//!
//! Estimates, rounded and outdated values. Nothing but what else is known of the same thing gives it away.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream};
use crate::decimal::Decimal;
use crate::generate::one_of;

pub(super) const KIND: Kind = Kind {
    name: "near",
    summary: "a number or a time of day a little off",
    example: Example { before: "07:40", after: "07:45" },
    plant: Plant::Text(plant),
};

/// By how many minutes times are off.
const MINUTES: [i32; 10] = [1, 2, 3, 5, 5, 10, 10, 15, 20, 30];

/// By how much numbers are off: ten to a power within these bounds, as a share of the number.
const POWERS: std::ops::Range<f64> = -2.5..-1.0;

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let direction = one_of(&[-1, 1], stream);
    if let Some((hour, minute)) = time_of_day(text) {
        let minutes = (60 * hour + minute + direction * one_of(&MINUTES, stream)).rem_euclid(24 * 60);
        let width = text.find(':')?;
        return Some(format!("{:0width$}:{:02}", minutes / 60, minutes % 60));
    }
    let number = Decimal::parse(text)?;
    let decimals = number.decimals();
    let least = 10f64.powi(-(decimals as i32));
    let distance = (number.value().abs() * 10f64.powf(stream.random_range(POWERS))).max(least);
    let value = number.value() + f64::from(direction) * distance;
    // What is counted or weighed is not less than nothing: the minus is an error of its own.
    let value = if number.value() >= 0.0 { value.abs() } else { value };
    Some(format!("{value:.decimals$}"))
}

/// Hour and minute of a text such as `7:05` or `07:05`.
fn time_of_day(text: &str) -> Option<(i32, i32)> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let (hour, minute) = (number(hour).filter(|hour| *hour < 24)?, number(minute).filter(|minute| *minute < 60)?);
    (text.len() - text.find(':')? == 3).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn what_is_near_is_within_a_tenth_or_half_an_hour() {
        let mut stream = Stream::seed_from_u64(1);
        for _ in 0..200 {
            let number: f64 = plant("104.50", &mut stream).unwrap().parse().unwrap();
            assert!((94.0..=115.0).contains(&number), "{number}");
            let time = plant("0:10", &mut stream).unwrap();
            let (hour, minute) = time_of_day(&time).unwrap();
            assert!(matches!((hour, minute), (0, 0..=40) | (23, 40..)), "{time}");
        }
    }

    #[test]
    fn only_numbers_and_times_have_something_near() {
        for text in ["Rome", "24:00", "7:5", "12:60", "1:2:3", "007"] {
            assert_eq!(plant(text, &mut Stream::seed_from_u64(1)), None, "{text}");
        }
    }
}
