//! Evidence in words.

use lustrate_rules::quoted;

/// Values that are shown of those that are exceptions.
const SHOWN: usize = 2;
/// Characters of a value that are shown.
const LONGEST: usize = 30;

/// `all of 1000 values`, `998 of 1000 values`.
pub(crate) fn of_values(part: u64, whole: u64) -> String {
    if part == whole { format!("all of {whole} values") } else { format!("{part} of {whole} values") }
}

/// `; 2 exceptions, such as "12x"`.
pub(crate) fn such_as(exceptions: u64, values: &[&str]) -> String {
    let count = counted_exceptions(exceptions);
    let shown: Vec<String> = values.iter().take(SHOWN).map(|value| quoted(&cut(value))).collect();
    if shown.is_empty() { format!("; {count}") } else { format!("; {count}, such as {}", shown.join(" and ")) }
}

/// In how much of so many rows a rule holds.
pub(crate) fn holds(exceptions: u64, rows: u64) -> String {
    let share = 100.0 * (1.0 - exceptions as f64 / rows.max(1) as f64);
    match exceptions {
        0 => format!("holds in all of {rows} rows"),
        // Rounding hides no exception.
        _ => format!("holds in {:.1} % of {rows} rows; {}", share.min(99.9), counted_exceptions(exceptions)),
    }
}

fn counted_exceptions(exceptions: u64) -> String {
    if exceptions == 1 { "1 exception".to_owned() } else { format!("{exceptions} exceptions") }
}

fn cut(value: &str) -> String {
    if value.chars().count() <= LONGEST {
        return value.to_owned();
    }
    value.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_rows_and_hide_no_exception() {
        assert_eq!(holds(0, 100), "holds in all of 100 rows");
        assert_eq!(holds(1, 1_000_000), "holds in 99.9 % of 1000000 rows; 1 exception");
        assert_eq!(holds(10, 100), "holds in 90.0 % of 100 rows; 10 exceptions");
    }

    #[test]
    fn values_are_cut_and_quoted() {
        assert_eq!(such_as(2, &["1\n2", "x"]), "; 2 exceptions, such as \"1\\n2\" and \"x\"");
        assert!(such_as(1, &["y".repeat(100).as_str()]).len() < 80);
    }
}
