//! Decisions, policy, applying, audit.
