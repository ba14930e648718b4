//! Column names from a header, made unique.

use std::collections::HashSet;

use lustrate_diagnostic::{Diagnostic, Diagnostics};

/// The names of the columns: as they are written; `column_3` for an empty third one; `city.2` for a second `city`.
/// What was renamed is noted.
pub(crate) fn column_names(file: &str, header: &[&str], notes: &mut Diagnostics) -> Vec<String> {
    let written: HashSet<&str> = header.iter().copied().collect();
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (place, &name) in header.iter().enumerate() {
        let number = place + 1;
        let free = |candidate: &String| !written.contains(candidate.as_str()) && !taken.contains(candidate);
        let (stem, first) = if name.is_empty() { (format!("column_{number}"), 1) } else { (name.to_owned(), 2) };
        let unique = if !name.is_empty() && !taken.contains(name) {
            name.to_owned()
        } else {
            let numbered = |n| if n == 1 { stem.clone() } else { format!("{stem}.{n}") };
            let found = (first..).map(numbered).find(free).expect("numbers do not run out before names do");
            let what = if name.is_empty() { "has no name".to_owned() } else { format!("is a second `{name}`") };
            let title = format!("`{file}`: column {number} {what} and is called `{found}` here");
            notes.push(Diagnostic::warning("renamed-column", title));
            found
        };
        taken.insert(unique.clone());
        names.push(unique);
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
}
