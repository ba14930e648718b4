//! Columns of codes: values of one shape or few that name something, so that even where they are digits they are no numbers.

use std::collections::BTreeMap;

use lustrate_values::{ColumnType, Similarity};

use super::found::{Found, Reading, is_most};
use super::shapes::{Class, Run, runs};
use super::slips::letter_by_letter;
use super::values::{Value, are_few, cells};
use super::{ColumnKind, Numbering, slips};

mod digits;

pub(super) use digits::{are_codes, count_through};

/// A code is no longer than this, in characters,
const LONGEST: usize = 30;
/// and has no more runs of digits, letters and signs than these,
const RUNS: usize = 12;
/// none of which is a word: letters in a row whose number varies beyond this.
const WORD: usize = 6;
/// Codes of letters alone have one case and are this short.
const LETTERS: usize = 5;
/// A column of codes has no more shapes than these,
const SHAPES: usize = 4;
/// each with this share of the cells, counted by their commonest lengths: slips are put together alike, but at other
/// places.
const SHARE: f64 = 0.01;
/// A shape that has more of the cells than these and is no slip of another belongs to the column too.
const UNKNOWN: f64 = 0.005;
/// A length is always the same if so many different values and cells have it, and all but this share of the cells.
const DISTINCT: usize = 20;
const CELLS: u64 = 50;
const OTHER_LENGTH: f64 = 0.01;
/// So many digits are one length beside others that are of several.
const FIXED: usize = 3;

/// Values that are put together of the same classes of characters in the same order.
struct Layout {
    classes: Vec<Class>,
    cells: u64,
    distinct: usize,
    /// For each run the cells by its length.
    lengths: Vec<BTreeMap<usize, u64>>,
    /// The cells by the lengths of all runs.
    together: BTreeMap<Vec<usize>, u64>,
}

/// What the codes of a column are; `None` where its values have other shapes.
pub(super) fn codes(values: &[Value<'_>]) -> Option<Found> {
    let whole = cells(values);
    let layouts = layouts(values)?;
    let is_main = |layout: &&Layout| layout.together.values().any(|cells| *cells as f64 >= SHARE * whole as f64);
    let main: Vec<&Layout> = layouts.iter().filter(is_main).collect();
    if main.len() > SHAPES || !main.iter().all(|layout| layout.is_of_codes()) {
        return None;
    }
    let shown: Vec<Vec<(usize, Option<usize>)>> = main.iter().map(|layout| layout.spans()).collect();
    // Digits of any length are numbers, whatever else there is.
    let are_numbers = |(layout, spans): (&&Layout, &Vec<(usize, Option<usize>)>)| {
        layout.classes == [Class::Digit] && spans[0].1.is_none() && !are_codes(values)
    };
    if main.iter().zip(&shown).any(are_numbers) {
        return None;
    }
    let fits = |value: &Value<'_>| {
        value.text.len() <= 4 * LONGEST && {
            let runs = runs(value.text, RUNS);
            main.iter().zip(&shown).any(|(layout, spans)| layout.fits(&runs, spans))
        }
    };
    let readings: Vec<Reading> =
        values.iter().map(|value| if fits(value) { Reading::Read } else { Reading::Unread }).collect();
    let distinct: usize = main.iter().map(|layout| layout.distinct).sum();
    let kind = if are_phones(&main, &shown, values) {
        ColumnKind::Phone
    } else if are_postal(&main, &shown) {
        ColumnKind::PostalCode
    } else {
        ColumnKind::Code(Numbering::Shape)
    };
    let mut found = Found::new(kind, readings);
    let read = found.read(values);
    // A few values say nothing of what others look like.
    if !is_most(read, whole) || distinct < DISTINCT / 2 {
        return None;
    }
    let written: Vec<String> = main.iter().zip(&shown).map(|(layout, spans)| layout.pattern(spans)).collect();
    let examples: Vec<&str> = main.iter().filter_map(|layout| example(values, &layout.classes)).collect();
    let unexplained = slips::unexplained(values, &found);
    let unknown = cells(unexplained.into_iter().filter(|value| !is_slip(value.text, &examples)));
    found = found.declared(ColumnType::Text, values);
    let is_whole = distinct >= DISTINCT && whole >= CELLS && unknown as f64 <= UNKNOWN * whole as f64;
    found.pattern = is_whole.then(|| written.join("|"));
    Some(found)
}

