//! Seeded generators: one stream for each unit of work, so that no result depends on who does the work.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator of one unit of work under a seed.
pub(crate) fn stream(seed: u64, unit: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(unit);
    random
}

/// The numbers below `len` in a random order.
pub(crate) fn shuffled(len: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.shuffle(random);
    order
}

/// Draws `count` different places, each with a chance that grows with its weight: one after the other, in proportion to the
/// weights of those that are left (Efraimidis and Spirakis, 2006). Places of weight zero come last.
pub(crate) fn draw(weights: &[f64], count: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let key = |weight: f64, uniform: f64| if weight > 0.0 { uniform.ln() / weight } else { f64::NEG_INFINITY };
    let mut keyed: Vec<(f64, usize)> = weights
        .iter()
        .enumerate()
        .map(|(place, &weight)| (key(weight, random.random_range(1e-300..1.0)), place))
        .collect();
    keyed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    keyed.into_iter().take(count).map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_places_are_drawn_more_often() {
        let drawn = (0..1000).filter(|&unit| draw(&[1.0, 3.0, 0.0], 1, &mut stream(7, unit)) == [1]).count();
        assert!((700..800).contains(&drawn), "{drawn}");
        assert_eq!(draw(&[0.0, 1.0], 2, &mut stream(7, 0)), [1, 0]);
    }
}
