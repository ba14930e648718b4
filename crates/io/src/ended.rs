//! A file that says where it ends. What reads page headers skips fields that it does not know, as many as the file claims, and does
//! not ask whether anything was there: a few bytes could keep it at that for hours.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// How often the end may be met before it is an error: what reads to the end meets it once or twice.
const MEETINGS: u32 = 16;

/// A file from which nothing is read behind its end.
pub(crate) struct EndedFile(File);

impl EndedFile {
    /// The file, which is read from its start.
    pub(crate) fn new(file: File) -> Self {
        EndedFile(file)
    }
}

impl Length for EndedFile {
    fn len(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for EndedFile {
    type T = Ended<BufReader<File>>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Ended { inner: BufReader::new(file), met: 0 })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are not in the file")));
        }
        self.0.get_bytes(start, length)
    }
}

/// What gives an error once its end was met too often.
pub(crate) struct Ended<R> {
    inner: R,
    met: u32,
}

impl<R: Read> Read for Ended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.met += 1;
            if self.met > MEETINGS {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_met_and_then_an_error() {
        let mut ended = Ended { inner: &b"abc"[..], met: 0 };
        let mut all = Vec::new();
        assert_eq!(ended.read_to_end(&mut all).unwrap(), 3);
        let met = (0..100).map_while(|_| ended.read(&mut [0; 4]).ok()).count();
        assert!(met <= MEETINGS as usize, "{met}");
        assert_eq!(ended.read(&mut []).unwrap(), 0, "to ask for nothing is no way to meet the end");
    }
}
