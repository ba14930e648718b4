//! Which fields a delimited text has in quotes that need none.

use crate::quoting::{holds_quotes_only, needs_quotes, quoted};
use crate::scan::{Record, Scanner, is_open};

/// The habits of the columns of a text and of the text as a whole, read off its start.
#[derive(Debug, Default)]
pub(crate) struct Habits {
    delimiter: u8,
    columns: Vec<Habit>,
    all: Habit,
}

/// How many fields are written how, of those that could be written either way.
#[derive(Clone, Copy, Debug, Default)]
struct Habit {
    filled: Counts,
    empty: Counts,
    /// Of fields with quotes behind the first character, which some programs double and others leave bare.
    with_quotes: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    bare: u32,
    quoted: u32,
}

/// How one field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Bare,
    /// In quotes that it does not need.
    Needlessly,
    /// In quotes that it needs.
    Needed,
}

impl Habits {
    /// Reads them off the records of a text below its header; a record that is cut short at the end does no harm.
    pub(crate) fn of(text: &str, delimiter: u8) -> Self {
        let mut habits = Habits { delimiter, ..Habits::default() };
        let (mut scanner, mut record) = (Scanner::new(text, delimiter), Record::default());
        scanner.read(&mut record);
        while scanner.read(&mut record) {
            for field in 0..record.len() {
                habits.count(field, record.value(field), &text[record.raw(field)]);
            }
        }
        habits
    }

    fn count(&mut self, column: usize, value: &str, raw: &str) {
        if self.columns.len() <= column {
            self.columns.resize(column + 1, Habit::default());
        }
        let manner = manner(value, raw, self.delimiter);
        let with_quotes = holds_quotes_only(value, self.delimiter) && !is_open(raw);
        for habit in [&mut self.columns[column], &mut self.all] {
            if with_quotes {
                let bare = manner == Manner::Bare;
                *(if bare { &mut habit.with_quotes.bare } else { &mut habit.with_quotes.quoted }) += 1;
            }
            let counts = if value.is_empty() { &mut habit.empty } else { &mut habit.filled };
            match manner {
                Manner::Bare => counts.bare += 1,
                Manner::Needlessly => counts.quoted += 1,
                Manner::Needed => {}
            }
        }
    }

    /// A new value as a field of a column, in which `old` was written: a value and the bytes of the text that stood for
    /// it; `None` for a field that the line lacks.
    ///
    /// It is in quotes where it must be. Where it need not be it is written as the field was, unless that one had no
    /// choice, was empty, or was a bare one among ten in quotes; then as most fields of the column are, and where the
    /// column tells nothing as most of the file are. Quotes behind its first character are left bare where those before it
    /// were, or where the column leaves them so.
    pub(crate) fn field(&self, new: &str, column: usize, old: Option<(&str, &str)>) -> String {
        let in_quotes = if holds_quotes_only(new, self.delimiter) {
            self.doubles_quotes(column, old)
        } else {
            needs_quotes(new, self.delimiter) || self.quotes(new, column, old)
        };
        if in_quotes { quoted(new) } else { new.to_owned() }
    }

    fn doubles_quotes(&self, column: usize, old: Option<(&str, &str)>) -> bool {
        match old.filter(|(value, _)| holds_quotes_only(value, self.delimiter)) {
            Some((_, raw)) => raw.starts_with('"'),
            None => {
                let habit = self.columns.get(column).copied().unwrap_or_default();
                habit.with_quotes.most().or(self.all.with_quotes.most()).unwrap_or(true)
            }
        }
    }

