//! Loads the corpus and builds its fixtures with the real compiler, for tests only.
