//! Comparison keys: what two cells are compared by, once for each distinct value.

use std::borrow::Cow;
use std::cmp::Ordering;

use lustrate_rules::{Comparison, Domain, Tuple};
use lustrate_table::{AttributeId, Code, Dictionary, Groups};

use crate::typed::{Typed, TypedColumn};

/// The keys of two attributes that are compared with each other, one a row and role.
///
/// A key is a place in the joint dictionary of both attributes, which is sorted where the comparison is an order: keys
/// compare as the values do under the domain, also across the two attributes. A missing value, or one that the domain does not know, is [`Code::NULL`];
/// where missing counts as a value it has the greatest key.
pub(crate) struct Keys<'t> {
    a: Cow<'t, [Code]>,
    /// `None` where both roles read one attribute.
    b: Option<Vec<Code>>,
    /// Above every key.
    pub(crate) bound: usize,
}

impl<'t> Keys<'t> {
    /// The keys for `a.left ? b.right`. Keys that are only tested for equality need no sorting where both sides
    /// are one attribute compared as text: there the codes serve.
    pub(crate) fn new(
        typed: Typed<'t>,
        (left, right): (AttributeId, AttributeId),
        comparison: Comparison,
        domain: Domain,
    ) -> Self {
        let column = typed.column(left);
        let unordered = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if left == right && unordered && domain == Domain::Text {
            return Keys { a: Cow::Borrowed(column.column.codes()), b: None, bound: column.column.dictionary().len() };
        }
        let nulls = if unordered && domain == Domain::TextOrNull { Nulls::Counted } else { Nulls::Unknown };
        let mut columns = vec![column];
        if left != right {
            columns.push(typed.column(right));
        }
        let (places, bound) = match domain {
            Domain::Number => ranks_of_numbers(&columns),
            _ if unordered => places_of_texts(&columns, domain),
            _ => ranks_of_texts(&columns, domain),
        };
        Self::joint(&columns, &places, bound, nulls)
    }

    fn joint(columns: &[TypedColumn], places: &[Vec<Code>], mut bound: usize, nulls: Nulls) -> Self {
        let mut null = Code::NULL;
        if nulls == Nulls::Counted {
            null = Code(u32::try_from(bound).expect("there are fewer keys than rows, and those are numbered by u32"));
            bound += 1;
        }
        let mut sides = columns.iter().zip(places).map(|(column, places)| of_rows(*column, places, null));
        let a = sides.next().expect("there is a key for each of one or two columns");
        Keys { a: Cow::Owned(a), b: sides.next(), bound }
    }

    /// Groups as keys that are equal for rows of one group.
    pub(crate) fn of_groups(groups: &'t Groups) -> Self {
        Keys { a: Cow::Borrowed(groups.codes()), b: None, bound: groups.len() }
    }

    /// Whether both roles read one attribute.
    pub(crate) fn is_straight(&self) -> bool {
        self.b.is_none()
    }

    /// The keys of the rows in one role.
    pub(crate) fn of(&self, role: Tuple) -> &[Code] {
        match (role, &self.b) {
            (Tuple::B, Some(b)) => b,
            _ => &self.a,
        }
    }
}

/// Whether a comparison with a constant holds, for each code of a column. Unknown does not hold.
pub(crate) fn holds_for_codes(
    column: TypedColumn,
    comparison: Comparison,
    constant: &str,
    domain: Domain,
) -> Vec<bool> {
    let constant = Value::new(column, constant, domain);
    let holds = |text| {
        let (value, constant) = (Value::new(column, text, domain)?, constant.as_ref()?);
        Some(comparison.holds(value.compare(constant)))
    };
    column.column.dictionary().iter().map(|(_, text)| holds(text).unwrap_or(false)).collect()
}

/// For each column the place of each of its codes among the values of all, and the number of places.
type Places = (Vec<Vec<Code>>, usize);

/// The rank of each code among all values of the columns. Equal numbers share a rank; a text that is no number has none.
fn ranks_of_numbers(columns: &[TypedColumn]) -> Places {
    let mut numbers: Vec<(u64, u32, u32)> = Vec::new();
    for (side, column) in (0u32..).zip(columns) {
        let texts = column.column.dictionary().iter();
        numbers.extend(texts.filter_map(|(code, text)| Some((ordered_bits(column.number(text)?), side, code.0))));
    }
    numbers.sort_unstable();
    ranks(columns, numbers.chunk_by(|left, right| left.0 == right.0).map(|run| run.iter().map(|it| (it.1, it.2))))
}

/// The rank of each code among all values of the columns, by code point.
fn ranks_of_texts(columns: &[TypedColumn], domain: Domain) -> Places {
    let mut texts: Vec<(Cow<str>, u32, u32)> = Vec::new();
    for (side, column) in (0u32..).zip(columns) {
        texts.extend(column.column.dictionary().iter().map(|(code, text)| (folded(text, domain), side, code.0)));
    }
    texts.sort_unstable();
    ranks(columns, texts.chunk_by(|left, right| left.0 == right.0).map(|run| run.iter().map(|it| (it.1, it.2))))
}

