//! What is measured and what is proposed, against the plainest code that says the same.

use std::collections::BTreeMap;

use lustrate_discover::{CodeColumn, KeyGroups, Marginal, support};
use proptest::prelude::*;

use crate::tables::{Texts, exact_dependencies};

type Row = (u8, u8, u8, u8);

/// Tables of a few columns with few values, of which some are made from others.
fn tables() -> impl Strategy<Value = Vec<Vec<Option<String>>>> {
    let cells = prop::collection::vec((0u8..6, 0u8..6, 0u8..6, 0u8..12), 1..120);
    cells.prop_map(|rows| {
        let column = |cell: &dyn Fn(&Row) -> u8| -> Vec<Option<String>> {
            rows.iter().map(|row| (row.3 != 0 || cell(row) > 1).then(|| cell(row).to_string())).collect()
        };
        vec![column(&|row| row.0), column(&|row| row.1), column(&|row| row.0 / 2), column(&|row| (row.0 + row.1) % 5)]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn support_is_what_counting_says(columns in tables()) {
        let table = Texts::of(&columns);
        let codes: Vec<CodeColumn<'_>> = table.codes();
        for key in 0..columns.len() {
            for target in (0..columns.len()).filter(|&target| target != key) {
                let mut groups: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
                for (key, value) in columns[key].iter().zip(&columns[target]) {
                    if let (Some(key), Some(value)) = (key, value) {
                        *groups.entry(key).or_default().entry(value).or_default() += 1;
                    }
                }
                // All hashes differ, so that no row counts as the same as another.
                let hashes: Vec<u64> = (0..table.rows() as u64).collect();
                let drawn = KeyGroups::new(&[codes[key]], &hashes, usize::MAX);
                let found = support(drawn.iter(), codes[target], &Marginal::new(codes[target]));
                let large = || groups.values().filter(|of| of.values().sum::<u32>() > 1);
                prop_assert_eq!(found.groups as usize, large().count());
                prop_assert_eq!(found.rows, large().flat_map(|of| of.values()).sum::<u32>());
                let exceptions = |of: &BTreeMap<&str, u32>| of.values().sum::<u32>() - of.values().max().unwrap_or(&0);
                prop_assert_eq!(found.exceptions, large().map(exceptions).sum::<u32>());
                let agreed = |of: &BTreeMap<&str, u32>| -> u32 {
                    let size: u32 = of.values().sum();
                    of.values().filter(|&&count| 2 * (count - 1) >= size - 1).sum()
                };
                prop_assert_eq!(found.agreed, large().map(agreed).sum::<u32>());
            }
        }
    }

    #[test]
    fn on_exact_tables_what_is_proposed_without_exceptions_holds(columns in tables()) {
        let table = Texts::of(&columns);
        let exact = exact_dependencies(&table);
        for line in table.proposed() {
            for (target, support) in &line.rhs {
                let holds = exact.contains(&(line.lhs.clone(), *target));
                prop_assert_eq!(support.exceptions == 0, holds, "{}", table.line(&line));
            }
        }
    }
}