impl Layout {
    /// Whether values that are put together so look like codes rather than words or numbers with words.
    fn is_of_codes(&self) -> bool {
        let has = |class: Class| self.classes.contains(&class);
        let blanks = self.classes.iter().filter(|class| **class == Class::Other(' ')).count();
        if blanks > 1 || has(Class::Letter) {
            return false;
        }
        let letters = self.classes.iter().zip(&self.lengths).filter(|(class, _)| is_letters(**class));
        let longest = |lengths: &BTreeMap<usize, u64>| lengths.keys().next_back().copied().unwrap_or_default();
        let words = letters.clone().any(|(_, lengths)| lengths.len() > 1 && longest(lengths) > WORD);
        if has(Class::Digit) {
            return !words;
        }
        // Letters alone: initials and abbreviations of one length, as `NY` and `ORD`.
        let all: usize = letters.map(|(_, lengths)| longest(lengths)).sum();
        let one_length = self.lengths.iter().all(|lengths| usual(lengths, self.cells).is_some());
        one_length && blanks == 0 && all <= LETTERS && !(has(Class::Capital) && has(Class::Small)) && all > 0
    }

    /// The least and the greatest length of each run, where nearly all cells have one length this alone; `None` for no
    /// bound. Beside digits whose number varies, few digits are a number that happens to be short.
    fn spans(&self) -> Vec<(usize, Option<usize>)> {
        let certain = self.distinct >= DISTINCT && self.cells >= CELLS;
        let runs = || self.classes.iter().zip(&self.lengths);
        let are_numbers = runs().any(|(class, lengths)| *class == Class::Digit && usual(lengths, self.cells).is_none());
        let span = |(class, lengths): (&Class, &BTreeMap<usize, u64>)| match usual(lengths, self.cells) {
            Some(length) if *class == Class::Digit && are_numbers && length < FIXED => (1, None),
            Some(length) if certain || lengths.len() == 1 && length == 1 => (length, Some(length)),
            _ => (1, None),
        };
        runs().map(span).collect()
    }

    fn fits(&self, runs: &[Run], spans: &[(usize, Option<usize>)]) -> bool {
        runs.len() == self.classes.len()
            && runs.iter().zip(&self.classes).zip(spans).all(|((run, class), (least, most))| {
                run.class == *class && run.length >= *least && most.is_none_or(|most| run.length <= most)
            })
    }

    /// The regular expression of these values.
    fn pattern(&self, spans: &[(usize, Option<usize>)]) -> String {
        let mut pattern = String::new();
        for (class, (least, most)) in self.classes.iter().zip(spans) {
            let literal;
            let set = match class {
                Class::Digit => "[0-9]",
                Class::Capital => "[A-Z]",
                Class::Small => "[a-z]",
                Class::Letter => r"\p{L}",
                Class::Other(character) => {
                    literal = escaped(*character);
                    &literal
                }
            };
            pattern.push_str(set);
            match most {
                Some(1) => {}
                Some(_) => pattern.push_str(&format!("{{{least}}}")),
                None => pattern.push('+'),
            }
        }
        pattern
    }
}

/// A character as a regular expression writes it.
fn escaped(character: char) -> String {
    if r"\.+*?()|[]{}^$#&-~".contains(character) && character != '-' && character != '~' {
        format!("\\{character}")
    } else {
        character.to_string()
    }
}

fn is_letters(class: Class) -> bool {
    matches!(class, Class::Capital | Class::Small)
}

/// The length that nearly all cells have.
fn usual(lengths: &BTreeMap<usize, u64>, whole: u64) -> Option<usize> {
    let (length, cells) = lengths.iter().max_by_key(|(_, cells)| **cells)?;
    (whole.saturating_sub(*cells) as f64 <= OTHER_LENGTH * whole as f64).then_some(*length)
}

