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

/// The cheapest script that turns `meant` into `written`: the emissions of a Levenshtein alignment with identical
/// substitutions counted once, or, for texts of one length, the distinct substitutions by position, whichever is
/// shorter. `None` where it would hold more than `most` emissions.
pub(crate) fn script(meant: &[char], written: &[char], most: usize) -> Option<Vec<Emission>> {
    if meant.len().abs_diff(written.len()) > most {
        return None;
    }
    if gained(meant, written) > most {
        return None;
    }
    let by_position = (meant.len() == written.len()).then(|| distinct_substitutions(meant, written));
    let aligned = alignment(meant, written);
    let shorter = match (by_position, aligned) {
        (Some(by_position), Some(aligned)) => {
            if aligned.len() < by_position.len() {
                aligned
            } else {
                by_position
            }
        }
        (one, other) => one.or(other)?,
    };
    (shorter.len() <= most).then_some(shorter)
}

/// How many different characters there are of which the written text has more than the meant one: each must have been
/// emitted. Only for texts in ASCII; of others nothing is known.
fn gained(meant: &[char], written: &[char]) -> usize {
    let mut more = [0i16; 128];
    for &c in written {
        let Some(count) = more.get_mut(c as usize) else { return 0 };
        *count += 1;
    }
    for &c in meant {
        let Some(count) = more.get_mut(c as usize) else { return 0 };
        *count -= 1;
    }
    more.iter().filter(|&&count| count > 0).count()
}

fn distinct_substitutions(meant: &[char], written: &[char]) -> Vec<Emission> {
    let mut pairs: Vec<(char, char)> =
        meant.iter().copied().zip(written.iter().copied()).filter(|(m, w)| m != w).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(_, written)| Emission::Substitute(written)).collect()
}

fn alignment(meant: &[char], written: &[char]) -> Option<Vec<Emission>> {
    let prefix = meant.iter().zip(written).take_while(|(m, w)| m == w).count();
    let (meant, written) = (&meant[prefix..], &written[prefix..]);
    let suffix = meant.iter().rev().zip(written.iter().rev()).take_while(|(m, w)| m == w).count();
    let (meant, written) = (&meant[..meant.len() - suffix], &written[..written.len() - suffix]);
    let width = written.len() + 1;
    if (meant.len() + 1) * width > LARGEST_ALIGNMENT {
        return None;
    }
    let mut cost = vec![0u16; (meant.len() + 1) * width];
    for (j, cell) in cost[..width].iter_mut().enumerate() {
        *cell = j as u16;
    }
    for i in 1..=meant.len() {
        cost[i * width] = i as u16;
        for j in 1..=written.len() {
            let change = cost[(i - 1) * width + j - 1] + u16::from(meant[i - 1] != written[j - 1]);
            cost[i * width + j] = change.min(cost[(i - 1) * width + j] + 1).min(cost[i * width + j - 1] + 1);
        }
    }
    let (mut i, mut j) = (meant.len(), written.len());
    let mut emissions = Vec::new();
    let mut substitutions: Vec<(char, char)> = Vec::new();
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        if i > 0 && j > 0 && meant[i - 1] == written[j - 1] && cost[(i - 1) * width + j - 1] == here {
            (i, j) = (i - 1, j - 1);
        } else if i > 0 && cost[(i - 1) * width + j] + 1 == here {
            emissions.push(Emission::Delete);
            i -= 1;
        } else if i > 0 && j > 0 && cost[(i - 1) * width + j - 1] + 1 == here {
            let pair = (meant[i - 1], written[j - 1]);
            if !substitutions.contains(&pair) {
                substitutions.push(pair);
                emissions.push(Emission::Substitute(pair.1));
            }
            (i, j) = (i - 1, j - 1);
        } else {
            emissions.push(Emission::Insert(written[j - 1]));
            j -= 1;
        }
    }
    emissions.reverse();
    Some(emissions)
}

#[cfg(test)]
mod tests {
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
}
