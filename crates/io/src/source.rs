//! The bytes of a text file, which are read from the start as often as is needed.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use lustrate_table::Compression;

use crate::ReadError;
use crate::compression::{decompressed, not_decompressed};
use crate::read::cannot_read;

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
    },
}

impl Source<'_> {
    /// The bytes from the start. What was given out before is of no use any more.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send + '_>, ReadError> {
        match self {
            Source::Bytes(bytes) => Ok(Box::new(*bytes)),
            Source::File { file, compression, .. } => {
                let mut file = *file;
                let opened = file.rewind().and_then(|()| decompressed(file, *compression));
                opened.map_err(|error| self.failed(&error))
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
