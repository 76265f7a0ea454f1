//! How often the move of a crate across a major needed source edits, mined from public histories.

/// The history of many crates: see `data/major_update_history.tsv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Sorted by crate.
    rows: Vec<MoveHistory>,
}

/// The history of one crate: moves of one dependency across one major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveHistory {
    /// The package.
    pub package: String,
    /// How many moves were seen.
    pub moves: u32,
    /// How many of them changed the sources.
    pub edited: u32,
    /// The lines that those changed, in the middle.
    pub median_lines: u32,
}

/// The share of 1,503 single-major moves of all crates that changed the sources, in thousandths.
const BASE_RATE: f64 = 0.31;
/// How many moves the base rate weighs against a crate's own.
const BASE_WEIGHT: f64 = 1.0;
/// The lines of an edit where a crate has no history: the median over the crates of the table.
const BASE_LINES: u32 = 18;

impl History {
    /// The history that ships with the tool.
    pub fn shipped() -> History {
        History::parse(include_str!("../data/major_update_history.tsv"))
    }

    /// Reads the table; lines that do not fit (comments, the header) are passed over.
    pub fn parse(tsv: &str) -> History {
        let mut rows: Vec<MoveHistory> = tsv.lines().filter_map(parse_row).collect();
        rows.sort_by(|a, b| a.package.cmp(&b.package));
        rows.dedup_by(|a, b| a.package == b.package);
        History { rows }
    }

    /// All rows, sorted by package.
    pub fn rows(&self) -> &[MoveHistory] {
        &self.rows
    }

    /// What is known of a package.
    pub fn of(&self, package: &str) -> Option<&MoveHistory> {
        let at = self.rows.binary_search_by(|row| row.package.as_str().cmp(package)).ok()?;
        Some(&self.rows[at])
    }

    /// How likely a major of `package` needs an edit, before any evidence: the crate's own rate,
    /// drawn towards the rate of all crates.
    pub fn edit_rate(&self, package: &str) -> f64 {
        match self.of(package) {
            Some(row) => row.edit_rate(),
            None => BASE_RATE,
        }
    }

    /// How many lines such an edit changes, in the middle.
    pub fn edit_lines(&self, package: &str) -> u32 {
        match self.of(package) {
            Some(row) if row.edited > 0 => row.median_lines,
            Some(_) | None => BASE_LINES,
        }
    }
}

impl MoveHistory {
    /// The crate's own rate, drawn towards the rate of all crates.
    pub fn edit_rate(&self) -> f64 {
        (f64::from(self.edited) + BASE_WEIGHT * BASE_RATE) / (f64::from(self.moves) + BASE_WEIGHT)
    }
}

fn parse_row(line: &str) -> Option<MoveHistory> {
    let mut cells = line.split('\t');
    let package = cells.next()?.to_owned();
    let moves = cells.next()?.parse().ok()?;
    let edited = cells.next()?.parse().ok()?;
    let median_lines = cells.next()?.parse().ok()?;
    Some(MoveHistory { package, moves, edited, median_lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_history_knows_clap_and_itertools() {
        let history = History::shipped();
        assert!(history.rows().len() > 100);
        assert!(history.edit_rate("clap") > 0.8);
        assert!(history.edit_rate("itertools") < 0.05);
        assert_eq!(history.edit_rate("never-heard-of"), BASE_RATE);
        assert_eq!(history.edit_lines("itertools"), BASE_LINES);
        assert_eq!(history.edit_lines("clap"), 216);
    }
}
