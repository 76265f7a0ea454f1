//! Output of a child, cut into lines as it comes.

use std::io::Read;
use std::sync::mpsc::Sender;

/// One of the two output streams of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The longest line that is kept together; a longer one arrives in pieces.
const LONGEST: usize = 16 << 20;

/// Reads `from` to its end. Every non-empty line goes to `to` (a carriage return ends a line too:
/// that is how progress bars draw); the first `limit` bytes are returned as they came.
pub(crate) fn pump(
    stream: Stream,
    mut from: impl Read,
    limit: usize,
    to: &Sender<(Stream, String)>,
) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut line = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let bytes = &chunk[..read];
        kept.extend_from_slice(&bytes[..read.min(limit.saturating_sub(kept.len()))]);
        for &byte in bytes {
            if byte == b'\n' || byte == b'\r' || line.len() >= LONGEST {
                send(stream, &mut line, to);
            }
            if byte != b'\n' && byte != b'\r' {
                line.push(byte);
            }
        }
    }
    send(stream, &mut line, to);
    kept
}

fn send(stream: Stream, line: &mut Vec<u8>, to: &Sender<(Stream, String)>) {
    if !line.is_empty() {
        // A receiver that is gone has stopped listening; the rest is still read and kept.
        let _ = to.send((stream, String::from_utf8_lossy(line).into_owned()));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriage_returns_end_lines_and_the_limit_cuts_only_what_is_kept() {
        let (to, lines) = std::sync::mpsc::channel();
        let kept = pump(Stream::Stderr, &b"one\r\ntwo\rthree"[..], 5, &to);
        drop(to);
        assert_eq!(kept, b"one\r\n");
        let lines: Vec<_> = lines.iter().map(|(_, line)| line).collect();
        assert_eq!(lines, ["one", "two", "three"]);
    }
}
