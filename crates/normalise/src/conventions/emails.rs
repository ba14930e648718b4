//! Addresses of mail that are written otherwise than most.

use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;
use crate::traits::Traits;

/// In a column of addresses of mail, the name of the host is written in small letters, `ada (at) host.org` and `ada @ host.org`
/// are `ada@host.org`, and `mailto:`, angle brackets and marks at the ends are taken away.
///
/// What comes before the `@` keeps its letters, unless the same address is there in small ones. Addresses with the name of
/// a person, and what does not become an address, stay.
pub(super) const EMAILS: Convention = Convention {
    name: "emails",
    summary: "addresses of mail are written as `name@host.org`",
    probability: 0.98,
    find: Find::InColumn(find),
};

/// The share of the values that must be addresses of mail or become such.
const ADDRESSES: f64 = 0.9;
/// The share of these that must be written plainly.
const PLAIN: f64 = 0.6;

fn find(values: &Values<'_>) -> Option<Finding> {
    // No other column has an @ in most values.
    if !values.any(Traits::AT) || values.count(|text| text.contains('@')) * 2 < values.present {
        return None;
    }
    let mut changes: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut plain = 0;
    for (text, cells) in values.cells {
        let Some(address) = address(text) else { continue };
        let small = address.to_lowercase();
        let address = if address != small && values.cells.contains_key(&small) { small } else { address };
        if address == *text {
            plain += cells;
        } else {
            changes.insert(text.clone(), Some(address));
        }
    }
    let otherwise: u64 = changes.keys().filter_map(|text| values.cells.get(text)).sum();
    let all = plain + otherwise;
    if (all as f64) < ADDRESSES * values.present as f64 || (plain as f64) < PLAIN * all as f64 {
        return None;
    }
    let agreement = agreement(plain, otherwise);
    let changes = changes.into_iter().map(|(text, new)| (text, Change { new, agreement }));
    let evidence = format!("{plain} of {} values are addresses written as `name@host.org` is", values.present);
    Finding::weighed(evidence, changes.collect())
}

/// The address of mail that a text is, written plainly; `None` where it is none.
fn address(text: &str) -> Option<String> {
    let start = text.trim().trim_start_matches('<');
    let start = match start.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &start[7..],
        _ => start,
    };
    let bare = start.trim_end_matches(|c: char| ".,;:>".contains(c) || c.is_whitespace());
    let mut plain = bare.to_owned();
    for (said, sign) in [("at", "@"), ("dot", ".")] {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
            for said in [said.to_owned(), said.to_uppercase()] {
                plain = plain.replace(&format!("{open}{said}{close}"), sign);
            }
        }
        if !plain.contains('@') || sign == "." {
            plain = plain.replace(&format!(" {said} "), sign);
        }
    }
    let (name, host) = plain.split_once('@')?;
    let (name, host) = (name.trim_end(), without_blanks_at_dots(host.trim_start()).to_lowercase());
    let of_name = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let of_label = |c: char| c.is_alphanumeric() || c == '-';
    let labels: Vec<&str> = host.split('.').collect();
    let is_host = labels.len() >= 2 && labels.iter().all(|label| !label.is_empty() && label.chars().all(of_label));
    let is_name = !name.is_empty() && name.chars().all(of_name) && !name.starts_with('.') && !name.ends_with('.');
    let ends = labels.last().is_some_and(|last| last.len() >= 2 && last.chars().all(char::is_alphabetic));
    (is_host && is_name && ends).then(|| format!("{name}@{host}"))
}

fn without_blanks_at_dots(host: &str) -> String {
    host.replace(" .", ".").replace(". ", ".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    fn becomes(odd: &str) -> Option<String> {
        let cells = [("ada@host.org", 20), ("Bo.Li@mail.example.com", 20), (odd, 1)];
        find_in(&EMAILS, &cells)?.changes.get(odd)?.new.clone()
    }

    #[test]
    fn addresses_are_written_plainly() {
        for (odd, plain) in [
            ("cy@HOST.org", "cy@host.org"),
            ("mailto:cy@host.org", "cy@host.org"),
            ("<cy@host.org>", "cy@host.org"),
            ("cy@host.org.", "cy@host.org"),
            ("cy@host.org,", "cy@host.org"),
            ("cy (at) host.org", "cy@host.org"),
            ("cy[at]host[dot]org", "cy@host.org"),
            ("cy at host dot org", "cy@host.org"),
            ("cy @ host.org", "cy@host.org"),
            ("Cy@Host.org", "Cy@host.org"),
            ("ADA@host.org", "ada@host.org"),
        ] {
            assert_eq!(becomes(odd).as_deref(), Some(plain), "{odd}");
        }
    }

    #[test]
    fn what_becomes_no_address_stays() {
        for odd in
            ["Cy <cy@host.org>", "cy@host", "cy@@host.org", "cy@host.org;di@host.org", "cy.host.org", "none", "@cy"]
        {
            assert_eq!(becomes(odd), None, "{odd}");
        }
    }

    #[test]
    fn other_columns_stay() {
        assert_eq!(changes_in(&EMAILS, &[("@ada", 20), ("cy@HOST.org", 2)]), [""; 0]);
        assert_eq!(changes_in(&EMAILS, &[("cy@HOST.org", 20), ("ada@HOST.org", 20), ("bo@host.org", 2)]), [""; 0]);
    }
}
