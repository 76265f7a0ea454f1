//! Reads cargo's own index cache and downloaded sources.
