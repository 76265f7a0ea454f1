//! The versioned report of cargo ripe and its renderers.
