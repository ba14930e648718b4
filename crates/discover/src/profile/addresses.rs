//! Columns of e-mail addresses and of addresses of pages.

use lustrate_values::ColumnType;

use super::ColumnKind;
use super::found::{Found, Reading, is_most};
use super::values::{Value, are_few, cells};

/// What a column of addresses is; `None` where they are too few.
pub(super) fn addresses(values: &[Value<'_>]) -> Option<Found> {
    if let Some(emails) = of_kind(ColumnKind::Email, is_email, values) {
        return Some(Found { pattern: Some(r"[^@\s]+@[^@\s]+\.[^@\s]+".to_owned()), ..emails });
    }
    let pages = of_kind(ColumnKind::Url, is_url, values)?;
    // They may be written without what comes before the name.
    let is_whole = values.iter().all(|value| !is_url(value.text) || value.text.contains("://"));
    Some(Found { pattern: is_whole.then(|| r"[a-z]+://[^\s]+".to_owned()), ..pages })
}

fn of_kind(kind: ColumnKind, is: fn(&str) -> bool, values: &[Value<'_>]) -> Option<Found> {
    if are_few(values, is) {
        return None;
    }
    let reading = |value: &Value<'_>| if is(value.text) { Reading::Read } else { Reading::Unread };
    let found = Found::new(kind, values.iter().map(reading).collect());
    is_most(found.read(values), cells(values)).then(|| found.declared(ColumnType::Text, values))
}

fn is_email(text: &str) -> bool {
    const LONGEST: usize = 254;
    let Some((name, domain)) = text.split_once('@') else { return false };
    text.len() <= LONGEST
        && !name.is_empty()
        && !domain.contains('@')
        && domain.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty())
        && !text.contains(char::is_whitespace)
}

fn is_url(text: &str) -> bool {
    const LONGEST: usize = 2_048;
    let after = ["http://", "https://", "ftp://", "www."].iter().find_map(|start| text.strip_prefix(start));
    text.len() <= LONGEST
        && after.is_some_and(|after| after.contains('.') && !after.starts_with('.'))
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Pattern;

    use super::*;
    use crate::profile::values::of;

    #[test]
    fn addresses_are_told_by_their_parts() {
        let emails = addresses(&of(&[("ada@example.org", 9), ("b.c@d.co.uk", 9), ("oops", 1)])).unwrap();
        assert_eq!(emails.kind, ColumnKind::Email);
        assert!(Pattern::new(&emails.pattern.unwrap()).unwrap().matches("b.c@d.co.uk"));
        let pages = addresses(&of(&[("https://example.org/a?b=c", 9), ("http://d.org", 9)])).unwrap();
        assert_eq!(pages.kind, ColumnKind::Url);
        assert!(Pattern::new(&pages.pattern.unwrap()).unwrap().matches("https://example.org/a?b=c"));
        assert!(addresses(&of(&[("@ada", 9), ("see https://example.org", 9)])).is_none());
    }

    #[test]
    fn pages_without_a_scheme_have_no_pattern() {
        assert_eq!(addresses(&of(&[("www.example.org", 9), ("http://d.org", 9)])).unwrap().pattern, None);
    }
}
