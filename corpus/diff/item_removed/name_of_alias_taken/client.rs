pub fn f(app: subject::App<'_>) -> usize {
    app.name().len()
}
