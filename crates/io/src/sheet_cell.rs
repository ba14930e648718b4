//! The text of a cell of a sheet, as a person sees it.

use calamine::{Data, ExcelDateTime};

/// The text of a cell; `None` where nothing is written.
///
/// Numbers have the fifteen digits that spreadsheets show, and no `.0`; days and times are written as in ISO 8601, whatever
/// the sheet shows them as; truth values are `TRUE` and `FALSE`; errors are what is seen of them, `#N/A`.
pub(crate) fn cell_text(cell: &Data) -> Option<String> {
    let text = match cell {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) if text.is_empty() => return None,
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(moment) if moment.is_duration() => duration_text(moment.as_f64()),
        Data::DateTime(moment) => moment_text(moment),
        Data::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        Data::DurationIso(text) => iso_duration_text(text).unwrap_or_else(|| text.clone()),
        Data::Error(error) => error.to_string(),
    };
    Some(text)
}

fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().expect("a number is read back");
    // There is one zero for people.
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = time_text(u64::from(hour), u64::from(minute), u64::from(second), u64::from(milli));
    match moment.as_f64() {
        // A time of day is a part of the day that is before all others.
        days if (0.0..1.0).contains(&days) => time,
        _ if (hour, minute, second, milli) == (0, 0, 0, 0) => date,
        _ => format!("{date}T{time}"),
    }
}

fn duration_text(days: f64) -> String {
    let millis = (days.abs() * 86_400_000.0).round() as u64;
    let sign = if days < 0.0 && millis > 0 { "-" } else { "" };
    let seconds = millis / 1000;
    sign.to_owned() + &time_text(seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}

fn time_text(hour: u64, minute: u64, second: u64, milli: u64) -> String {
    let whole = format!("{hour:02}:{minute:02}:{second:02}");
    match milli {
        0 => whole,
        _ => format!("{whole}.{milli:03}").trim_end_matches('0').to_owned(),
    }
}

/// `08:30:00` for `PT08H30M00S`.
fn iso_duration_text(text: &str) -> Option<String> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds: f64 = rest.strip_suffix('S')?.replace(',', ".").parse().ok()?;
    let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let millis = (seconds * 1000.0).round() as u64;
    Some(time_text(hours, minutes, millis / 1000, millis % 1000))
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn text(cell: Data) -> String {
        cell_text(&cell).unwrap()
    }

    #[test]
    fn numbers_are_as_people_see_them() {
        let numbers = [3.0, -0.0, 0.1 + 0.2, 1234567890123456.0, 1e-7, 44713.25, 2.5e17];
        let seen = ["3", "0", "0.3", "1234567890123460", "0.0000001", "44713.25", "250000000000000000"];
        assert_eq!(numbers.map(|number| text(Data::Float(number))), seen);
        assert_eq!(text(Data::Int(7)), "7");
    }

    #[test]
    fn days_and_times_are_iso_8601() {
        let moment = |days| text(Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false)));
        assert_eq!(
            [45943.0, 45943.541, 0.354_166_666_666_667].map(moment),
            ["2025-10-13", "2025-10-13T12:59:02.4", "08:30:00"]
        );
        let old = ExcelDateTime::new(0.0, ExcelDateTimeType::DateTime, true);
        assert_eq!(text(Data::DateTime(old)), "00:00:00");
        let lasting = |days| text(Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::TimeDelta, false)));
        assert_eq!([1.25, -0.5].map(lasting), ["30:00:00", "-12:00:00"]);
        assert_eq!(text(Data::DateTimeIso("2024-01-31T00:00:00".into())), "2024-01-31");
        assert_eq!(text(Data::DateTimeIso("2024-01-31".into())), "2024-01-31");
        assert_eq!(text(Data::DurationIso("PT08H30M05S".into())), "08:30:05");
        assert_eq!(text(Data::DurationIso("P1D".into())), "P1D");
    }

    #[test]
    fn texts_stay_and_nothing_is_missing() {
        assert_eq!(text(Data::String(" 00184 ".into())), " 00184 ");
        assert_eq!([true, false].map(|truth| text(Data::Bool(truth))), ["TRUE", "FALSE"]);
        assert_eq!(text(Data::Error(CellErrorType::NA)), "#N/A");
        assert_eq!(cell_text(&Data::Empty), None);
        assert_eq!(cell_text(&Data::String(String::new())), None);
    }
}
