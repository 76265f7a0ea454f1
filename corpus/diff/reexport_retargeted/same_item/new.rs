pub use std::collections::hash_map::HashMap as Map;
