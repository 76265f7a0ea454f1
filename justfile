# Everything that a change must pass.
ci:
    bash .ci/run

# All Rust tests.
test:
    cargo test --workspace

# The plan for the carried project.
demo:
    cargo run --release -- ripe --manifest-path corpus/projects/$(ls corpus/projects | head -n 1)/Cargo.toml

# Right and wrong over the real cases; see docs/accuracy.md.
accuracy *ARGS:
    cargo run --release -p ripe-benches --bin accuracy -- {{ARGS}}

# CPU cost of the API models beside one placeholder project a version; see docs/performance.md.
cost *ARGS:
    cargo run --release -p ripe-benches --bin cost -- {{ARGS}}

# How often the diff is right about real pairs; see docs/accuracy.md.
rates *ARGS:
    cargo run --release -p ripe-benches --bin rates -- {{ARGS}}

# How many definite findings on real pairs rustc agrees on; see docs/witnesses.md.
witnesses *ARGS:
    cargo run --release -p ripe-benches --bin witnesses -- {{ARGS}}

# CPU seconds of the default install; see docs/performance.md.
install-cost *LIMIT:
    bash .ci/install-cost {{LIMIT}}

# CPU and memory of a comparison beside cargo-semver-checks; see docs/performance.md.
peer *ARGS:
    cargo run --release -p ripe-benches --bin peer -- {{ARGS}}

# Where we and cargo-semver-checks disagree on real pairs; see docs/accuracy.md.
disagreements *ARGS:
    cargo run --release -p ripe-benches --bin disagreements -- {{ARGS}}

# The corpus beside rustc and cargo-semver-checks; see docs/accuracy.md.
corpus-accuracy *ARGS:
    cargo run --release -p ripe-benches --bin corpus_accuracy -- {{ARGS}}

# Real clients, every error of which is known, beside what is foreseen; see docs/accuracy-probe.md.
client-sites *ARGS:
    cargo run --release -p ripe-benches --bin client_sites -- {{ARGS}}
