use dep::{App, Arg as Argument};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

pub fn run() -> Outcome<Option<String>> {
    let matches = App::new()
        .arg(Argument::new("x").long("xx"))
        .try_matches()?;
    Ok(matches.value_of("x").map(|v| v.to_owned()))
}
