//! In which characters two texts differ.

/// A run of characters of one of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is in the other text too.
    Same(String),
    /// It is in this text only.
    Differs(String),
    /// So much of the text is not shown.
    Cut,
}

/// Two texts in parts, of which so many characters at most are shown: where they are longer, what both start with is cut
/// but for its end, so that the place where they differ is seen. Where the texts have little in common they differ as a
/// whole: letters that happen to be in both tell nothing.
pub(crate) fn difference(old: &str, new: &str, longest: usize) -> (Vec<Part>, Vec<Part>) {
    let (old, new) = (units(old), units(new));
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let is_long = old.len().max(new.len()) > longest;
    let dropped = if is_long { same.saturating_sub(longest / 3) } else { 0 };
    let (from, from_cut) = window(&old, dropped, longest);
    let (to, to_cut) = window(&new, dropped, longest);
    let common = longest_common(from, to);
    let alike = 2 * common.len() >= from.len().max(to.len());
    let common: &[(usize, usize)] = if alike { &common } else { &[] };
    let first = common.iter().enumerate().take_while(|&(place, pair)| *pair == (place, place)).count();
    // What lies behind the first difference and has no counterpart, as the other text is cut before it, does not differ.
    let ends = |units: &'_ [&str], last: Option<usize>, cut: bool| match last {
        Some(last) if cut && last >= first => last + 1,
        _ => units.len(),
    };
    let from = &from[..ends(from, common.last().map(|pair| pair.0), from_cut && to_cut)];
    let to = &to[..ends(to, common.last().map(|pair| pair.1), from_cut && to_cut)];
    let of_old: Vec<usize> = common.iter().map(|pair| pair.0).collect();
    let of_new: Vec<usize> = common.iter().map(|pair| pair.1).collect();
    (parts(from, &of_old, dropped > 0, from_cut), parts(to, &of_new, dropped > 0, to_cut))
}

/// The characters as they are seen: marks belong to the letter before them, and what is joined is one.
fn units(text: &str) -> Vec<&str> {
    let joins = |char: char| {
        matches!(char, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}' | '\u{200c}'..='\u{200d}')
            || matches!(char, '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}')
    };
    let mut starts: Vec<usize> = Vec::new();
    let mut before = None;
    for (at, char) in text.char_indices() {
        if !(joins(char) || before == Some('\u{200d}')) || starts.is_empty() {
            starts.push(at);
        }
        before = Some(char);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
}

/// What is shown of a text, and whether its end is not.
fn window<'u, 't>(units: &'u [&'t str], dropped: usize, longest: usize) -> (&'u [&'t str], bool) {
    let rest = &units[dropped.min(units.len())..];
    (&rest[..rest.len().min(longest)], rest.len() > longest)
}

/// The places of a longest common subsequence, by the table of Wagner and Fischer (1974); of equals the one that starts first.
fn longest_common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut best = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if a[i] == b[j] {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut common) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            common.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

fn parts(units: &[&str], common: &[usize], cut_before: bool, cut_behind: bool) -> Vec<Part> {
    let mut parts = if cut_before { vec![Part::Cut] } else { Vec::new() };
    for (place, unit) in units.iter().enumerate() {
        let is_common = common.binary_search(&place).is_ok();
        match parts.last_mut() {
            Some(Part::Same(text)) if is_common => text.push_str(unit),
            Some(Part::Differs(text)) if !is_common => text.push_str(unit),
            _ if is_common => parts.push(Part::Same((*unit).to_owned())),
            _ => parts.push(Part::Differs((*unit).to_owned())),
        }
    }
    parts.extend(cut_behind.then_some(Part::Cut));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Differing parts in brackets, cuts as dots.
    fn shown(old: &str, new: &str, longest: usize) -> [String; 2] {
        let (old, new) = difference(old, new, longest);
        [old, new].map(|parts| {
            let part = |part: &Part| match part {
                Part::Same(text) => text.clone(),
                Part::Differs(text) => format!("[{text}]"),
                Part::Cut => "…".to_owned(),
            };
            parts.iter().map(part).collect()
        })
    }

    #[test]
    fn what_is_wrong_what_is_missing_and_what_is_too_much_is_marked() {
        assert_eq!(shown("Gard½en", "Garden", 40), ["Gard[½]en", "Garden"]);
        assert_eq!(shown("Rom", "Rome", 40), ["Rom", "Rom[e]"]);
        assert_eq!(shown("birminghxm", "birmingham", 40), ["birmingh[x]m", "birmingh[a]m"]);
    }

    #[test]
    fn texts_with_little_in_common_differ_as_a_whole() {
        assert_eq!(shown("test", "Rosa Meyer", 40), ["[test]", "[Rosa Meyer]"]);
        assert_eq!(shown("", "x", 40), ["", "[x]"]);
        assert_eq!(shown("", "", 40), ["", ""]);
    }

    #[test]
    fn a_long_text_is_shown_where_it_differs() {
        let (old, new) = (
            format!("{}Z{}", "a".repeat(5_000), "b".repeat(900)),
            format!("{}Y{}", "a".repeat(5_000), "b".repeat(900)),
        );
        assert_eq!(shown(&old, &new, 12), ["…aaaa[Z]bbbbbbb…", "…aaaa[Y]bbbbbbb…"]);
    }

    #[test]
    fn a_text_that_is_longer_by_what_was_added_differs_in_that_alone() {
        let text = "abcdefghij".repeat(60);
        let longer = format!("{}x{}", &text[..300], &text[300..]);
        assert_eq!(shown(&longer, &text, 12), ["…ghij[x]abcdefg…", "…ghijabcdefg…"]);
    }

    #[test]
    fn a_letter_and_its_mark_are_one() {
        assert_eq!(shown("cafe\u{301}", "cafe", 40), ["caf[e\u{301}]", "caf[e]"]);
        assert_eq!(units("👩\u{200d}🚀a"), ["👩\u{200d}🚀", "a"]);
        assert_eq!(units("\u{301}"), ["\u{301}"]);
    }
}
