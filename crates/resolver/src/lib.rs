//! Turns cargo metadata, lockfile and index rows into a graph, and lists its update candidates.
