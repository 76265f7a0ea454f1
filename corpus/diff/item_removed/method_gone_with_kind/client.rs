pub fn f(state: &mut subject::State) {
    state.toggle()
}
