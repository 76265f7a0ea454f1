//! Gets rustdoc JSON by record and replay, and lowers it to API models.
