//! The column that a model is to predict, and its classes.

use lustrate_table::{AttributeId, Code, Kind, Table, count_codes, parse_number};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most classes of a target.
const MOST_CLASSES: usize = 100;

/// A number with more distinct values is continuous; one with fractions, from a third of these on.
const MOST_NUMBERS: usize = 30;

/// One class of the target, counted from 0 in the order of [`Target::classes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Class(pub u32);

impl Class {
    /// The position in vectors that hold one item for each class.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a column is no target. Plain data, from which a message and its mend can be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TargetError {
    /// The table has no such column.
    #[error("there is no column `{column}`")]
    NoSuchColumn {
        /// The name that was asked for.
        column: String,
        /// The names that there are.
        columns: Vec<String>,
    },
    /// No row has a value.
    #[error("column `{column}` has no value in any of {rows} rows")]
    Empty {
        /// The target.
        column: String,
        /// The rows of the table.
        rows: usize,
    },
    /// All rows that have a value have the same.
    #[error("column `{column}` is `{value}` in all {rows} rows that have a value")]
    Constant {
        /// The target.
        column: String,
        /// The only value.
        value: String,
        /// The rows that have it.
        rows: usize,
    },
    /// The column measures something, where classes are needed.
    #[error("column `{column}` is a number with {distinct} distinct values in {rows} rows, not a class")]
    Continuous {
        /// The target.
        column: String,
        /// How many values differ.
        distinct: usize,
        /// The rows that have a value.
        rows: usize,
    },
    /// The column has more values than classes can be told apart.
    #[error("column `{column}` has {distinct} distinct values in {rows} rows, more than {most} classes")]
    TooManyClasses {
        /// The target.
        column: String,
        /// How many values differ.
        distinct: usize,
        /// The rows that have a value.
        rows: usize,
        /// How many there may be.
        most: usize,
    },
    /// Some classes have fewer rows than folds are to be made.
    #[error("{} classes of column `{column}` have fewer than {needed} rows", classes.len())]
    RareClasses {
        /// The target.
        column: String,
        /// The classes and their rows, in the order of the classes.
        classes: Vec<(String, usize)>,
        /// How many rows each needs.
        needed: usize,
    },
}

/// What is done with the rows of a class that has too few of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RareClasses {
    /// They are an error.
    Refuse,
    /// They are rows without a label, as long as two classes are left.
    LeaveOut,
}

/// A column that a model is to predict. Its classes are those of the table that it was fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    name: String,
    classes: Vec<String>,
}

impl Target {
    /// The target `column`, whose classes have at least `needed` rows each (the number of folds). Classes are in the order of
    /// their numbers where all are numbers, else in that of their texts.
    pub fn fit(table: &Table, column: &str, needed: usize, rare: RareClasses) -> Result<Target, TargetError> {
        let attribute = find(table, column)?;
        let named = || column.to_owned();
        let cells = table.column(attribute);
        let counts = count_codes(cells.codes(), cells.dictionary().len());
        let mut held: Vec<(&str, usize)> = Vec::new();
        for (code, text) in cells.dictionary().iter().filter(|(code, _)| counts[code.index()] > 0) {
            if !text.trim().is_empty() {
                held.push((text, counts[code.index()] as usize));
            }
        }
        let rows = held.iter().map(|(_, count)| count).sum();
        match held[..] {
            [] => return Err(TargetError::Empty { column: named(), rows: table.rows() }),
            [(value, _)] => return Err(TargetError::Constant { column: named(), value: value.to_owned(), rows }),
            _ => {}
        }
        let distinct = held.len();
        if table.schema().kind(attribute) == Kind::Number {
            let whole = held.iter().filter_map(|(text, _)| parse_number(text)).all(|number| number.fract() == 0.0);
            if distinct > if whole { MOST_NUMBERS } else { MOST_NUMBERS / 3 } {
                return Err(TargetError::Continuous { column: named(), distinct, rows });
            }
        }
        if distinct > MOST_CLASSES {
            return Err(TargetError::TooManyClasses { column: named(), distinct, rows, most: MOST_CLASSES });
        }
        in_order(&mut held);
        let (kept, few): (Vec<_>, Vec<_>) = held.into_iter().partition(|&(_, count)| count >= needed);
        if !few.is_empty() && (rare == RareClasses::Refuse || kept.len() < 2) {
            let classes = few.into_iter().map(|(text, count)| (text.to_owned(), count)).collect();
            return Err(TargetError::RareClasses { column: named(), classes, needed });
        }
        Ok(Target { name: named(), classes: kept.into_iter().map(|(text, _)| text.to_owned()).collect() })
    }

