//! Tables with very many columns: what is planted in them is found, in time and memory that do not grow with the square of
//! the columns times the rows.

use lustrate_discover::{CodeColumn, DependencySearch, contested_thing, proposed_dependencies};
use lustrate_table::{AttributeId, Code};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn search_in(columns: &[Vec<Code>], tell: impl Fn(&DependencySearch<'_>)) {
    let rows = columns.first().map_or(0, Vec::len);
    let distinct = |codes: &[Code]| codes.iter().filter(|code| !code.is_null()).map(|code| code.index() + 1).max();
    let codes: Vec<CodeColumn<'_>> =
        columns.iter().map(|codes| CodeColumn { codes, distinct: distinct(codes).unwrap_or(0) }).collect();
    let hashes: Vec<u64> = (0..rows as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    let all: Vec<AttributeId> = (0..columns.len() as u32).map(AttributeId).collect();
    tell(&DependencySearch { columns: &codes, hashes: &hashes, determinants: &all, targets: &all });
}

#[test]
fn a_dependency_is_found_among_ten_thousand_columns() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut columns: Vec<Vec<Code>> =
        (0..10_000u32).map(|place| (0..200).map(|_| Code(random.random_range(0..2 + place % 30))).collect()).collect();
    columns[8_000] = columns[4_019].iter().map(|code| Code(code.0 % 9)).collect();
    columns[8_000][3] = Code(8);
    search_in(&columns, |search| {
        let found = proposed_dependencies(search);
        let lines: Vec<(u32, u32)> = found.iter().map(|line| (line.lhs[0].0, line.rhs[0].0.0)).collect();
        assert_eq!(lines, [(4_019, 8_000)]);
    });
}

#[test]
fn columns_that_are_all_the_same_make_ten_lines() {
    for count in [60, 230] {
        let column: Vec<Code> = (0..1000).map(|row| Code(row * 7 % 50)).collect();
        search_in(&vec![column; count], |search| assert_eq!(proposed_dependencies(search).len(), 10));
    }
}

#[test]
fn tables_of_nothing_show_nothing() {
    let unique = |rows: u32| (0..rows).map(Code).collect::<Vec<_>>();
    let tables = [
        vec![],
        vec![vec![]; 400],
        vec![unique(1); 400],
        vec![unique(1000)],
        vec![unique(1000); 400],
        vec![vec![Code::NULL; 1000]; 400],
        vec![vec![Code(0); 1000]; 400],
    ];
    for columns in tables {
        search_in(&columns, |search| {
            assert_eq!(proposed_dependencies(search), []);
            assert_eq!(contested_thing(search, &[]), None);
        });
    }
}
