//! Counts of codes.

use crate::Code;

/// How many cells hold each code; `distinct` is the length of the dictionary. Missing cells count nowhere.
pub fn count_codes(codes: &[Code], distinct: usize) -> Vec<u32> {
    let mut counts = vec![0; distinct];
    for code in codes.iter().filter(|code| !code.is_null()) {
        counts[code.index()] += 1;
    }
    counts
}
