//! The lints: one file each, and one line each in [`LINTS`].

mod always_together;
mod case_difference;
mod contradictory_rules;
mod dependency_cycle;
mod fires_on_itself;
mod hard_rule_broken;
mod idle_pattern;
mod implied_dependency;
mod narrow_range;
mod no_equality;
mod no_support;
mod rewrites_again;
mod type_mismatch;
mod unused_value;

use crate::Lint;

/// All lints, by code.
static LINTS: &[&Lint] = &[
    &always_together::LINT,
    &case_difference::LINT,
    &contradictory_rules::LINT,
    &dependency_cycle::LINT,
    &fires_on_itself::LINT,
    &hard_rule_broken::LINT,
    &idle_pattern::LINT,
    &implied_dependency::LINT,
    &narrow_range::LINT,
    &no_equality::LINT,
    &no_support::LINT,
    &rewrites_again::LINT,
    &type_mismatch::LINT,
    &unused_value::LINT,
];

/// All lints, by code.
pub fn lints() -> impl ExactSizeIterator<Item = &'static Lint> {
    LINTS.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder_in_alphabetical_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lints");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        files.sort();
        assert_eq!(files, lints().map(|lint| lint.code.replace('-', "_")).collect::<Vec<_>>());
    }
}
