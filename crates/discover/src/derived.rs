//! Attributes that are put together from two others with a separator.

use lustrate_table::AttributeId;
use rayon::prelude::*;

/// `target = left + separator + right`, as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The attribute that is put together.
    pub target: AttributeId,
    /// The attribute that it starts with.
    pub left: AttributeId,
    /// What stands between.
    pub separator: String,
    /// The attribute that it ends with.
    pub right: AttributeId,
    /// The share of the sampled rows in which it holds.
    pub share: f64,
}

/// A derived attribute holds in more than this share of the sampled rows.
const HOLDS: f64 = 0.5;

/// Finds derived attributes on a sample of rows: `texts[attribute]` are the texts of the same rows, missing ones
/// empty; an attribute with `None` is left out. At most one for each target.
pub fn derived_columns(texts: &[Option<Vec<&str>>]) -> Vec<Derived> {
    let attributes: Vec<AttributeId> =
        (0..texts.len() as u32).map(AttributeId).filter(|id| texts[id.index()].is_some()).collect();
    let of = |id: AttributeId| texts[id.index()].as_deref().unwrap_or(&[]);
    let varies = |id: &AttributeId| of(*id).windows(2).any(|pair| pair[0] != pair[1]);
    let attributes: Vec<AttributeId> = attributes.into_iter().filter(varies).collect();
    let found: Vec<Option<Derived>> = attributes
        .par_iter()
        .map(|&target| {
            let whole = of(target);
            let starts = attributes.iter().copied().filter(|&left| left != target && starts_with(whole, of(left)));
            let mut best: Option<Derived> = None;
            for left in starts {
                for &right in attributes.iter().filter(|&&right| right != target && right != left) {
                    let Some((separator, share)) = separator(whole, of(left), of(right)) else { continue };
                    if share > best.as_ref().map_or(HOLDS, |best| best.share) {
                        best = Some(Derived { target, left, separator, right, share });
                    }
                }
            }
            best
        })
        .collect();
    found.into_iter().flatten().collect()
}

fn starts_with(whole: &[&str], left: &[&str]) -> bool {
    let starts = whole.iter().zip(left).filter(|(whole, left)| !left.is_empty() && whole.starts_with(**left));
    2 * starts.count() >= whole.len()
}

/// The commonest text between a left and a right part, with the share of all rows that have it.
fn separator(whole: &[&str], left: &[&str], right: &[&str]) -> Option<(String, f64)> {
    let mut between: Vec<&str> = Vec::new();
    for ((whole, left), right) in whole.iter().zip(left).zip(right) {
        let fits = !left.is_empty() && !right.is_empty() && whole.len() >= left.len() + right.len();
        if fits && whole.starts_with(left) && whole.ends_with(right) {
            between.push(&whole[left.len()..whole.len() - right.len()]);
        }
    }
    between.sort_unstable();
    let runs = between.chunk_by(|a, b| a == b);
    let best = runs.max_by_key(|run| (run.len(), std::cmp::Reverse(run[0])))?;
    Some((best[0].to_owned(), best.len() as f64 / whole.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concatenation_is_found_through_errors() {
        let left: Vec<String> = (0..60).map(|row| format!("s{}", row % 7)).collect();
        let right: Vec<String> = (0..60).map(|row| format!("m-{}", row % 11)).collect();
        let mut whole: Vec<String> = left.iter().zip(&right).map(|(l, r)| format!("{l}_{r}")).collect();
        whole[3] = "s3-m3".into();
        fn column(cells: &[String]) -> Option<Vec<&str>> {
            Some(cells.iter().map(String::as_str).collect())
        }
        let found = derived_columns(&[column(&left), column(&right), column(&whole)]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].target.0, found[0].left.0, found[0].right.0), (2, 0, 1));
        assert_eq!(found[0].separator, "_");
    }
}
