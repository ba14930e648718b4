//! Where a table came from, so that it can be written back the way it was.

use std::ops::Range;
use std::path::PathBuf;

use crate::AttributeId;

/// The file behind a table: what the writer needs to give untouched cells back byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A delimited text file.
    Csv {
        /// The file that was read.
        file: OriginFile,
        /// How it is written.
        dialect: CsvDialect,
    },
    /// A Parquet file.
    Parquet {
        /// The file that was read.
        file: OriginFile,
        /// The types of the attributes in the file, in order: what decides which texts can be written to them.
        types: Vec<ValueType>,
        /// The attributes of which no cell can be missing, in order.
        required: Vec<AttributeId>,
    },
    /// A sheet of a workbook, which is read only: its rows are written as plain text.
    Sheet {
        /// The file that was read.
        file: OriginFile,
        /// The name of the sheet.
        sheet: String,
    },
    /// Several files of the same columns, whose rows are one behind the other.
    Files(Vec<OriginPart>),
}

/// The rows of a table that came from one of several files.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginPart {
    /// The rows, by place.
    pub rows: Range<usize>,
    /// For each column of the file, in its order, the attribute of the table.
    pub columns: Vec<AttributeId>,
    /// The file.
    pub origin: Origin,
}

impl Origin {
    /// The file that was read; `None` where there are several.
    pub fn file(&self) -> Option<&OriginFile> {
        match self {
            Origin::Csv { file, .. } | Origin::Parquet { file, .. } | Origin::Sheet { file, .. } => Some(file),
            Origin::Files(_) => None,
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its length in bytes when it was read, as it is on disk; a writer refuses a file that has changed since.
    pub bytes: u64,
    /// How it is compressed as a whole.
    pub compression: Compression,
}

/// How a file is compressed as a whole. What Parquet files compress within themselves is no matter of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// With gzip (RFC 1952), in one member or several.
    Gzip,
    /// With Zstandard (RFC 8878), in one frame or several.
    Zstd,
}

/// How a delimited text file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvDialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The character encoding.
    pub encoding: Encoding,
    /// Whether the file starts with a byte order mark.
    pub bom: bool,
}

impl Default for CsvDialect {
    /// Commas, UTF-8 without a byte order mark.
    fn default() -> Self {
        CsvDialect { delimiter: b',', encoding: Encoding::Utf8, bom: false }
    }
}

/// The character encodings that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, of which Latin-1 is the part that text files use.
    Windows1252,
}

/// The type of a column in a file that has types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    Text,
    /// One of these texts.
    OneOf(Vec<String>),
    /// `true` or `false`.
    Boolean,
    /// A whole number of so many bits, with a sign.
    Signed(u8),
    /// A whole number of so many bits, without a sign.
    Unsigned(u8),
    /// A floating-point number of so many bits.
    Float(u8),
    /// A decimal number with so many digits, `scale` of them after the point.
    Decimal {
        /// The digits before and after the point.
        precision: usize,
        /// The digits after the point.
        scale: usize,
    },
    /// A day: `2024-01-31`.
    Date,
    /// A time of day: `23:59:59.5`.
    Time {
        /// The smallest part of a second.
        unit: SecondPart,
    },
    /// A day and a time of day: `2024-01-31 23:59:59.5`.
    Datetime {
        /// The smallest part of a second.
        unit: SecondPart,
        /// Whether it is a moment, written with its offset (`+01:00`), or a reading of some clock.
        zone: Zone,
    },
}

/// The smallest part of a second that a column of moments holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPart {
    /// 10⁻³ s.
    Milli,
    /// 10⁻⁶ s.
    Micro,
    /// 10⁻⁹ s.
    Nano,
}

impl SecondPart {
    /// How many nanoseconds it is.
    pub fn nanos(self) -> u32 {
        match self {
            SecondPart::Milli => 1_000_000,
            SecondPart::Micro => 1_000,
            SecondPart::Nano => 1,
        }
    }
}

/// Whether times have an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// They are readings of some clock.
    Unknown,
    /// They are moments.
    Known,
}