/// The layouts of the values, commonest first; `None` where most values are too long for codes.
fn layouts(values: &[Value<'_>]) -> Option<Vec<Layout>> {
    if are_few(values, |text| text.is_ascii() && text.len() <= LONGEST && runs(text, RUNS).len() <= RUNS) {
        return None;
    }
    let mut found: BTreeMap<Vec<Class>, Layout> = BTreeMap::new();
    let mut covered = 0;
    for value in values.iter().filter(|value| value.text.is_ascii() && value.text.len() <= LONGEST) {
        let runs = runs(value.text, RUNS);
        if runs.len() > RUNS {
            continue;
        }
        covered += value.cells;
        let classes: Vec<Class> = runs.iter().map(|run| run.class).collect();
        let layout = found.entry(classes).or_insert_with_key(|classes| Layout {
            classes: classes.clone(),
            cells: 0,
            distinct: 0,
            lengths: vec![BTreeMap::new(); classes.len()],
            together: BTreeMap::new(),
        });
        *layout.together.entry(runs.iter().map(|run| run.length).collect()).or_default() += value.cells;
        layout.cells += value.cells;
        layout.distinct += 1;
        for (lengths, run) in layout.lengths.iter_mut().zip(&runs) {
            *lengths.entry(run.length).or_default() += value.cells;
        }
    }
    if !is_most(covered, cells(values)) {
        return None;
    }
    let mut layouts: Vec<Layout> = found.into_values().collect();
    layouts.sort_by_key(|layout| std::cmp::Reverse(layout.cells));
    Some(layouts)
}

/// The commonest value of a layout.
fn example<'a>(values: &[Value<'a>], classes: &[Class]) -> Option<&'a str> {
    let of_layout = |value: &&Value<'_>| {
        value.text.len() <= LONGEST && runs(value.text, RUNS).iter().map(|run| run.class).eq(classes.iter().copied())
    };
    values.iter().rev().filter(of_layout).max_by_key(|value| value.cells).map(|value| value.text)
}

/// Whether a text is of another shape only by one character, or by some that stand in the place of others.
fn is_slip(text: &str, examples: &[&str]) -> bool {
    let length = text.chars().count();
    if length > 2 * LONGEST {
        return false;
    }
    let own = letter_by_letter(text);
    let measure = Similarity::Levenshtein(0.0);
    examples.iter().any(|example| {
        let longer = length.max(example.len()) as f64;
        let likeness = measure.closeness(&own, &letter_by_letter(example), &|_| None).unwrap_or_default();
        let changed = ((1.0 - likeness) * longer).round();
        changed <= 1.0 || (length == example.len() && changed <= (longer / 4.0).max(2.0))
    })
}

