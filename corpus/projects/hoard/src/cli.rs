//! The command line.

use std::path::PathBuf;

use clap::{crate_description, crate_version, App, AppSettings, Arg, ArgMatches};

/// What the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where to look.
    pub directory: PathBuf,
    /// A configuration file, where one was named.
    pub config: Option<PathBuf>,
    /// The average size of a chunk in bytes, where one was named.
    pub average: Option<usize>,
    /// How many of the largest duplicates are listed.
    pub top: usize,
    /// How the report is written.
    pub format: Format,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
}

/// Reads the arguments of the process; prints the help and ends where they do not fit.
pub fn parse() -> Options {
    options(&app().get_matches())
}

fn app() -> App<'static> {
    App::new("hoard")
        .version(crate_version!())
        .about(crate_description!())
        .setting(AppSettings::DeriveDisplayOrder)
        .arg(
            Arg::new("directory")
                .help("The directory to look through")
                .default_value(".")
                .allow_invalid_utf8(true)
                .index(1),
        )
        .arg(
            Arg::new("config")
                .long("config")
                .short('c')
                .takes_value(true)
                .allow_invalid_utf8(true)
                .value_name("FILE")
                .help("Reads this configuration instead of DIRECTORY/hoard.toml"),
        )
        .arg(
            Arg::new("average")
                .long("average")
                .short('a')
                .takes_value(true)
                .value_name("BYTES")
                .validator(is_size)
                .help("The average size of a chunk"),
        )
        .arg(
            Arg::new("top")
                .long("top")
                .short('n')
                .takes_value(true)
                .value_name("COUNT")
                .default_value("10")
                .validator(is_size)
                .help("How many of the largest duplicates to list"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .takes_value(true)
                .possible_values(["text", "json"])
                .default_value("text")
                .help("How to write the report"),
        )
}

fn is_size(text: &str) -> Result<(), String> {
    match text.parse::<usize>() {
        Ok(0) => Err("it has to be more than 0".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn options(matches: &ArgMatches) -> Options {
    let size = |name| matches.value_of(name).and_then(|text| text.parse().ok());
    Options {
        directory: matches.value_of_os("directory").map_or_else(|| ".".into(), PathBuf::from),
        config: matches.value_of_os("config").map(PathBuf::from),
        average: size("average"),
        top: size("top").unwrap_or(10),
        format: match matches.value_of("format") {
            Some("json") => Format::Json,
            _ => Format::Text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_the_first_argument_and_the_rest_has_defaults() {
        let options = options(&app().get_matches_from(["hoard", "photos"]));
        assert_eq!(options.directory, PathBuf::from("photos"));
        assert_eq!((options.top, options.average), (10, None));
        assert_eq!(options.format, Format::Text);
    }

    #[test]
    fn a_size_of_nothing_is_refused() {
        assert!(app().try_get_matches_from(["hoard", "-a", "0"]).is_err());
        assert!(app().try_get_matches_from(["hoard", "-a", "many"]).is_err());
        let options = options(&app().get_matches_from(["hoard", "-a", "4096", "--format", "json"]));
        assert_eq!(options.average, Some(4096));
        assert_eq!(options.format, Format::Json);
    }
}
