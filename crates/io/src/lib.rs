//! CSV, compressed or not, and Parquet to and from a table, and sheets of workbooks to one; the only crate with Polars.
//!
//! [`read_table`] makes a file the origin of the table; [`write_table`] reads that file a second time and patches
//! the changed cells into its bytes, so that untouched cells come out byte for byte; of a Parquet file, so do the column
//! chunks in which nothing changes. Tables also come from and go to
//! Arrow record batches and Polars data frames.

mod batch;
mod bytes_of_text;
mod column_chunk;
mod compression;
mod csv_read;
mod csv_write;
mod encoding;
mod error;
mod fits;
mod float;
mod format;
mod frame;
mod habits;
mod hash;
mod header;
mod merged_chunk;
mod misfit;
mod origin_bytes;
mod output_name;
mod parquet_read;
mod parquet_restore;
mod parquet_write;
mod parse;
mod patcher;
mod physical;
mod quoting;
mod read;
mod read_several;
mod records;
mod regions;
mod restore;
mod row_changes;
mod row_groups;
mod safely;
mod scan;
mod selection;
mod sheet_cell;
mod sheet_read;
mod sniff;
mod synced_file;
mod table_file;
mod trace;
mod typed;
mod unfinished;
mod walk;
mod window;
mod workbook;
mod write;

pub use arrow::array::RecordBatch;
pub use batch::{from_record_batches, to_record_batch};
pub use compression::check_table_name;
pub use csv_read::{CsvOptions, read_csv_bytes};
pub use error::{ReadError, WriteError};
pub use fits::fits;
pub use frame::{from_data_frame, to_data_frame};
pub use hash::{Fingerprint, Hashing, fingerprint, fingerprint_within};
pub use misfit::misfit;
pub use output_name::{ending_by_content, is_table_name, renamed, with_word};
pub use polars::frame::DataFrame;
pub use quoting::write_record;
pub use read::{Reading, is_workbook, read_table, read_table_file, read_table_with, read_table_without_rows};
pub use read_several::read_table_files;
pub use records::{RecordField, Records, read_records, write_records};
pub use regions::{Region, regions};
pub use restore::{ApartRow, ApartRows, Restoration, restored_fingerprint, write_restored};
pub use row_changes::{LinePart, RowChange, row_changes};
pub use row_groups::row_groups;
pub use safely::{Overwrite, check_output, write_file_safely};
pub use selection::Selection;
pub use sheet_read::WORKBOOK_THREAD;
pub use synced_file::SyncedFile;
pub use table_file::TableFile;
pub use trace::{RowSpelling, Spelling, Trace, trace};
pub use unfinished::{Abandoned, abandon_unfinished, bytes_written, write_together};
pub use write::{write_rows, write_table};
