//! Fenwick trees: running sums and running maxima over places, both in log n.

/// Counts at places 0 up to a length, with sums over prefixes.
#[derive(Default)]
pub(crate) struct PrefixSums {
    tree: Vec<u32>,
}

impl PrefixSums {
    /// So many places, all counts zero.
    pub(crate) fn reset(&mut self, len: usize) {
        self.tree.clear();
        self.tree.resize(len, 0);
    }

    /// Adds one at a place.
    pub(crate) fn increment(&mut self, place: usize) {
        for node in above(place, self.tree.len()) {
            self.tree[node] += 1;
        }
    }

    /// The sum over the places before `end`.
    pub(crate) fn before(&self, end: usize) -> u32 {
        below(end).map(|node| self.tree[node]).sum()
    }
}

/// Values at places 0 up to a length, with maxima over prefixes. Values only grow.
pub(crate) struct PrefixMaxima {
    tree: Vec<u32>,
}

impl PrefixMaxima {
    /// All values zero.
    pub(crate) fn new(len: usize) -> Self {
        PrefixMaxima { tree: vec![0; len] }
    }

    /// Raises the value at a place to at least `value`.
    pub(crate) fn raise(&mut self, place: usize, value: u32) {
        for node in above(place, self.tree.len()) {
            self.tree[node] = self.tree[node].max(value);
        }
    }

    /// The maximum over the places before `end`; zero where there are none.
    pub(crate) fn before(&self, end: usize) -> u32 {
        below(end).map(|node| self.tree[node]).max().unwrap_or(0)
    }
}

/// The nodes whose range contains a place. Node i covers the lowest set bit of i + 1 many places up to place i.
fn above(place: usize, len: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(place), |&node| Some(node | (node + 1))).take_while(move |&node| node < len)
}

/// The nodes whose ranges together are the places before `end`.
fn below(end: usize) -> impl Iterator<Item = usize> {
    let above_zero = |end| Some(end).filter(|&end| end > 0);
    std::iter::successors(above_zero(end), move |&end| above_zero(end & (end - 1))).map(|end| end - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn prefixes_are_those_of_the_plain_list(places in prop::collection::vec((0usize..20, 1u32..9), 0..60)) {
            let (mut sums, mut maxima) = (PrefixSums::default(), PrefixMaxima::new(20));
            sums.reset(20);
            for &(place, value) in &places {
                sums.increment(place);
                maxima.raise(place, value);
            }
            for end in 0..=20 {
                let before = || places.iter().filter(move |&&(place, _)| place < end);
                prop_assert_eq!(sums.before(end), before().count() as u32);
                prop_assert_eq!(maxima.before(end), before().map(|&(_, value)| value).max().unwrap_or(0));
            }
        }
    }
}
