//! Tables of the same columns as one, and the one as these again.

use crate::{AttributeId, Column, ColumnBuilder, Origin, OriginPart, RowId, RowLines, Table, TableError};

impl Table {
    /// The rows of several tables of the same columns, one table behind the other. The columns are found by name and are in
    /// the order of the first table; each row knows the line on which it starts in its own file. Where every table came from
    /// a file, [`Table::parts`] gives them back.
    ///
    /// # Errors
    /// When a table has other columns than the first, and when there are too many rows.
    pub fn stack(tables: Vec<Table>) -> Result<Table, TableError> {
        let Some(first) = tables.first() else { return Ok(Table::default()) };
        let schema = first.schema().clone();
        let mut columns: Vec<ColumnBuilder> = schema.ids().map(|_| ColumnBuilder::new()).collect();
        let (mut lines, mut ragged, mut parts, mut rows) = (RowLines::new(), Vec::new(), Vec::new(), 0);
        for (place, table) in tables.into_iter().enumerate() {
            let attributes = table.schema().ids().map(|id| schema.find(table.schema().name(id)));
            let attributes: Vec<AttributeId> = attributes
                .collect::<Option<_>>()
                .filter(|all: &Vec<_>| all.len() == schema.len())
                .ok_or(TableError::OtherColumns(place))?;
            if u32::try_from(rows + table.rows()).is_err() {
                return Err(TableError::TooManyRows);
            }
            table.row_ids().filter_map(|row| table.line(row)).for_each(|line| lines.push(line));
            ragged.extend(table.ragged().iter().map(|row| RowId(row.0 + rows as u32)));
            let range = rows..rows + table.rows();
            rows = range.end;
            let origin = table.origin().cloned();
            for (column, attribute) in table.into_columns().zip(&attributes) {
                columns[attribute.index()].append(column.into());
            }
            parts.extend(origin.map(|origin| OriginPart { rows: range, columns: attributes, origin }));
        }
        let names = schema.attributes().iter().map(|attribute| attribute.name.clone());
        let stacked = Table::new(names.zip(columns.into_iter().map(ColumnBuilder::finish)).collect())?;
        Ok(stacked.with_lines(lines, ragged).with_origin(Origin::Files(parts)))
    }

    /// The tables that a table was stacked from, each with the rows that it has now; none for a table of one file.
    pub fn parts(&self) -> Vec<Table> {
        let Some(Origin::Files(parts)) = self.origin() else { return Vec::new() };
        parts.iter().map(|part| self.part(part)).collect()
    }

    fn part(&self, part: &OriginPart) -> Table {
        let rows = || part.rows.clone().map(|row| RowId(row as u32));
        let column = |attribute: &AttributeId| {
            let whole = self.column(*attribute);
            let name = self.schema().name(*attribute).to_owned();
            (name, rows().map(|row| whole.text(row)).collect::<Column>())
        };
        let mut lines = RowLines::new();
        rows().filter_map(|row| self.line(row)).for_each(|line| lines.push(line));
        let first = part.rows.start as u32;
        let ragged =
            self.ragged().iter().filter(|row| part.rows.contains(&row.index())).map(|row| RowId(row.0 - first));
        let table = Table::new(part.columns.iter().map(column).collect());
        let table = table.expect("the columns are those of a table, with the rows of its part");
        table.with_lines(lines, ragged.collect()).with_origin(part.origin.clone())
    }
}

impl OriginPart {
    /// Which column of the file an attribute of the whole table is.
    pub fn column(&self, attribute: AttributeId) -> Option<AttributeId> {
        self.columns.iter().position(|&own| own == attribute).map(|place| AttributeId(place as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellId, Compression, CsvDialect, OriginFile};

    fn table(name: &str, columns: &[(&str, &[&str])], first_line: u64) -> Table {
        let column =
            |(name, cells): &(&str, &[&str])| ((*name).to_owned(), cells.iter().map(|cell| Some(*cell)).collect());
        let table = Table::new(columns.iter().map(column).collect()).unwrap();
        let mut lines = RowLines::new();
        table.row_ids().for_each(|row| lines.push(first_line + u64::from(row.0)));
        let file = OriginFile { path: name.into(), bytes: 1, compression: Compression::None };
        let ragged = table.row_ids().last().into_iter().collect();
        table.with_lines(lines, ragged).with_origin(Origin::Csv { file, dialect: CsvDialect::default() })
    }

    fn texts(table: &Table) -> Vec<Vec<Option<&str>>> {
        table
            .schema()
            .ids()
            .map(|attribute| table.row_ids().map(|row| table.text(CellId { row, attribute })).collect())
            .collect()
    }

    #[test]
    fn columns_are_found_by_name_and_every_part_comes_out_as_it_was() {
        let first = table("a.csv", &[("x", &["1", "2"]), ("y", &["p", "q"])], 2);
        let second = table("b.csv", &[("y", &["q", "r", "s"]), ("x", &["2", "3", "4"])], 5);
        let mut whole = Table::stack(vec![first.clone(), second.clone()]).unwrap();
        let some = |cells: [&'static str; 5]| cells.map(Some).to_vec();
        assert_eq!(texts(&whole), [some(["1", "2", "2", "3", "4"]), some(["p", "q", "q", "r", "s"])]);
        assert_eq!(whole.row_ids().map(|row| whole.line(row).unwrap()).collect::<Vec<_>>(), [2, 3, 5, 6, 7]);
        assert_eq!(whole.ragged(), [RowId(1), RowId(4)]);
        let parts = whole.parts();
        for (part, before) in parts.iter().zip([&first, &second]) {
            assert_eq!((texts(part), part.ragged(), part.origin()), (texts(before), before.ragged(), before.origin()));
            assert!(part.row_ids().all(|row| part.line(row) == before.line(row)));
        }
        whole.set(CellId { row: RowId(3), attribute: AttributeId(1) }, None);
        assert_eq!(texts(&whole.parts()[1])[0], [Some("q"), None, Some("s")]);
    }

    #[test]
    fn a_table_with_other_columns_is_told_by_its_place() {
        let first = table("a.csv", &[("x", &["1"]), ("y", &["p"])], 2);
        for columns in [
            vec![("x", &["1"][..])],
            vec![("x", &["1"]), ("z", &["1"])],
            vec![("x", &["1"]), ("y", &["1"]), ("z", &["1"])],
        ] {
            let second = table("b.csv", &columns, 2);
            assert_eq!(Table::stack(vec![first.clone(), second]).unwrap_err(), TableError::OtherColumns(1));
        }
    }
}
