//! Comparison keys: what two cells are compared by, once for each distinct value.

use std::borrow::Cow;
use std::cmp::Ordering;

use lustrate_rules::{Comparison, Domain, Tuple};
use lustrate_table::{AttributeId, Code};

use crate::typed::{Typed, TypedColumn};

/// The keys of two attributes that are compared with each other, one a row and role.
///
/// A key is a place in the sorted joint dictionary of both attributes: keys compare as the values do under the
/// domain, also across the two attributes. A missing value, or one that the domain does not know, is [`Code::NULL`];
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
        Self::joint(&columns, domain, nulls)
    }

    fn joint(columns: &[TypedColumn], domain: Domain, nulls: Nulls) -> Self {
        let (ranks, mut bound) = rank(columns, domain);
        let mut null = Code::NULL;
        if nulls == Nulls::Counted {
            null = Code(u32::try_from(bound).expect("there are fewer keys than rows, and those are numbered by u32"));
            bound += 1;
        }
        let mut sides = columns.iter().zip(ranks).map(|(column, ranks)| of_rows(*column, &ranks, null));
        let a = sides.next().expect("there is a key for each of one or two columns");
        Keys { a: Cow::Owned(a), b: sides.next(), bound }
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

/// The rank of each code of each column among all values of the columns, and the number of ranks. Equal values
/// share a rank.
fn rank(columns: &[TypedColumn], domain: Domain) -> (Vec<Vec<Code>>, usize) {
    let mut ranks: Vec<Vec<Code>> =
        columns.iter().map(|column| vec![Code::NULL; column.column.dictionary().len()]).collect();
    let mut values = Vec::new();
    for (side, column) in columns.iter().enumerate() {
        let texts = column.column.dictionary().iter();
        let known = texts.filter_map(|(code, text)| Some((Value::new(*column, text, domain)?, side, code)));
        values.extend(known);
    }
    values.sort_unstable_by(|left, right| left.0.compare(&right.0));
    let mut next = 0;
    for run in values.chunk_by(|left, right| left.0.compare(&right.0).is_eq()) {
        for (_, side, code) in run {
            ranks[*side][code.index()] = Code(next);
        }
        next += 1;
    }
    (ranks, next as usize)
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
            Domain::Text | Domain::TextOrNull => Some(Value::Text(Cow::Borrowed(text))),
            Domain::FoldedText => Some(Value::Text(Cow::Owned(text.to_lowercase()))),
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
