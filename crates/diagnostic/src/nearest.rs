//! The name that was probably meant.

/// The candidate nearest to a mistyped name, if one is near enough: case apart, at most a third of the letters
/// (or one) changed, dropped, added or exchanged with their neighbour, and not all; or one a prefix of the other. Of
/// equally near ones the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded: Vec<char> = fold(name);
    let limit = (folded.len() / 3).max(1);
    let near = candidates.into_iter().filter_map(|candidate| {
        let other = fold(candidate);
        let prefix =
            folded.len() >= 3 && other.len() >= 3 && (folded.starts_with(&other) || other.starts_with(&folded));
        let distance = distance(&folded, &other);
        let alike = distance < folded.len().max(other.len()).max(1);
        (alike && (distance <= limit || prefix)).then_some((distance, candidate))
    });
    near.min_by_key(|&(distance, _)| distance).map(|(_, candidate)| candidate)
}

fn fold(name: &str) -> Vec<char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment distance (Damerau–Levenshtein without overlapping exchanges).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(nearest("Zip-Code", ["zip_code", "city"]), Some("zip_code"));
    }

    #[test]
    fn a_far_name_is_not_suggested() {
        assert_eq!(nearest("zipcode", ["zip", "city"]), Some("zip"));
        assert_eq!(nearest("ctiy", ["zip", "city"]), Some("city"));
        assert_eq!(nearest("phone", ["zip", "city"]), None);
    }

    #[test]
    fn names_without_a_letter_in_common_are_not_near() {
        assert_eq!(nearest("x", ["y", "_", "é"]), None);
        assert_eq!(nearest("x", ["y", "X"]), Some("X"));
    }
}
