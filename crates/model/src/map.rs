//! The hash map and the hash set of this crate: a fixed seed, so that nothing depends on the run. Their order still reaches no output.

pub(crate) type HashMap<K, V> = hashbrown::HashMap<K, V, foldhash::fast::FixedState>;
pub(crate) type HashSet<K> = hashbrown::HashSet<K, foldhash::fast::FixedState>;
