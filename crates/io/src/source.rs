//! The bytes of a text file, which are read from the start as often as is needed.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use lustrate_table::Compression;

use crate::ReadError;
use crate::compression::{decompressed, not_decompressed};
use crate::read::cannot_read;
use crate::unpacking::Unpacking;

/// The bytes of all text files that were read, each since it was last opened.
static READ: AtomicU64 = AtomicU64::new(0);

/// The bytes that this program has read so far of text files from which it made tables, as they are on disk. It falls when a
/// file is read anew, as it turned out to be written in another encoding.
pub fn bytes_read() -> u64 {
    READ.load(Ordering::Relaxed)
}

/// A file whose bytes are counted as they are read.
struct Counted<'s> {
    file: &'s File,
    read: &'s AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        READ.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Where the bytes of a text come from.
pub(crate) enum Source<'s> {
    /// From memory.
    Bytes(&'s [u8]),
    /// From a file that can be read more than once, without its compression.
    File {
        /// The file.
        file: &'s File,
        /// What messages call it.
        name: &'s Path,
        /// How it is compressed as a whole.
        compression: Compression,
        /// Its bytes on disk.
        length: u64,
        /// The bytes of memory that the table may take, if that is said.
        memory: Option<u64>,
        /// How many of them were read, since it was last opened.
        read: AtomicU64,
    },
}

impl Source<'_> {
    /// The bytes from the start. What was given out before is of no use any more.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send + '_>, ReadError> {
        match self {
            Source::Bytes(bytes) => Ok(Box::new(*bytes)),
            Source::File { file, compression, read, length, memory, .. } => {
                let mut file = *file;
                READ.fetch_sub(read.swap(0, Ordering::Relaxed), Ordering::Relaxed);
                let opened = file.rewind().and_then(|()| decompressed(Counted { file, read }, *compression));
                let opened = opened.map_err(|error| self.failed(&error))?;
                // Who says how much memory the table may take is held to that while it is read.
                let is_guarded = *compression != Compression::None && memory.is_none();
                Ok(if is_guarded { Box::new(Unpacking::new(opened, *length, None)) } else { opened })
            }
        }
    }

    /// The first bytes, as many as are asked for where there are as many.
    pub(crate) fn start(&self, length: usize) -> Result<Vec<u8>, ReadError> {
        self.part(0, length)
    }

    /// Some bytes from a place on.
    pub(crate) fn part(&self, from: u64, length: usize) -> Result<Vec<u8>, ReadError> {
        let (mut input, mut part) = (self.open()?, Vec::with_capacity(length));
        let read = io::copy(&mut (&mut input).take(from), &mut io::sink())
            .and_then(|_| input.take(length as u64).read_to_end(&mut part));
        read.map_err(|error| self.failed(&error))?;
        Ok(part)
    }

    /// How many bytes there are, where that is known without reading them.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::File { compression: Compression::None, length, .. } => Some(*length),
            Source::File { .. } => None,
        }
    }

    /// The message for bytes that are not given.
    pub(crate) fn failed(&self, error: &io::Error) -> ReadError {
        match self {
            Source::Bytes(_) => cannot_read(Path::new("the bytes"), error).into(),
            Source::File { name, compression: Compression::None, .. } => cannot_read(name, error).into(),
            Source::File { name, compression, .. } => not_decompressed(name, *compression, error).into(),
        }
    }
}
