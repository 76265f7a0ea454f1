pub trait Space {}
pub struct S<R: Space>(pub R);
