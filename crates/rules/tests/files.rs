//! Whole rule files, with comments and blank lines, in their forms.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{format, parse};
use proptest::prelude::*;

use files::file;

#[path = "generated/files.rs"]
mod files;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x", text))
}

fn comments(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment.trim().to_owned()).collect()
}

proptest! {
    #[test]
    fn the_canonical_form_says_the_same_and_is_its_own(text in file()) {
        let parsed = parse(&source(&text));
        prop_assert!(!parsed.diagnostics.has_errors(), "{text}\n{}", parsed.diagnostics);
        let canonical = format(&source(&text)).unwrap();
        prop_assert_eq!(&parse(&source(&canonical)).rules, &parsed.rules, "{}", canonical);
        prop_assert_eq!(format(&source(&canonical)).unwrap(), canonical);
    }

    #[test]
    fn formatting_loses_no_comment(remarks in prop::collection::vec("[a-z]{1,3}", 6)) {
        let [a, b, c, d, e, f] = <[String; 6]>::try_from(remarks).unwrap();
        let text = format!("#{a}\n\n # {b}\nfd x ->#{c}\ny, #  {d}\nz # {e}\nunique x\n\n\n#{f}");
        let canonical = format(&source(&text)).unwrap();
        prop_assert_eq!(comments(&canonical), [a, b, c, d, e, f]);
    }

    #[test]
    fn no_text_makes_formatting_panic(text in any::<String>()) {
        let parsed = parse(&source(&text));
        prop_assert_eq!(format(&source(&text)).is_err(), parsed.diagnostics.has_errors());
    }
}
