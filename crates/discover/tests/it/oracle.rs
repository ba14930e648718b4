//! Exact dependencies, against another program that finds them: desbordante.
//!
//! It is looked for in the Python that `LUSTRATE_DESBORDANTE` names, for example of a virtual environment in which
//! `pip install desbordante` was run. Where there is none, the test says so; the law it holds `exact_dependencies` to, against
//! which everything else is held, is small enough to be read.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::process::Command;

use lustrate_table::RowId;
use lustrate_testkit::skip;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::tables::{Texts, exact_dependencies};

const SCRIPT: &str = "
import sys, desbordante
search = desbordante.fd.algorithms.HyFD()
search.load_data(table=(sys.argv[1], ',', True))
search.execute()
for found in search.get_fds():
    lhs, rhs = found.to_index_tuple()
    print(*sorted(lhs), '>', rhs)
";

#[test]
fn another_program_finds_the_same_exact_dependencies() {
    let Some(python) = env::var_os("LUSTRATE_DESBORDANTE") else {
        return skip("exact dependencies against desbordante", "LUSTRATE_DESBORDANTE names no Python that has it");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..20 {
        let rows = random.random_range(2..60);
        let first: Vec<u8> = (0..rows).map(|_| random.random_range(0..9)).collect();
        let second: Vec<u8> = (0..rows).map(|_| random.random_range(0..4)).collect();
        let column = |cell: &dyn Fn(usize) -> u8| (0..rows).map(|row| Some(cell(row).to_string())).collect::<Vec<_>>();
        let columns = [
            column(&|row| first[row]),
            column(&|row| second[row]),
            column(&|row| first[row] / 3),
            column(&|row| (first[row] + second[row]) % 5),
        ];
        let table = Texts::of(&columns);
        let mut csv = table.names.join(",") + "\n";
        for row in 0..rows as u32 {
            let cells: Vec<&str> = table.columns.iter().map(|column| column.text(RowId(row)).unwrap_or("")).collect();
            writeln!(csv, "{}", cells.join(",")).expect("a string takes text");
        }
        let path = folder.path().join("table.csv");
        std::fs::write(&path, csv).expect("the folder can be written to");
        let output = Command::new(&python).arg("-c").arg(SCRIPT).arg(&path).output().expect("the Python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("numbers are ASCII");
        let minimal: Vec<(BTreeSet<u32>, u32)> = (text.lines())
            .map(|line| {
                let (lhs, rhs) = line.split_once('>').expect("a line has both sides");
                let number = |text: &str| text.parse().expect("columns are numbers");
                (lhs.split_whitespace().map(number).collect(), number(rhs.trim()))
            })
            .collect();
        for target in 0..4 {
            for one in 0..4 {
                for other in one..4 {
                    let key: BTreeSet<u32> = [one, other].into();
                    if key.contains(&target) {
                        continue;
                    }
                    let expected = minimal.iter().any(|(lhs, rhs)| *rhs == target && lhs.is_subset(&key));
                    let ids = |key: &BTreeSet<u32>| key.iter().map(|&id| lustrate_table::AttributeId(id)).collect();
                    let found = exact_dependencies(&table);
                    let holds = found.contains(&(ids(&key), lustrate_table::AttributeId(target)));
                    assert_eq!(holds, expected, "{key:?} -> {target} of {columns:?}");
                }
            }
        }
    }
}
