pub fn f() -> u32 {
    let mut frame = subject::Frame::default();
    frame.data[0] = 1;
    let subject::Frame { id, .. } = frame;
    id
}
