//! Edit scripts from what was meant to what was written.

use serde::{Deserialize, Serialize};

/// One thing that a typing error put into a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Emission {
    /// A character was replaced by this one.
    Substitute(char),
    /// This character was added.
    Insert(char),
    /// A character was dropped.
    Delete,
}

/// Texts whose differing middles need a larger alignment than this are no typing errors of each other.
const LARGEST_ALIGNMENT: usize = 40_000;

/// What scripts are written with, kept from text to text so that nothing is allocated for one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workspace {
    emissions: Vec<Emission>,
    aligned: Vec<Emission>,
    pairs: Vec<(char, char)>,
    cost: Vec<u16>,
}

/// The cheapest script that turns `meant` into `written`: the emissions of a Levenshtein alignment with identical
/// substitutions counted once, or, for texts of one length, the distinct substitutions by position, whichever is
/// shorter. `None` where it would hold more than `most` emissions.
pub(crate) fn script(meant: &[char], written: &[char], most: usize) -> Option<Vec<Emission>> {
    let mut work = Workspace::default();
    script_within(meant, written, most, &mut work).map(<[Emission]>::to_vec)
}

/// The same, in a workspace.
pub(crate) fn script_within<'w>(
    meant: &[char],
    written: &[char],
    most: usize,
    work: &'w mut Workspace,
) -> Option<&'w [Emission]> {
    if meant.len().abs_diff(written.len()) > most {
        return None;
    }
    let least = least_emissions(meant, written);
    if least > most {
        return None;
    }
    let by_position = (meant.len() == written.len()).then(|| {
        distinct_substitutions(meant, written, work);
        work.emissions.len()
    });
    // An alignment other than by position adds a character and drops one.
    let script = match by_position {
        Some(length) if length <= least.max(2) => &work.emissions,
        Some(length) => match align(meant, written, work) {
            true if work.aligned.len() < length => &work.aligned,
            _ => &work.emissions,
        },
        None if align(meant, written, work) => &work.aligned,
        None => return None,
    };
    (script.len() <= most).then_some(script)
}

/// Fewer emissions than this turn no text into the other: how many different characters there are of which one has
/// more than the other, where characters that share a place in a small table are taken for one. Each that the written
/// text gained was emitted, and each that it lost was replaced or dropped.
fn least_emissions(meant: &[char], written: &[char]) -> usize {
    let mut more = [0i16; 128];
    for &c in written {
        let count = &mut more[c as usize % 128];
        *count = count.saturating_add(1);
    }
    for &c in meant {
        let count = &mut more[c as usize % 128];
        *count = count.saturating_sub(1);
    }
    // Small numbers, so that the sums are taken side by side.
    let gained: i16 = more.iter().map(|&count| i16::from(count > 0)).sum();
    let lost: i16 = more.iter().map(|&count| i16::from(count < 0)).sum();
    gained.max(lost) as usize
}

fn distinct_substitutions(meant: &[char], written: &[char], work: &mut Workspace) {
    let Workspace { emissions, pairs, .. } = work;
    pairs.clear();
    pairs.extend(meant.iter().copied().zip(written.iter().copied()).filter(|(m, w)| m != w));
    pairs.sort_unstable();
    pairs.dedup();
    emissions.clear();
    emissions.extend(pairs.iter().map(|&(_, written)| Emission::Substitute(written)));
}

/// Puts the emissions of an alignment into the workspace; `false` where it would be too large.
fn align(meant: &[char], written: &[char], work: &mut Workspace) -> bool {
    let prefix = meant.iter().zip(written).take_while(|(m, w)| m == w).count();
    let (meant, written) = (&meant[prefix..], &written[prefix..]);
    let suffix = meant.iter().rev().zip(written.iter().rev()).take_while(|(m, w)| m == w).count();
    let (meant, written) = (&meant[..meant.len() - suffix], &written[..written.len() - suffix]);
    let Workspace { aligned, pairs, cost, .. } = work;
    aligned.clear();
    let width = written.len() + 1;
    if (meant.len() + 1) * width > LARGEST_ALIGNMENT {
        return false;
    }
    if meant.is_empty() || written.is_empty() {
        aligned.extend(written.iter().map(|&c| Emission::Insert(c)));
        aligned.extend(meant.iter().map(|_| Emission::Delete));
        return true;
    }
    cost.clear();
    cost.extend(0..width as u16);
    cost.resize((meant.len() + 1) * width, 0);
    let mut rows = cost.chunks_exact_mut(width);
    let mut above = &*rows.next().expect("there is a row for what lies before the first character");
    for (row, (&m, first)) in rows.zip(meant.iter().zip(1..)) {
        let mut left = first;
        row[0] = first;
        for ((here, over), &w) in row[1..].iter_mut().zip(above.windows(2)).zip(written) {
            left = (over[0] + u16::from(m != w)).min(over[1] + 1).min(left + 1);
            *here = left;
        }
        above = row;
    }
    let (mut i, mut j) = (meant.len(), written.len());
    pairs.clear();
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        if i > 0 && j > 0 && meant[i - 1] == written[j - 1] && cost[(i - 1) * width + j - 1] == here {
            (i, j) = (i - 1, j - 1);
        } else if i > 0 && cost[(i - 1) * width + j] + 1 == here {
            aligned.push(Emission::Delete);
            i -= 1;
        } else if i > 0 && j > 0 && cost[(i - 1) * width + j - 1] + 1 == here {
            let pair = (meant[i - 1], written[j - 1]);
            if !pairs.contains(&pair) {
                pairs.push(pair);
                aligned.push(Emission::Substitute(pair.1));
            }
            (i, j) = (i - 1, j - 1);
        } else {
            aligned.push(Emission::Insert(written[j - 1]));
            j -= 1;
        }
    }
    aligned.reverse();
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edits(meant: &str, written: &str) -> Option<Vec<Emission>> {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        script(&chars(meant), &chars(written), 3)
    }

    #[test]
    fn one_letter_replaced_everywhere_is_one_emission() {
        assert_eq!(edits("beta blockers", "beta bxockers"), Some(vec![Emission::Substitute('x')]));
        assert_eq!(edits("mississippi", "mixxixxippi"), Some(vec![Emission::Substitute('x')]));
    }

    #[test]
    fn insertions_and_deletions_are_told_apart() {
        assert_eq!(edits("oak", "oaak"), Some(vec![Emission::Insert('a')]));
        assert_eq!(edits("oak", "ok"), Some(vec![Emission::Delete]));
        assert_eq!(edits("oak", ""), Some(vec![Emission::Delete; 3]));
        assert_eq!(edits("oak", "oak"), Some(vec![]));
        assert_eq!(edits("oak road", "elm walk"), None);
    }

    /// The shorter of the two scripts, without any short cut.
    fn looked_for_in_full(meant: &[char], written: &[char], most: usize) -> Option<Vec<Emission>> {
        let mut work = Workspace::default();
        distinct_substitutions(meant, written, &mut work);
        let by_position = (meant.len() == written.len()).then_some(work.emissions.clone());
        let aligned = align(meant, written, &mut work).then_some(work.aligned);
        let shortest = by_position.into_iter().chain(aligned).min_by_key(Vec::len)?;
        (shortest.len() <= most).then_some(shortest)
    }

    proptest! {
        #[test]
        fn short_cuts_change_no_script(meant in "[abc1é]{0,9}", written in "[abc1é]{0,9}", most in 0..6_usize) {
            let [meant, written] = [meant, written].map(|text| text.chars().collect::<Vec<_>>());
            prop_assert_eq!(script(&meant, &written, most), looked_for_in_full(&meant, &written, most));
        }
    }
}
