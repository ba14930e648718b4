//! The outcome as text and JSON.
