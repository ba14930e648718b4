//! The repairs file and the metadata of its run: written, read back, replayed and taken back.
//!
//! A run writes a record for each cell that it changed or doubts ([`Entry`], [`write_repairs`]), and beside them what it was
//! made of: versions, settings, and hashes of all files ([`Metadata`]). [`read_repairs`] reads both, after a person or a
//! spreadsheet has edited the records, and tells every mistake with its line. [`replay`] makes the repairs in the table that
//! they are of, [`undo`] takes them back.
//!
//! Metadata hold what the records do not: how each field was written, where the text alone does not tell, and a print of each
//! record, so that what was edited, deleted or cut off can be told.

mod apply;
mod content;
mod edited;
mod entry;
mod form;
mod key;
mod line;
mod metadata;
mod read;
mod replayed;
mod spelled;
mod standing;
mod undo;
mod whole;
mod write;
mod written;

pub use apply::replay;
pub use entry::{Alternative, Entry, Mark, REPAIRS_HEADER, REPAIRS_SCHEMA, Sentence};
pub use form::RepairsForm;
pub use metadata::{
    DataFile, EncodingName, HashedFile, Metadata, Quarantine, RunFiles, SetApart, SettingsUsed, TextForm, metadata,
};
pub use read::{RepairsFile, Shortened, read_repairs};
pub use replayed::{Apart, Change, Changed, Choice, Direction, Edited, Left, Likeness, Replayed, conditions};
pub use spelled::rounded_down;
pub use undo::undo;
pub use write::{metadata_path, write_repairs};
pub use written::Written;
