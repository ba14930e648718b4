//! Rewrites that are learned can be kept as rules: what is printed of them is read as the same.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{bind, parse};
use lustrate_table::{AttributeId, Schema};
use proptest::prelude::*;

use rewrites::{line, rewrite};

#[path = "generated/rewrites.rs"]
mod rewrites;

/// What is wrong with a rewrite in its place, which no printing can help.
const OF_ITS_PLACE: &[&str] = &["no-change", "repeated-arm", "unreachable-arm"];

/// What is said of a line but for what is wrong with a rewrite in its place.
fn wrong(text: &str) -> Vec<String> {
    let parsed = parse(&Arc::new(SourceText::new("x.rules", text)));
    let wrong = parsed.diagnostics.iter().filter(|told| !OF_ITS_PLACE.contains(&told.code));
    wrong.map(|told| format!("{}; {:?}", told.title, told.help)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_program_that_is_printed_as_a_rule_is_read_as_the_same(program in prop::collection::vec(rewrite(), 1..4)) {
        let arms: Vec<String> = program.iter().map(ToString::to_string).collect();
        let line = format!("rewrite x {}", arms.join(", "));
        prop_assert_eq!(wrong(&line), [""; 0], "{}", line);
        let parsed = parse(&Arc::new(SourceText::new("x.rules", line.as_str())));
        prop_assume!(parsed.diagnostics.is_empty());
        prop_assert_eq!(parsed.rules.to_string(), format!("{line}\n"));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x"]).unwrap()).unwrap();
        prop_assert_eq!(&constraints.columns().get(AttributeId(0)).rewrites[0].rewrites, &program);
    }

    #[test]
    fn names_and_policies_may_stand_about_it(line in line()) {
        prop_assert_eq!(wrong(&line), [""; 0], "{}", line);
    }
}
