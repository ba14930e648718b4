//! A file that is never far from being on disk.

use std::fs::File;
use std::io::{self, Write};

/// Bytes that may wait for the disk. A slow one (50 MB a second) takes these in less than a second.
const MOST_WAITING: usize = 32 << 20;

/// A file that goes to disk piece by piece while it is written. Nothing interrupts the wait for a disk, not even the end of the
/// program: so no wait is for more than a piece.
#[derive(Debug)]
pub struct SyncedFile {
    file: File,
    waiting: usize,
}

impl SyncedFile {
    pub(crate) fn new(file: File) -> Self {
        SyncedFile { file, waiting: 0 }
    }
}

impl Write for SyncedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting >= MOST_WAITING {
            self.file.sync_data()?;
            self.waiting = 0;
        }
        let written = self.file.write(&bytes[..bytes.len().min(MOST_WAITING)])?;
        self.waiting += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_arrive_in_their_order_however_large_the_pieces() {
        let mut out = SyncedFile::new(tempfile::tempfile().unwrap());
        let bytes: Vec<u8> = (0..MOST_WAITING + 1000).map(|place| (place % 251) as u8).collect();
        assert_eq!(out.write(&bytes).unwrap(), MOST_WAITING, "no more than a piece at once");
        out.write_all(&bytes[MOST_WAITING..]).unwrap();
        assert_eq!(out.waiting, 1000, "the first piece is on disk");
        let mut found = Vec::new();
        io::Seek::rewind(&mut out.file).unwrap();
        io::Read::read_to_end(&mut out.file, &mut found).unwrap();
        assert!(found == bytes);
    }
}
