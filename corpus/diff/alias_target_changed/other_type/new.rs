pub type A = std::collections::VecDeque<u8>;
