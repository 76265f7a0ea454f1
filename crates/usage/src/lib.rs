//! Finds the use sites of a dependency's items and joins them with changes.
