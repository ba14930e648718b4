//! The bytes of delimited text that may end a field, found many at a time.

/// How many bytes are looked at together.
const LANES: usize = 64;

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The places of delimiters, quotes and the bytes of line ends in a text, in order.
pub(crate) struct Marks<'t> {
    bytes: &'t [u8],
    /// What is searched for, each byte eight times.
    wanted: [u64; 4],
    /// Where the bytes start that `found` tells of.
    base: usize,
    /// A bit for each byte: whether it is one of these and is still to come.
    found: u64,
}

impl<'t> Marks<'t> {
    /// Those of a text with an ASCII delimiter that is not zero.
    pub(crate) fn new(bytes: &'t [u8], delimiter: u8) -> Self {
        let wanted = [delimiter, b'"', b'\r', b'\n'].map(|byte| u64::from_ne_bytes([byte; 8]));
        let mut marks = Marks { bytes, wanted, base: 0, found: 0 };
        marks.found = marks.look();
        marks
    }

    fn look(&self) -> u64 {
        let rest = &self.bytes[self.base..];
        match rest.first_chunk() {
            Some(lanes) => self.among(lanes),
            None => {
                let mut lanes = [0; LANES];
                lanes[..rest.len()].copy_from_slice(rest);
                self.among(&lanes)
            }
        }
    }

    fn among(&self, lanes: &[u8; LANES]) -> u64 {
        let (words, _) = lanes.as_chunks::<8>();
        let mut found = 0;
        for (place, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            // The highest bit of each byte stays clear where the byte is one of the wanted.
            let misses = self.wanted.map(|wanted| {
                let difference = word ^ wanted;
                ((difference & LOW) + LOW) | difference
            });
            let hits = !(misses[0] & misses[1] & misses[2] & misses[3]) & !LOW;
            // Gathers the highest bits of the eight bytes in one.
            found |= ((hits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
        }
        found
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            if self.bytes.len() - self.base <= LANES {
                return None;
            }
            self.base += LANES;
            self.found = self.look();
        }
        let place = self.base + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_are_the_bytes_that_are_searched_for(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b';'), Just(b'"'), Just(b'\n'), Just(b'\r')], 0..300),
        ) {
            let wanted = |byte: u8| matches!(byte, b';' | b'"' | b'\r' | b'\n');
            let expected: Vec<usize> = (0..bytes.len()).filter(|&at| wanted(bytes[at])).collect();
            prop_assert_eq!(Marks::new(&bytes, b';').collect::<Vec<_>>(), expected);
        }
    }
}
