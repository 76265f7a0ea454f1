pub struct S {
    #[allow(dead_code)]
    a: std::rc::Rc<u8>,
}
