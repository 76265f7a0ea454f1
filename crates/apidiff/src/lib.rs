//! Compares two API models and judges the deltas with lints.