    /// The name of the column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The texts of the classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The class of a text.
    pub fn class(&self, text: &str) -> Option<Class> {
        (0..).map(Class).zip(&self.classes).find(|(_, class)| *class == text).map(|(class, _)| class)
    }

    /// The class of every row of a table; `None` where the value is missing or none of the classes.
    pub fn labels(&self, table: &Table) -> Result<Vec<Option<Class>>, TargetError> {
        let cells = table.column(find(table, &self.name)?);
        let mut of_code = vec![None; cells.dictionary().len()];
        for (code, text) in cells.dictionary().iter() {
            of_code[code.index()] = self.class(text);
        }
        let class = |&code: &Code| if code.is_null() { None } else { of_code[code.index()] };
        Ok(cells.codes().iter().map(class).collect())
    }
}

fn find(table: &Table, column: &str) -> Result<AttributeId, TargetError> {
    let columns = || table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect();
    let found = table.schema().find(column);
    found.ok_or_else(|| TargetError::NoSuchColumn { column: column.to_owned(), columns: columns() })
}

fn in_order(values: &mut [(&str, usize)]) {
    let numbers: Option<Vec<f64>> = values.iter().map(|(text, _)| parse_number(text)).collect();
    match numbers {
        Some(_) => values.sort_by(|a, b| {
            let number = |text: &str| parse_number(text).expect("all values are numbers");
            number(a.0).total_cmp(&number(b.0)).then(a.0.cmp(b.0))
        }),
        None => values.sort_unstable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> Table {
        let column = cells.iter().map(|&cell| (!cell.is_empty()).then_some(cell)).collect();
        Table::new(vec![("t".to_owned(), column)]).unwrap()
    }

    fn fit(cells: &[&str]) -> Result<Target, TargetError> {
        Target::fit(&table(cells), "t", 2, RareClasses::Refuse)
    }

    #[test]
    fn classes_are_in_the_order_of_their_values() {
        assert_eq!(fit(&["10", "9", "9", "10"]).unwrap().classes(), ["9", "10"]);
        let target = fit(&["no", "yes", "", "no", "yes"]).unwrap();
        let labels = target.labels(&table(&["yes", "", "maybe", "no"])).unwrap();
        assert_eq!(labels, [Some(Class(1)), None, None, Some(Class(0))]);
    }

    #[test]
    fn what_is_no_target_is_told_apart() {
        let missing = Target::fit(&table(&["a"]), "u", 2, RareClasses::Refuse).unwrap_err();
        assert_eq!(missing, TargetError::NoSuchColumn { column: "u".into(), columns: vec!["t".into()] });
        assert_eq!(fit(&["", ""]).unwrap_err(), TargetError::Empty { column: "t".into(), rows: 2 });
        let constant = TargetError::Constant { column: "t".into(), value: "a".into(), rows: 2 };
        assert_eq!(fit(&["a", "", "a"]).unwrap_err(), constant);
        let rare = TargetError::RareClasses { column: "t".into(), classes: vec![("b".into(), 1)], needed: 2 };
        assert_eq!(fit(&["a", "a", "b"]).unwrap_err(), rare);
        let numbers: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        assert!(matches!(fit(&numbers).unwrap_err(), TargetError::Continuous { distinct: 40, .. }));
        let texts: Vec<String> = (0..101).map(|number| format!("x{number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert!(matches!(fit(&texts).unwrap_err(), TargetError::TooManyClasses { distinct: 101, .. }));
    }

    #[test]
    fn rows_of_rare_classes_may_go_without_a_label() {
        let dirty = table(&["a", "b", "a", "b", "B"]);
        let target = Target::fit(&dirty, "t", 2, RareClasses::LeaveOut).unwrap();
        assert_eq!(target.labels(&dirty).unwrap()[4], None);
        assert!(Target::fit(&table(&["a", "a", "b"]), "t", 2, RareClasses::LeaveOut).is_err());
    }
}