/// Whether digits and signs are grouped as those of telephone numbers, or ten digits begin as these do.
fn are_phones(main: &[&Layout], shown: &[Vec<(usize, Option<usize>)>], values: &[Value<'_>]) -> bool {
    const GROUPS: [&[usize]; 4] = [&[3, 4], &[3, 3, 4], &[1, 3, 3, 4], &[10]];
    let digits_only = |layout: &Layout| {
        layout.classes.iter().all(|class| match class {
            Class::Digit => true,
            Class::Other(sign) => " ()-.+/".contains(*sign),
            _ => false,
        })
    };
    let is_phone = |(layout, spans): (&&Layout, &Vec<(usize, Option<usize>)>)| {
        let of_digits = layout.classes.iter().zip(spans).filter(|(class, _)| **class == Class::Digit);
        let groups: Option<Vec<usize>> = of_digits.map(|(_, (_, most))| *most).collect();
        let international = layout.classes.first() == Some(&Class::Other('+'));
        digits_only(layout) && (international || groups.is_some_and(|groups| GROUPS.contains(&&groups[..])))
    };
    let ten = |layout: &Layout| layout.classes == [Class::Digit];
    !main.is_empty()
        && main.iter().zip(shown).all(is_phone)
        && (!main.iter().any(|layout| ten(layout)) || digits::begin_as_phones(values))
}

/// Whether shapes are those of postal codes that nothing else has: `99999` beside `99999-9999`, `A9A 9A9`, `AA9 9AA`.
fn are_postal(main: &[&Layout], shown: &[Vec<(usize, Option<usize>)>]) -> bool {
    let written: Vec<String> = main.iter().zip(shown).map(|(layout, spans)| layout.pattern(spans)).collect();
    let with_four = ["[0-9]{5}", "[0-9]{5}-[0-9]{4}"];
    if written.len() == 2 && with_four.iter().all(|form| written.iter().any(|pattern| pattern == form)) {
        return true;
    }
    let letters = ["[A-Z][0-9][A-Z] [0-9][A-Z][0-9]", "[0-9]{4} [A-Z]{2}"];
    written.len() == 1 && letters.contains(&written[0].as_str())
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Pattern;

    use super::*;
    use crate::profile::values::of;

    fn check(texts: &[String], odd: &[(&str, u64)], kind: Option<&str>, pattern: Option<&str>) {
        let cells: Vec<_> = texts.iter().map(|text| (text.as_str(), 4)).chain(odd.iter().copied()).collect();
        let found = codes(&of(&cells));
        assert_eq!(found.as_ref().map(|found| found.kind.name()), kind);
        let found = found.and_then(|found| found.pattern);
        assert_eq!(found.as_deref(), pattern);
        if let Some(pattern) = found.map(|pattern| Pattern::new(&pattern).unwrap()) {
            assert!(texts.iter().all(|text| pattern.matches(text)));
        }
    }

    fn texts(text: impl Fn(usize) -> String) -> Vec<String> {
        (0..60).map(text).collect()
    }

    #[test]
    fn a_fixed_shape_is_a_pattern() {
        check(&texts(|i| format!("{:05}", i * 1571)), &[("3590x", 2), ("1907", 1)], Some("code"), Some("[0-9]{5}"));
        check(
            &texts(|i| format!("AA-{}-JFK-SFO", 5 + i * 37)),
            &[],
            Some("code"),
            Some("[A-Z]{2}-[0-9]+-[A-Z]{3}-[A-Z]{3}"),
        );
        check(&texts(|i| format!("{}.{}.{i}", i % 10, i * i)), &[], Some("code"), Some(r"[0-9]+\.[0-9]+\.[0-9]+"));
        check(&texts(|i| format!("{:04}-{:04}", i * 97, i * 31)), &[], Some("code"), Some("[0-9]{4}-[0-9]{4}"));
        let state = |i: usize| format!("{}{}", (b'A' + (i % 26) as u8) as char, (b'A' + (i / 26) as u8) as char);
        check(&texts(state), &[], Some("code"), Some("[A-Z]{2}"));
    }

    #[test]
    fn another_shape_that_is_no_slip_leaves_no_pattern() {
        check(&texts(|i| format!("{:05}", i * 1571)), &[("12345-6789", 2)], Some("code"), None);
    }

    #[test]
    fn words_and_few_values_are_no_codes() {
        check(&texts(|i| format!("{} Street", "abcdefghij".repeat(3)[..i % 20 + 1].to_owned())), &[], None, None);
        check(&texts(|i| format!("Room{} {i}", "ab".repeat(i % 7))), &[], None, None);
        check(&["A1".to_owned(), "A2".to_owned()], &[], None, None);
        let mixed = |i: usize| if i.is_multiple_of(6) { format!("a{i}") } else { (i * i).to_string() };
        check(&texts(mixed), &[], None, None);
    }

    #[test]
    fn telephone_numbers_are_grouped_as_such() {
        check(&texts(|i| format!("{}-{:04}", 200 + i, i * 97)), &[], Some("phone number"), Some("[0-9]{3}-[0-9]{4}"));
        check(
            &texts(|i| format!("(212) {}-{:04}", 200 + i, i * 97)),
            &[],
            Some("phone number"),
            Some(r"\([0-9]{3}\) [0-9]{3}-[0-9]{4}"),
        );
        check(&texts(|i| format!("205{}{:04}", 200 + i, i * 97)), &[], Some("phone number"), Some("[0-9]{10}"));
        check(&texts(|i| format!("{:010}", i * 97)), &[], Some("code"), Some("[0-9]{10}"));
    }

    #[test]
    fn postal_codes_of_two_forms_are_one_column() {
        let text =
            |i: usize| if i.is_multiple_of(3) { format!("{:05}-{:04}", i * 997, i) } else { format!("{:05}", i * 997) };
        // Twenty values are of the second form.
        check(&texts(text), &[], Some("postal code"), Some("[0-9]{5}|[0-9]{5}-[0-9]{4}"));
    }
}
