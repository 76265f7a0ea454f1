pub struct D;
