//! Reading and writing times of day.

/// How the hours are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// From 1 to 12, before noon and after.
    Halves,
    /// From 0 to 23.
    Whole,
}

/// A form of times of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// How its hours are counted.
    pub clock: Clock,
    padded: bool,
    /// What stands behind the minutes before noon and after.
    behind: [&'static str; 2],
}

/// The forms that a column may have.
pub(super) const FORMS: [Form; 13] = [
    halves(false, [" a.m.", " p.m."]),
    halves(false, [" am", " pm"]),
    halves(false, [" AM", " PM"]),
    halves(false, ["am", "pm"]),
    halves(false, ["AM", "PM"]),
    halves(false, [" A.M.", " P.M."]),
    halves(true, [" a.m.", " p.m."]),
    halves(true, [" am", " pm"]),
    halves(true, [" AM", " PM"]),
    halves(true, ["am", "pm"]),
    halves(true, ["AM", "PM"]),
    Form { clock: Clock::Whole, padded: true, behind: ["", ""] },
    Form { clock: Clock::Whole, padded: false, behind: ["", ""] },
];

const fn halves(padded: bool, behind: [&'static str; 2]) -> Form {
    Form { clock: Clock::Halves, padded, behind }
}

impl Form {
    /// A time, in minutes since midnight, in this form.
    pub(super) fn write(self, minutes: u32) -> String {
        let (hour, minute) = (minutes / 60, minutes % 60);
        let behind = self.behind[usize::from(hour >= 12)];
        let hour = match self.clock {
            Clock::Halves => (hour + 11) % 12 + 1,
            Clock::Whole => hour,
        };
        if self.padded { format!("{hour:02}:{minute:02}{behind}") } else { format!("{hour}:{minute:02}{behind}") }
    }

    /// Whether a text may be a time in one of the forms: an hour of one digit or two, a colon and what is short.
    pub(super) fn is_of_one(text: &str) -> bool {
        const LONGEST: usize = "10:30 p.m.".len();
        let bytes = text.as_bytes();
        text.len() <= LONGEST
            && bytes.first().is_some_and(u8::is_ascii_digit)
            && bytes[1..].iter().take(2).any(|&byte| byte == b':')
    }

    /// Whether a text is a time in this form and nothing else.
    pub(super) fn is_written(self, text: &str) -> bool {
        let Some(found) = times(text).next().filter(|found| found.start == 0) else { return false };
        // Without letters behind it, any hour of a day may be meant.
        found.minutes(Clock::Whole).is_some_and(|minutes| self.write(minutes) == text)
            || (found.is_plain() && self.clock == Clock::Whole && self.write(60 * found.hour + found.minute) == text)
    }
}

/// The one time in a text, in minutes since midnight, in a column of times of this clock. `None` where there is none or
/// more than one, and where it may be before noon or after.
pub(super) fn read(text: &str, column: Clock) -> Option<u32> {
    let mut found = times(text);
    let only = found.next()?;
    if found.next().is_some() { None } else { only.minutes(column) }
}

/// Hours and minutes in a text.
struct Found {
    start: usize,
    hour: u32,
    minute: u32,
    /// Two digits for the hour.
    padded: bool,
    half: Option<Half>,
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Afternoon,
}

impl Found {
    fn is_plain(&self) -> bool {
        self.half.is_none() && self.hour < 24
    }

    fn minutes(&self, column: Clock) -> Option<u32> {
        let hour = match self.half {
            Some(half) if (1..=12).contains(&self.hour) => {
                self.hour % 12 + if half == Half::Afternoon { 12 } else { 0 }
            }
            Some(_) => return None,
            // An hour of one digit is seldom one of a whole day.
            None if self.hour > 12 || (self.padded && (self.hour < 10 || column == Clock::Whole)) => self.hour,
            None => return None,
        };
        (hour < 24).then_some(60 * hour + self.minute)
    }
}

/// All times in a text, in order. A span (`+0:10`) and a time with seconds or fractions (`00:23.9`) are none.
fn times(text: &str) -> impl Iterator<Item = Found> {
    text.match_indices(':').filter_map(|(colon, _)| at(text, colon))
}

fn at(text: &str, colon: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let digit = |place: usize| bytes.get(place).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
    let start = (0..colon).rev().take_while(|&place| bytes[place].is_ascii_digit()).last()?;
    let minute = 10 * digit(colon + 1)? + digit(colon + 2)?;
    let touches =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'+' | b'-' | b'.'));
    let before = start.checked_sub(1).and_then(|place| bytes.get(place));
    let seconds = bytes
        .get(colon + 3)
        .is_some_and(|&byte| byte.is_ascii_digit() || (matches!(byte, b':' | b'.') && digit(colon + 4).is_some()));
    if touches(before) || seconds || colon - start > 2 || minute > 59 {
        return None;
    }
    let hour = text[start..colon].parse().ok()?;
    Some(Found { start, hour, minute, padded: colon - start == 2, half: half(&text[colon + 3..]) })
}

/// Which half of the day the text behind a time says: `am`, `P.M.`, `a` before a capital, `noon`.
fn half(behind: &str) -> Option<Half> {
    let behind = behind.trim_start();
    let noon = behind.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("noon"));
    let half = match behind.chars().next()? {
        'a' | 'A' => Half::Morning,
        'p' | 'P' => Half::Afternoon,
        _ => return noon.then_some(Half::Afternoon),
    };
    let rest = behind[1..].trim_start_matches('.').trim_start();
    let rest = rest.strip_prefix(['m', 'M']).unwrap_or(&behind[1..]);
    // The letter of a word of another kind: `6:55 april`.
    (!rest.starts_with(|c: char| c.is_lowercase())).then_some(half)
}
