//! The hash map of this crate: a fixed seed, so that nothing depends on the run. Its order still reaches no output.

pub(crate) type HashMap<K, V> = hashbrown::HashMap<K, V, foldhash::fast::FixedState>;
