//! Rewrites that are learned can be kept as rules: what is printed of them is read as the same.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{bind, parse};
use lustrate_table::{AttributeId, Schema};
use proptest::prelude::*;

use rewrites::rewrite;

#[path = "generated/rewrites.rs"]
mod rewrites;

/// What is wrong with a rewrite in its place, which no printing can help.
const OF_ITS_PLACE: &[&str] = &["no-change", "repeated-arm", "unreachable-arm"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn a_program_that_is_printed_as_a_rule_is_read_as_the_same(program in prop::collection::vec(rewrite(), 1..4)) {
        let arms: Vec<String> = program.iter().map(ToString::to_string).collect();
        let line = format!("rewrite x {}", arms.join(", "));
        let parsed = parse(&Arc::new(SourceText::new("x.rules", line.as_str())));
        let wrong: Vec<_> = parsed.diagnostics.iter().filter(|told| !OF_ITS_PLACE.contains(&told.code)).collect();
        prop_assert!(wrong.is_empty(), "{line}\n{}", parsed.diagnostics);
        prop_assume!(parsed.diagnostics.is_empty());
        prop_assert_eq!(parsed.rules.to_string(), format!("{line}\n"));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x"]).unwrap()).unwrap();
        prop_assert_eq!(&constraints.columns().get(AttributeId(0)).rewrites[0].rewrites, &program);
    }
}
