//! What the loop promises, on rows that were damaged in a known way.

use rand::RngExt;

use super::*;
use crate::Encoding;
use crate::random::stream;

/// Two features and a label; in dirty rows, the last six tenths of the first 600, the first feature is shifted, or the label is
/// flipped. The last rows judge.
struct World {
    dirty: Examples,
    clean: Examples,
    doubt: Vec<f64>,
    columns: Vec<ColumnFeatures>,
    judges: Examples,
}

fn world(flip: bool) -> World {
    let mut random = stream(2, 0);
    let (mut dirty, mut clean, mut y, mut dirty_y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in 0..1600 {
        let mut normal = || (0..6).map(|_| random.random_range(-1.0..1.0)).sum::<f64>() / 1.41;
        let (x, noise) = ([normal(), normal()], normal());
        let class = Class(u32::from(2.0 * x[0] + x[1] + 0.5 * noise > 0.0));
        let is_dirty = (240..600).contains(&row);
        clean.push(x);
        y.push(class);
        dirty.push(if is_dirty && !flip { [-1.5 * x[0] + 3.0, x[1]] } else { x });
        dirty_y.push(if is_dirty && flip { Class(1 - class.0) } else { class });
    }
    let examples = |x: &[[f64; 2]], y: &[Class]| Examples {
        x: Rows::dense(2, x),
        y: y.to_vec(),
        classes: 2,
        rows: (0..y.len()).collect(),
    };
    let column = |name: &str, first| ColumnFeatures {
        column: name.to_owned(),
        encoding: Encoding::Number { mean: 0.0, deviation: 1.0 },
        first,
    };
    World {
        dirty: examples(&dirty[..600], &dirty_y[..600]),
        clean: examples(&clean[..600], &y[..600]),
        doubt: (0..600).map(|row| if row < 240 { 0.0 } else { 1.0 }).collect(),
        columns: vec![column("a", 0), column("b", 1)],
        judges: examples(&clean[600..], &y[600..]),
    }
}

impl World {
    fn pool(&self) -> Pool<'_> {
        Pool {
            dirty: &self.dirty,
            current: &self.dirty,
            doubt: &self.doubt,
            columns: &self.columns,
            repaired: None,
            judges: &self.judges,
        }
    }

    fn cleaner(&self) -> impl FnMut(&[usize]) -> (Rows, Vec<Class>) + '_ {
        |rows| (self.clean.x.select(rows), rows.iter().map(|&row| self.clean.y[row]).collect())
    }
}

fn settings(estimator: Option<Estimator>) -> ActiveSettings {
    ActiveSettings { batch: 20, budget: 100, estimator, ..ActiveSettings::default() }
}

fn saved_and_read(active: &Active) -> Active {
    let mut bytes = Vec::new();
    ciborium::into_writer(active, &mut bytes).unwrap();
    ciborium::from_reader(&bytes[..]).unwrap()
}

#[test]
fn a_learned_repair_needs_few_records() {
    for flip in [false, true] {
        let world = world(flip);
        let mut active = Active::start(&world.pool(), settings(Some(Estimator::LearnedRepair)));
        active.run(&world.pool(), world.cleaner());
        let curve = active.curve();
        let ideal =
            Logistic::fit(Logistic::new(2, 2), &world.clean.x, &world.clean.y, None, &LogisticSettings::default());
        let ideal = Score::new(&ideal.probabilities(&world.judges.x), &world.judges.y).accuracy;
        assert!(curve[0].accuracy < ideal - 0.05, "flip {flip}: {}", curve[0].accuracy);
        assert!(curve[1].accuracy > ideal - 0.02, "flip {flip}: {} of {ideal}", curve[1].accuracy);
    }
}

#[test]
fn every_estimator_is_better_than_the_dirty_model() {
    let world = world(true);
    for estimator in [None, Some(Estimator::Reweighted), Some(Estimator::Drop), Some(Estimator::Paper { step: 5.0 })] {
        let mut active = Active::start(&world.pool(), settings(estimator));
        active.run(&world.pool(), world.cleaner());
        let curve = active.curve();
        assert!(curve.last().unwrap().accuracy > curve[0].accuracy, "{estimator:?}: {curve:?}");
    }
}

#[test]
fn a_saved_loop_goes_on_where_it_stopped() {
    let world = world(false);
    let mut whole = Active::start(&world.pool(), settings(None));
    whole.run(&world.pool(), world.cleaner());
    let (mut active, mut current) = (Active::start(&world.pool(), settings(None)), world.dirty.clone());
    loop {
        active = saved_and_read(&active);
        let Next::Clean(batch) = active.next(&Pool { current: &current, ..world.pool() }) else { break };
        // A batch that was asked for is asked for again until it comes back.
        active = saved_and_read(&active);
        assert_eq!(active.next(&Pool { current: &current, ..world.pool() }), Next::Clean(batch.clone()));
        let rows: Vec<usize> = batch.iter().map(|drawn| drawn.row).collect();
        let (x, y) = world.cleaner()(&rows);
        current = replaced(&current, &rows, &x, &y);
        active.update(&Pool { current: &current, ..world.pool() });
    }
    assert_eq!(active.curve(), whole.curve());
}

#[test]
fn no_row_is_asked_for_twice_and_none_that_is_clean() {
    let world = world(false);
    let settings = ActiveSettings { sampling: Sampling::Importance, budget: 1000, batch: 90, ..settings(None) };
    let mut active = Active::start(&world.pool(), settings);
    active.run(&world.pool(), world.cleaner());
    let mut rows: Vec<usize> = active.cleaned().map(|drawn| drawn.row).collect();
    let count = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert!(rows.len() == count && rows.iter().all(|&row| world.doubt[row] > 0.0));
}

#[test]
fn the_budget_is_kept() {
    let world = world(false);
    let settings = ActiveSettings { budget: 30, ..settings(None) };
    let mut active = Active::start(&world.pool(), settings);
    assert_eq!(active.run(&world.pool(), world.cleaner()).0, Next::Spent);
    assert_eq!(active.records(), 30);
}

#[test]
fn a_loop_that_gains_nothing_settles_unless_it_is_to_go_on() {
    let world = world(false);
    let pool = Pool { dirty: &world.clean, current: &world.clean, ..world.pool() };
    let run = |patience: Option<usize>| {
        let settings = ActiveSettings { budget: 400, patience, ..settings(Some(Estimator::Mixture)) };
        Active::start(&pool, settings).run(&pool, world.cleaner()).0
    };
    assert_eq!(run(Some(4)), Next::Settled);
    assert_eq!(run(None), Next::NothingLeft);
}
