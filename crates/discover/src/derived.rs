//! Attributes that are put together from two others with a separator, and those that are a part of another.

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

/// Attributes of which derived ones are put together, those with the most values; and of one target the left and right
/// parts that are tried, the longest.
const MOST_ATTRIBUTES: usize = 500;
const MOST_PARTS: usize = 16;

/// Finds derived attributes on a sample of rows: `texts[attribute]` are the texts of the same rows, missing ones
/// empty; an attribute with `None` is left out. At most one for each target.
///
/// Pairs of up to 500 attributes are looked at, and of one target up to 16 left and 16 right parts put together.
pub fn derived_columns(texts: &[Option<Vec<&str>>]) -> Vec<Derived> {
    let attributes = varying(texts);
    let of = |id: AttributeId| texts[id.index()].as_deref().unwrap_or(&[]);
    let found: Vec<Option<Derived>> = attributes
        .par_iter()
        .map(|&target| {
            let whole = of(target);
            let parts = |holds: fn(&str, &str) -> bool| {
                let others = attributes.iter().copied().filter(|&part| part != target);
                longest(others.filter(|&part| is_part(whole, of(part), holds)).collect(), &of)
            };
            let starts = parts(|whole, part| whole.starts_with(part));
            let ends = if starts.is_empty() { Vec::new() } else { parts(|whole, part| whole.ends_with(part)) };
            let mut best: Option<Derived> = None;
            for &left in &starts {
                for &right in ends.iter().filter(|&&right| right != left) {
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

/// `target` is the first or the last so many characters of `source`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedPart {
    /// The attribute that is a part.
    pub target: AttributeId,
    /// The attribute that it is a part of.
    pub source: AttributeId,
    /// How many characters.
    pub characters: usize,
    /// Whether they are the last ones.
    pub at_end: bool,
    /// Rows of the sample in which both have a value.
    pub rows: usize,
    /// Of these, rows in which it does not hold.
    pub exceptions: usize,
}

/// A part is one in this share of the rows.
const PART_HOLDS: f64 = 0.9;
/// A part has this many characters, and this many different values.
const PART_CHARACTERS: usize = 2;
const PART_VALUES: usize = 4;

/// Finds attributes that are the first or last characters of another, such as the area of a telephone number, on a sample
/// of rows as of [`derived_columns`]. At most one for each target: of several sources the one with the fewest exceptions.
pub fn derived_parts(texts: &[Option<Vec<&str>>]) -> Vec<DerivedPart> {
    let attributes = varying(texts);
    let of = |id: AttributeId| texts[id.index()].as_deref().unwrap_or(&[]);
    let found: Vec<Option<DerivedPart>> = attributes
        .par_iter()
        .map(|&target| {
            let part = of(target);
            let mut lengths: Vec<usize> =
                part.iter().filter(|part| !part.is_empty()).map(|part| part.chars().count()).collect();
            lengths.sort_unstable();
            let characters = *lengths.get(lengths.len() / 2)?;
            let mut values: Vec<&str> = part.to_vec();
            values.sort_unstable();
            values.dedup();
            if characters < PART_CHARACTERS || values.len() < PART_VALUES {
                return None;
            }
            let sources = attributes.iter().copied().filter(|&source| source != target);
            let found = sources.flat_map(|source| [(source, false), (source, true)]).filter_map(|(source, at_end)| {
                let holds: fn(&str, &str) -> bool =
                    if at_end { |whole, part| whole.ends_with(part) } else { |whole, part| whole.starts_with(part) };
                is_part(of(source), part, holds).then_some(())?;
                let both = || part.iter().zip(of(source)).filter(|(part, whole)| !part.is_empty() && !whole.is_empty());
                let held = both().filter(|(part, whole)| {
                    holds(whole, part) && part.chars().count() == characters && whole.len() > part.len()
                });
                let (rows, held) = (both().count(), held.count());
                let found = DerivedPart { target, source, characters, at_end, rows, exceptions: rows - held };
                (held as f64 >= PART_HOLDS * rows as f64).then_some(found)
            });
            found.min_by_key(|found| (found.exceptions, found.source, found.at_end))
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// The attributes that hold more than one text, at most 500, those with the most.
fn varying(texts: &[Option<Vec<&str>>]) -> Vec<AttributeId> {
    let ids = (0..texts.len() as u32).map(AttributeId);
    let varies = |id: &AttributeId| {
        texts[id.index()].as_ref().is_some_and(|texts| texts.windows(2).any(|pair| pair[0] != pair[1]))
    };
    let mut attributes: Vec<AttributeId> = ids.filter(varies).collect();
    if attributes.len() > MOST_ATTRIBUTES {
        attributes.sort_by_cached_key(|id| {
            let mut values = texts[id.index()].clone().unwrap_or_default();
            values.sort_unstable();
            values.dedup();
            (std::cmp::Reverse(values.len()), *id)
        });
        attributes.truncate(MOST_ATTRIBUTES);
        attributes.sort_unstable();
    }
    attributes
}

/// Of more than sixteen parts those with the most characters, in the order of the columns.
fn longest<'a>(mut parts: Vec<AttributeId>, of: &impl Fn(AttributeId) -> &'a [&'a str]) -> Vec<AttributeId> {
    if parts.len() > MOST_PARTS {
        parts.sort_by_cached_key(|&part| {
            let length: usize = of(part).iter().map(|text| text.len()).sum();
            (std::cmp::Reverse(length), part)
        });
        parts.truncate(MOST_PARTS);
        parts.sort_unstable();
    }
    parts
}

/// From so many rows on a few are looked at first, spread over all: what holds in half of the rows is seen there.
const MANY_ROWS: usize = 512;
const FIRST_LOOK: usize = 64;
/// Of the first rows at least so many hold: with a chance of one half fewer do once in 10¹².
const FIRST_HOLDING: usize = 6;

/// Whether a text is a part of another in half of the rows. Stops as soon as that cannot be.
fn is_part(whole: &[&str], part: &[&str], holds: fn(&str, &str) -> bool) -> bool {
    let fits = |whole: &str, part: &str| !part.is_empty() && holds(whole, part);
    let rows = whole.len();
    if rows >= MANY_ROWS {
        let mut spread = (0..FIRST_LOOK).map(|place| place * rows / FIRST_LOOK);
        if spread.by_ref().filter(|&row| fits(whole[row], part[row])).nth(FIRST_HOLDING - 1).is_none() {
            return false;
        }
    }
    whole.iter().zip(part).filter(|(whole, part)| !fits(whole, part)).nth(rows / 2).is_none()
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

    fn column(cells: &[String]) -> Option<Vec<&str>> {
        Some(cells.iter().map(String::as_str).collect())
    }

    #[test]
    fn a_part_in_most_of_many_rows_is_seen_wherever_these_stand() {
        let whole: Vec<String> = (0..2_000).map(|row| format!("{}-{row}", row % 7)).collect();
        let whole: Vec<&str> = whole.iter().map(String::as_str).collect();
        let of = |holds: &dyn Fn(usize) -> bool| {
            let part: Vec<&str> = (0..2_000).map(|row| if holds(row) { &whole[row][..1] } else { "" }).collect();
            is_part(&whole, &part, |whole, part| whole.starts_with(part))
        };
        assert!(of(&|row| row >= 900) && of(&|row| row < 1_100) && of(&|row| row % 5 > 1));
        assert!(!of(&|row| row < 900) && !of(&|_| false));
    }

    #[test]
    fn an_area_is_the_start_of_a_number() {
        let phone: Vec<String> = (0..80).map(|row| format!("{}-{}", 200 + row * 7 % 90, 1000 + row * 37)).collect();
        let mut area: Vec<String> = phone.iter().map(|phone| phone[..3].to_owned()).collect();
        area[4] = "x".into();
        area[5] = String::new();
        let found = derived_parts(&[column(&area), column(&phone)]);
        let (target, source) = (AttributeId(0), AttributeId(1));
        let part = DerivedPart { target, source, characters: 3, at_end: false, rows: 79, exceptions: 1 };
        assert_eq!(found, [part]);
        let last: Vec<String> = phone.iter().map(|phone| phone[4..].to_owned()).collect();
        assert!(derived_parts(&[column(&last), column(&phone)])[0].at_end);
        assert_eq!(derived_parts(&[column(&phone), column(&phone)]), []);
    }

    #[test]
    fn very_many_columns_take_bounded_time() {
        let cells: Vec<Vec<String>> =
            (0..1200).map(|place| (0..100).map(|row| format!("v{}", (row * place) % 31)).collect()).collect();
        let texts: Vec<_> = cells.iter().map(|cells| column(cells)).collect();
        assert_eq!(derived_columns(&texts), []);
    }

    #[test]
    fn a_concatenation_is_found_through_errors() {
        let left: Vec<String> = (0..60).map(|row| format!("s{}", row % 7)).collect();
        let right: Vec<String> = (0..60).map(|row| format!("m-{}", row % 11)).collect();
        let mut whole: Vec<String> = left.iter().zip(&right).map(|(l, r)| format!("{l}_{r}")).collect();
        whole[3] = "s3-m3".into();
        let found = derived_columns(&[column(&left), column(&right), column(&whole)]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].target.0, found[0].left.0, found[0].right.0), (2, 0, 1));
        assert_eq!(found[0].separator, "_");
    }
}
