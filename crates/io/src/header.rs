//! Column names from a header, made unique.

use std::collections::{HashMap, HashSet};

use lustrate_diagnostic::{Diagnostic, Diagnostics};

/// The columns that a table may have: what looks at all of them together takes time and room for each.
pub(crate) const MOST_COLUMNS: usize = 100_000;

/// Renamed columns of which each is told.
const TOLD: usize = 20;

/// Refuses a header of more fields than a table has columns, before there is a column for each.
///
/// # Errors
/// As it says.
pub(crate) fn refuse_wide(file: &str, fields: usize) -> Result<(), Diagnostic> {
    if fields <= MOST_COLUMNS {
        return Ok(());
    }
    let title =
        format!("`{file}`, line 1: the header has {fields} fields, and a table has {MOST_COLUMNS} columns at the most");
    let help = "is the delimiter another (`--delimiter CHAR`), or a line end missing? else split the table by columns";
    Err(Diagnostic::error("too-many-columns", title).help(help))
}

/// The names of the columns: as they are written; `column_3` for an empty third one; `city.2` for a second `city`.
/// What was renamed is noted; of many columns the first are, and how many more there are.
pub(crate) fn column_names(file: &str, header: &[&str], notes: &mut Diagnostics) -> Vec<String> {
    let written: HashSet<&str> = header.iter().copied().collect();
    let mut taken = HashSet::new();
    // The number at which each stem goes on, so that a thousand columns of one name take a thousand steps.
    let mut next: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(header.len());
    let mut renamed = 0;
    for (place, &name) in header.iter().enumerate() {
        let number = place + 1;
        let free = |candidate: &String| !written.contains(candidate.as_str()) && !taken.contains(candidate);
        let unique = if !name.is_empty() && !taken.contains(name) {
            name.to_owned()
        } else {
            let (found, what) = if name.is_empty() {
                let stem = format!("column_{number}");
                let numbered = |n| if n == 1 { stem.clone() } else { format!("{stem}.{n}") };
                let found = (1..).map(numbered).find(free);
                (found, "has no name".to_owned())
            } else {
                let first = next.entry(name).or_insert(2);
                let found = (*first..).map(|n| (n, format!("{name}.{n}"))).find(|(_, candidate)| free(candidate));
                let found = found.map(|(n, candidate)| {
                    *first = n + 1;
                    candidate
                });
                (found, format!("is a second `{name}`"))
            };
            let found = found.expect("numbers do not run out before names do");
            renamed += 1;
            if renamed <= TOLD {
                let title = format!("`{file}`: column {number} {what} and is called `{found}` here");
                notes.push(Diagnostic::warning("renamed-column", title));
            }
            found
        };
        taken.insert(unique.clone());
        names.push(unique);
    }
    if renamed > TOLD {
        let title = format!("`{file}`: {} more of {} columns are renamed in this way", renamed - TOLD, header.len());
        notes.push(Diagnostic::warning("renamed-column", title).help("is the first line the header?"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_written_ones_win() {
        let mut notes = Diagnostics::new();
        let names = column_names("t.csv", &["city", "", "city", "city.2", "city", "a", ""], &mut notes);
        assert_eq!(names, ["city", "column_2", "city.3", "city.2", "city.4", "a", "column_7"]);
        assert_eq!(notes.iter().len(), 4);
        let title = &notes.iter().nth(1).unwrap().title;
        assert_eq!(title, "`t.csv`: column 3 is a second `city` and is called `city.3` here");
    }
    #[test]
    fn of_many_columns_of_one_name_each_is_named_and_the_first_are_told() {
        let (mut notes, header) = (Diagnostics::new(), vec!["x"; 50_000]);
        let names = column_names("t.csv", &header, &mut notes);
        assert_eq!((names[0].as_str(), names[49_999].as_str()), ("x", "x.50000"));
        assert_eq!(notes.iter().len(), TOLD + 1);
        let last = &notes.iter().last().unwrap().title;
        assert_eq!(last, "`t.csv`: 49979 more of 50000 columns are renamed in this way");
    }

    #[test]
    fn a_header_of_too_many_fields_is_refused() {
        assert_eq!(refuse_wide("t.csv", MOST_COLUMNS), Ok(()));
        assert_eq!(refuse_wide("t.csv", MOST_COLUMNS + 1).unwrap_err().code, "too-many-columns");
    }
}
