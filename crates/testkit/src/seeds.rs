//! The seeds of the fuzz targets, as plain tests replay them.

use std::fs;

use crate::project_root;

/// A seed is cut off at so many places, and as often some of its bytes are changed.
const TIMES: usize = 12;

/// The files that a fuzz target begins with, in `testdata/fuzz/<target>`, by name: made by hand, and what it found.
///
/// # Panics
/// When there are none.
pub fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = project_root().join("testdata/fuzz").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("a folder of the project can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a file of the project can be read"))
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{} is empty", folder.display());
    seeds
}

/// Bytes as they are, cut off at many places, and with some of them changed, each with what was done to them. What is changed
/// depends on the bytes alone.
pub fn spoiled(bytes: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let whole = std::iter::once(("whole".to_owned(), bytes.to_vec()));
    let mut lengths: Vec<usize> = (0..TIMES).map(|cut| bytes.len() * cut / TIMES).collect();
    lengths.dedup();
    let cut = lengths.into_iter().map(|length| (format!("cut off behind {length} bytes"), bytes[..length].to_vec()));
    let mut random = Random::of(bytes);
    let changed = (0..TIMES).filter(|_| !bytes.is_empty()).map(move |time| {
        let mut changed = bytes.to_vec();
        let places: Vec<usize> = (0..=time / 3).map(|_| random.next() as usize % bytes.len()).collect();
        for &place in &places {
            // Half of them by a bit, as storage and cables do it.
            let byte = random.next();
            changed[place] =
                if byte.is_multiple_of(2) { changed[place] ^ (1 << (byte / 2 % 8)) } else { (byte >> 8) as u8 };
        }
        (format!("with other bytes at {places:?}"), changed)
    });
    whole.chain(cut).chain(changed)
}

/// The generator xorshift64* of Vigna (2016, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
struct Random(u64);

impl Random {
    /// Begins with the hash FNV-1a of bytes, which is not zero.
    fn of(bytes: &[u8]) -> Self {
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Random(bytes.iter().fold(0xcbf2_9ce4_8422_2325, hash) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spoiled_in_many_ways_and_the_same_each_time() {
        let bytes = b"zip,city\n00184,Rome\n10115,Berlin\n";
        let all: Vec<_> = spoiled(bytes).collect();
        assert_eq!(all, spoiled(bytes).collect::<Vec<_>>());
        assert_eq!(all[0].1, bytes);
        let changed = all.iter().filter(|(_, other)| other.len() == bytes.len() && other != bytes).count();
        assert!(changed + 2 >= TIMES && all.len() > 2 * TIMES - 2, "{all:?}");
        assert_eq!(spoiled(b"").count(), 2);
    }
}
