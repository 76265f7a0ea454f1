//! How text is laid out: width, colour, wrapping.

/// The look of text. Colour is only used where it is asked for; the words never depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The widest line, in characters; at least 40 are used. Names and paths that are longer than
    /// a line are not broken.
    pub width: usize,
    /// Whether to colour with ANSI escapes.
    pub color: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { width: 88, color: false }
    }
}

/// What a word means, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// A heading.
    Bold,
    /// Good to take.
    Green,
    /// Needs care.
    Yellow,
    /// Leave it.
    Red,
    /// Less important.
    Dim,
}

impl Style {
    /// The widest line that is really used.
    pub(crate) fn columns(&self) -> usize {
        self.width.clamp(40, 100)
    }

    /// A text in a colour, or as it is.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Bold => "1",
            Paint::Green => "32",
            Paint::Yellow => "33",
            Paint::Red => "31",
            Paint::Dim => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Words in lines: the first behind `first`, the others behind `rest`.
    pub(crate) fn wrap(&self, first: &str, rest: &str, text: &str) -> Vec<String> {
        self.fill(first, rest, "", text)
    }

    /// A command in lines that a shell reads as one.
    pub(crate) fn wrap_command(&self, first: &str, rest: &str, command: &str) -> Vec<String> {
        self.fill(first, rest, " \\", command)
    }

    /// A heading, in as many lines as it needs.
    pub(crate) fn heading(&self, text: &str) -> Vec<String> {
        self.wrap("", "", text).iter().map(|line| self.paint(Paint::Bold, line)).collect()
    }

    fn fill(&self, first: &str, rest: &str, broken: &str, text: &str) -> Vec<String> {
        let room = self.columns() - len(broken);
        let mut lines = Vec::new();
        let mut line = first.to_owned();
        let mut is_fresh = true;
        let text = clean(text);
        for word in words(&text, room.saturating_sub(len(rest))) {
            if !is_fresh && len(&line) + 1 + len(&word) > room {
                lines.push(format!("{line}{broken}"));
                line = rest.to_owned();
                is_fresh = true;
            }
            if !is_fresh {
                line.push(' ');
            }
            line.push_str(&word);
            is_fresh = false;
        }
        lines.push(line.trim_end().to_owned());
        lines
    }
}

/// The words of a text; code between backticks is one word where it has room on a line.
fn words(text: &str, room: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let parts: Vec<&str> = text.split_whitespace().collect();
    let mut at = 0;
    while at < parts.len() {
        let is_open = |upto: usize| {
            parts[at..=upto].iter().map(|part| part.matches('`').count()).sum::<usize>() % 2 == 1
        };
        let end = (at..parts.len()).find(|upto| !is_open(*upto)).unwrap_or(at);
        let joined = parts[at..=end].join(" ");
        if len(&joined) <= room {
            words.push(joined);
        } else {
            words.extend(parts[at..=end].iter().map(|part| (*part).to_owned()));
        }
        at = end + 1;
    }
    words
}

/// The number of characters, as far as a terminal's columns go.
pub(crate) fn len(text: &str) -> usize {
    text.chars().count()
}

/// A text from a package or a source without control characters: a name must not be able to
/// recolour or overwrite the terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