    fn quotes(&self, new: &str, column: usize, old: Option<(&str, &str)>) -> bool {
        let habit = self.columns.get(column).copied().unwrap_or_default();
        let was = old.map(|(value, raw)| (value.is_empty(), manner(value, raw, self.delimiter)));
        if new.is_empty() {
            let by_fields = habit.empty.most().or(self.all.empty.most()).or(habit.filled.most());
            return by_fields.unwrap_or(matches!(was, Some((_, Manner::Needlessly | Manner::Needed))));
        }
        match was {
            Some((false, Manner::Needlessly)) => true,
            Some((false, Manner::Bare)) => habit.filled.quoted >= 10 * habit.filled.bare.max(1),
            Some((false, Manner::Needed)) => habit.filled.most().or(self.all.filled.most()).unwrap_or(true),
            Some((true, _)) | None => habit.filled.most().or(self.all.filled.most()).unwrap_or(false),
        }
    }
}

impl Counts {
    /// Whether more are in quotes than not; `None` where there are as many.
    fn most(self) -> Option<bool> {
        (self.quoted != self.bare).then_some(self.quoted > self.bare)
    }
}

fn manner(value: &str, raw: &str, delimiter: u8) -> Manner {
    if !raw.starts_with('"') {
        Manner::Bare
    } else if needs_quotes(value, delimiter) || is_open(raw) {
        Manner::Needed
    } else {
        Manner::Needlessly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new value in column `column` for the bytes `raw` that stood for `value`.
    fn field(text: &str, new: &str, column: usize, value: &str, raw: &str) -> String {
        Habits::of(text, b',').field(new, column, Some((value, raw)))
    }

    #[test]
    fn a_field_keeps_the_quotes_that_it_did_not_need_and_loses_those_that_it_needed() {
        let text = "a,b\nx,y\n\"x,y\",\"y\"\nx,y\n";
        assert_eq!(field(text, "z", 0, "x,y", "\"x,y\""), "z");
        assert_eq!(field(text, "z", 1, "y", "\"y\""), "\"z\"");
        assert_eq!(field(text, "z", 1, "y", "y"), "z");
        assert_eq!(field(text, "z,", 1, "y", "y"), "\"z,\"");
    }

    #[test]
    fn an_empty_field_is_filled_as_its_column_is_written() {
        let text = "a,b,c\n1,\"x\",\n2,\"y\",\n3,\"z\",\n";
        assert_eq!([0, 1, 2].map(|column| field(text, "7", column, "", "")), ["7", "\"7\"", "7"]);
        assert_eq!(Habits::of(text, b',').field("7", 1, None), "\"7\"");
    }

    #[test]
    fn a_field_is_emptied_as_others_are_empty() {
        assert_eq!(field("a,b\n\"x\",\"\"\n\"y\",\"z\"\n", "", 0, "x", "\"x\""), "\"\"");
        assert_eq!(field("a,b\n\"x\",\n\"y\",\"z\"\n", "", 0, "x", "\"x\""), "");
        assert_eq!(field("a,b\n\"x\",\"z\"\n", "", 0, "x", "\"x\""), "\"\"");
        assert_eq!(field("a,b\nx,\"z\"\n", "", 0, "x", "x"), "");
    }

    #[test]
    fn a_bare_mark_in_a_column_of_texts_in_quotes_gives_way_to_a_text_in_quotes() {
        let text = format!("a,b\n{}1,NA\n", "1,\"x\"\n".repeat(12));
        assert_eq!(field(&text, "x", 1, "NA", "NA"), "\"x\"");
        assert_eq!(field(&text, "2", 0, "1", "1"), "2");
    }

    #[test]
    fn quotes_behind_the_first_character_are_left_bare_where_others_are() {
        let text = "a,b\n \"x\",\"5\"\" y\"\n \"y\",\"6\"\" y\"\n";
        assert_eq!(field(text, " \"z\"", 0, " \"x\"", " \"x\""), " \"z\"");
        assert_eq!(field(text, " \"z\"", 0, "", ""), " \"z\"");
        assert_eq!(field(text, "7\" y", 1, "5\" y", "\"5\"\" y\""), "\"7\"\" y\"");
        assert_eq!(field(text, " \"z,\"", 0, " \"x\"", " \"x\""), "\" \"\"z,\"\"\"");
        assert_eq!(field("a,b\nx,y\n", "7\" y", 1, "y", "y"), "\"7\"\" y\"");
    }
}
