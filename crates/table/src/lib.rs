//! The columnar table in memory: schema, attributes, rows, cells, dictionaries, groups and counts.
//!
//! A [`Column`] is a vector of [`Code`]s and one [`Dictionary`] of its distinct values in the order of first
//! appearance, whatever the number of threads that built it. Rule checks, counts and inference work on codes;
//! a string is touched once for each distinct value. Budget: 4 bytes a cell plus the dictionaries.
//!
//! Null is a code of its own ([`Code::NULL`]), apart from every text: the missing value, the empty text and the
//! text "null" are three things.

mod column;
mod counts;
mod dictionary;
mod ends;
mod formulas;
mod groups;
mod ids;
mod lines;
mod number;
mod origin;
mod places;
mod row_hashes;
mod schema;
mod stack;
mod table;

pub use column::{Column, ColumnBuilder};
pub use counts::count_codes;
pub use dictionary::Dictionary;
pub use ends::Ends;
pub use formulas::{Formulas, escape_formula, unescape_formula};
pub use groups::{Groups, RowsByGroup};
pub use ids::{AttributeId, CellId, Code, RowId};
pub use lines::RowLines;
pub use number::parse_number;
pub use origin::{Compression, CsvDialect, Encoding, Origin, OriginFile, OriginPart, SecondPart, ValueType, Zone};
pub use row_hashes::row_hashes;
pub use schema::{Attribute, Kind, Schema};
pub use table::{Table, TableError};
