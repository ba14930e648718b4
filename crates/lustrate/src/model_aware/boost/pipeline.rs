//! What detectors doubt, as statements of the rule language.

use std::fmt;

use lustrate_learn::Finding;

/// A finding as a statement of the rule language.
pub(super) fn statement(column: &str, finding: &Finding) -> Option<String> {
    let quoted = |texts: &mut dyn Iterator<Item = String>| {
        texts.map(|text| Quoted(&text).always()).collect::<Vec<_>>().join(", ")
    };
    Some(match finding {
        Finding::Missing { numbers } => {
            let number = if *numbers { " number" } else { "" };
            format!("column {column}{number} required warn\n")
        }
        Finding::Outside { low, high } => format!("column {column} {}..{} warn\n", short(*low), short(*high)),
        Finding::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            format!("column {column} null {}\n", numbers.join(", "))
        }
        Finding::NotAmong(usual) => format!("column {column} one of {} warn\n", quoted(&mut usual.iter().cloned())),
        Finding::NotShaped(shapes) => {
            let pattern: Vec<String> = shapes.iter().map(|shape| pattern(shape)).collect();
            format!("column {column} /{}/ warn\n", pattern.join("|"))
        }
    })
}

/// A number in seven digits: a bound that was computed has many more, which say nothing.
fn short(number: f64) -> f64 {
    format!("{number:.6e}").parse().unwrap_or(number)
}

/// A shape as a regular expression.
fn pattern(shape: &str) -> String {
    let part = |mark: char| match mark {
        'a' => r"\p{L}+".to_owned(),
        '9' => r"\p{N}+".to_owned(),
        ' ' => r"\s+".to_owned(),
        mark if mark.is_alphanumeric() => mark.to_string(),
        '/' => r"\/".to_owned(),
        mark => format!("\\{mark}"),
    };
    shape.chars().map(part).collect()
}

/// A name or text as rules write it.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl Quoted<'_> {
    /// In quotes whether or not it needs them.
    fn always(&self) -> String {
        format!("\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.always())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;

    use super::*;

    #[test]
    fn every_finding_is_a_statement_that_parses() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        for finding in [
            Finding::Missing { numbers: true },
            Finding::Missing { numbers: false },
            Finding::Outside { low: -0.717_819_999_999_999_9, high: 1e21 },
            Finding::Outside { low: -2.5e-9, high: 0.1 + 0.2 },
            Finding::Numbers(vec![-1.0, 99999.0, 0.5]),
            Finding::NotAmong(texts(&["a \"quoted\" one", "back\\slash", "é"])),
            Finding::NotShaped(texts(&["a9", "(9) 9-9", "9/9/9", "a.a@a", "[x]|{y}^$"])),
        ] {
            let text = statement(&Quoted("an \"odd\" name").to_string(), &finding).unwrap();
            let parsed = lustrate_rules::parse(&Arc::new(SourceText::new("p.rules", &text)));
            assert!(!parsed.diagnostics.has_errors(), "{text}: {:?}", parsed.diagnostics);
            assert_eq!(parsed.rules.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_bound_has_seven_digits() {
        assert_eq!([0.616_350_000_000_000_6, 15.998_555_000_000_003, -12.0].map(short), [0.61635, 15.99856, -12.0]);
    }
}
