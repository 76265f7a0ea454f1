//! What an answer holds: JSON, plain or compressed with zstd.

use std::io::{ErrorKind, Read};

use ruzstd::decoding::StreamingDecoder;

/// The first bytes of a zstd frame (RFC 8878, section 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// How often a body may be compressed: docs.rs did it twice for a while (rust-lang/docs.rs#2833).
const LAYERS: usize = 3;

/// Why a body cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It ends too early or is damaged: another try may help.
    Cut(String),
    /// It is something else; another try would bring the same.
    Wrong(String),
}

/// The JSON object in a body, which is at most `limit` bytes long.
pub(crate) fn json(mut bytes: Vec<u8>, limit: u64) -> Result<String, Unfit> {
    for _ in 0..LAYERS {
        if !bytes.starts_with(&ZSTD) {
            break;
        }
        bytes = unpacked(&bytes, limit)?;
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large(limit));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Unfit::Wrong("the answer is no JSON: it is no text".to_owned()))?;
    match text.trim_ascii() {
        "" => Err(Unfit::Cut("the answer is empty".to_owned())),
        json if !json.starts_with('{') => {
            Err(Unfit::Wrong("the answer is no JSON of rustdoc".to_owned()))
        }
        json if !json.ends_with('}') => Err(Unfit::Cut("the JSON is cut short".to_owned())),
        _ => Ok(text),
    }
}

/// All frames of a zstd body.
fn unpacked(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Unfit> {
    let cut = |what: String| Unfit::Cut(format!("the zstd body is cut short or damaged ({what})"));
    let mut out = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let decoder = StreamingDecoder::new(&mut rest).map_err(|error| cut(error.to_string()))?;
        let room = (limit + 1).saturating_sub(u64::try_from(out.len()).unwrap_or(u64::MAX));
        decoder.take(room).read_to_end(&mut out).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => cut("it ends too early".to_owned()),
            _ => cut(error.to_string()),
        })?;
        if u64::try_from(out.len()).unwrap_or(u64::MAX) > limit {
            return Err(too_large(limit));
        }
    }
    Ok(out)
}

pub(crate) fn too_large(limit: u64) -> Unfit {
    Unfit::Wrong(format!("the answer is larger than {} MiB", limit >> 20))
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    const LIMIT: u64 = 1 << 20;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn one_layer_two_or_none_are_the_same_json() {
        let text = format!("{{\"a\":\"{}\"}}\n", "x".repeat(5000));
        let once = packed(text.as_bytes());
        for body in [text.clone().into_bytes(), once.clone(), packed(&once)] {
            assert_eq!(json(body, LIMIT).as_deref(), Ok(text.as_str()));
        }
        let (first, second) = text.as_bytes().split_at(100);
        let frames = [packed(first), packed(second)].concat();
        assert_eq!(json(frames, LIMIT).as_deref(), Ok(text.as_str()));
    }

    #[test]
    fn every_cut_is_seen() {
        let text = format!(
            "{{\"a\":[{}]}}",
            (0..2000).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
        );
        let whole = packed(text.as_bytes());
        for length in (4..whole.len()).step_by(7).chain([whole.len() - 1]) {
            let found = json(whole[..length].to_vec(), LIMIT);
            assert!(matches!(found, Err(Unfit::Cut(_))), "{length}: {found:?}");
        }
        for length in 1..20 {
            let found = json(text.as_bytes()[..length].to_vec(), LIMIT);
            assert!(matches!(found, Err(Unfit::Cut(_))), "{length}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_json_is_not_asked_for_again() {
        for wrong in [&b"<!doctype html>"[..], b"\x1f\x8b\x08gz", b"\xff\xfe"] {
            assert!(matches!(json(wrong.to_vec(), LIMIT), Err(Unfit::Wrong(_))), "{wrong:?}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = packed(&vec![b' '; 8 << 20]);
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        assert_eq!(json(bomb, LIMIT), Err(too_large(LIMIT)));
    }
}