/// Ranks, counted up by runs of equal values; of each value its column and code.
fn ranks(columns: &[TypedColumn], runs: impl Iterator<Item = impl Iterator<Item = (u32, u32)>>) -> Places {
    let mut ranks: Vec<Vec<Code>> =
        columns.iter().map(|column| vec![Code::NULL; column.column.dictionary().len()]).collect();
    let mut next = 0;
    for run in runs {
        run.for_each(|(side, code)| ranks[side as usize][code as usize] = Code(next));
        next += 1;
    }
    (ranks, next as usize)
}

/// A place of each code that equal values share, in no order: nothing is sorted.
fn places_of_texts(columns: &[TypedColumn], domain: Domain) -> Places {
    let mut joint = Dictionary::new();
    let mut places = |column: &TypedColumn| {
        column.column.dictionary().iter().map(|(_, text)| joint.intern(&folded(text, domain))).collect()
    };
    let places = columns.iter().map(&mut places).collect();
    (places, joint.len())
}

/// A text as a domain of texts sees it.
fn folded(text: &str, domain: Domain) -> Cow<'_, str> {
    if domain == Domain::FoldedText { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}

/// Bits that compare as the number does, which is not NaN; the two zeros are one.
fn ordered_bits(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// What a missing value is to a comparison.
#[derive(Clone, Copy, PartialEq)]
enum Nulls {
    /// It has no key, so that no comparison with it holds.
    Unknown,
    /// It has a key of its own.
    Counted,
}

/// The keys of the rows, those of missing values being `null`.
fn of_rows(column: TypedColumn, ranks: &[Code], null: Code) -> Vec<Code> {
    let rank = |code: &Code| if code.is_null() { null } else { ranks[code.index()] };
    column.column.codes().iter().map(rank).collect()
}

/// A value as a domain sees it. Values of different domains are never compared.
#[derive(PartialEq, PartialOrd)]
enum Value<'t> {
    Text(Cow<'t, str>),
    Number(f64),
}

impl<'t> Value<'t> {
    fn new(column: TypedColumn, text: &'t str, domain: Domain) -> Option<Self> {
        match domain {
            Domain::Text | Domain::TextOrNull | Domain::FoldedText => Some(Value::Text(folded(text, domain))),
            Domain::Number => column.number(text).map(Value::Number),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.partial_cmp(other).expect("a number that is none is unknown")
    }
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Columns;
    use lustrate_table::{Column, Table};

    use super::*;

    fn table(left: &[&str], right: &[&str]) -> Table {
        let column = |cells: &[&str]| cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect::<Column>();
        Table::new(vec![("left".into(), column(left)), ("right".into(), column(right))]).unwrap()
    }

    fn keys(table: &Table, right: u32, domain: Domain) -> (Vec<u32>, Vec<u32>) {
        let columns = Columns::default();
        let keys = Keys::new(
            Typed { table, columns: &columns },
            (AttributeId(0), AttributeId(right)),
            Comparison::Less,
            domain,
        );
        let numbers = |role| keys.of(role).iter().map(|code| code.0).collect();
        (numbers(Tuple::A), numbers(Tuple::B))
    }

    const UNKNOWN: u32 = u32::MAX;

    #[test]
    fn numbers_rank_by_value_and_words_are_unknown() {
        let table = table(&["10", "9", "x", "9.0", "-"], &["9", "-0", "0", "", "11"]);
        let (left, right) = keys(&table, 1, Domain::Number);
        assert_eq!(left, [2, 1, UNKNOWN, 1, UNKNOWN]);
        assert_eq!(right, [1, 0, 0, UNKNOWN, 3]);
    }

    #[test]
    fn texts_that_are_only_tested_for_equality_share_a_place_across_columns() {
        let table = table(&["b", "a", "-"], &["a", "c", "b"]);
        let columns = Columns::default();
        let typed = Typed { table: &table, columns: &columns };
        let keys = |domain| Keys::new(typed, (AttributeId(0), AttributeId(1)), Comparison::Equal, domain);
        let numbers = |keys: &Keys, role| keys.of(role).iter().map(|code| code.0).collect::<Vec<_>>();
        let text = keys(Domain::Text);
        assert_eq!((numbers(&text, Tuple::A), numbers(&text, Tuple::B)), (vec![0, 1, UNKNOWN], vec![1, 2, 0]));
        let counted = keys(Domain::TextOrNull);
        assert_eq!((numbers(&counted, Tuple::A), counted.bound), (vec![0, 1, 3], 4));
    }

    #[test]
    fn numbers_below_zero_rank_below_it() {
        let table = table(&["-2", "-1e9", "0", "1.5"], &["-0.0", "-2.0", "1e-9", "-1e-9"]);
        assert_eq!(keys(&table, 1, Domain::Number), (vec![1, 0, 3, 5], vec![3, 1, 4, 2]));
    }

    #[test]
    fn text_ranks_by_code_point() {
        let table = table(&["b", "a", "B", "é", ""], &["-", "-", "-", "-", "-"]);
        assert_eq!(keys(&table, 0, Domain::Text).0, [3, 2, 1, 4, 0]);
    }

    #[test]
    fn folded_text_shares_a_rank_across_case() {
        let table = table(&["B", "a"], &["A", "b"]);
        assert_eq!(keys(&table, 1, Domain::FoldedText), (vec![1, 0], vec![0, 1]));
    }
}
