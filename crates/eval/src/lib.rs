//! Scores against ground truth, and dirt for tests.
