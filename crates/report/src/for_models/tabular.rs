//! Small tables among lines of text.

/// Rows of cells in columns, the first flush left and the others flush right, two blanks between them.
pub(super) fn tabular(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..).map_while(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, cell): (usize, &String)| {
            let room = " ".repeat(widths[column] - cell.chars().count());
            if column == 0 { format!("{cell}{room}") } else { format!("  {room}{cell}") }
        };
        row.iter().enumerate().map(cell).collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let lines = tabular(&[row(&["a", "rows", "é"]), row(&["abc", "1", "22"]), row(&["b"])]);
        assert_eq!(lines, ["a    rows   é", "abc     1  22", "b"]);
        assert!(tabular(&[]).is_empty());
    }
}
