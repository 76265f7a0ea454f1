//! A server on this machine that plays the answers of one far away.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// The path, without the server.
    pub path: String,
    /// The lines of the head.
    pub head: Vec<String>,
    /// When it came.
    pub at: Instant,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Further lines of the head: `Retry-After: 1`.
    pub headers: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
    /// The length that is promised, where it is not that of the body.
    pub promised: Option<usize>,
    /// How long the server thinks.
    pub delay: Duration,
}

impl Reply {
    /// An answer with a status and a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: body.into(),
            promised: None,
            delay: Duration::ZERO,
        }
    }

    /// Adds a line to the head.
    pub fn header(mut self, line: impl Into<String>) -> Reply {
        self.headers.push(line.into());
        self
    }
}

/// A server that answers until the process ends.
#[derive(Debug, Clone)]
pub struct Server {
    /// Where it is: `http://127.0.0.1:PORT`.
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers what `answer` says to a path that is asked for the nth time, from 0.
    ///
    /// # Panics
    /// Where no port of this machine can be had.
    pub fn start(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("the port has an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let server = Server { url: format!("http://{address}"), seen: Arc::clone(&seen) };
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                std::thread::spawn(move || serve(&stream, &seen, &*answer));
            }
        });
        server
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The paths that were asked for so far.
    pub fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }
}

fn serve(
    mut stream: &TcpStream,
    seen: &Mutex<Vec<Request>>,
    answer: &dyn Fn(&str, usize) -> Reply,
) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    // The rest of the head is read, so that closing does not reset the connection.
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let nth = {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = seen.iter().filter(|request| request.path == path).count();
        seen.push(Request { path: path.clone(), head, at: Instant::now() });
        nth
    };
    let reply = answer(&path, nth);
    std::thread::sleep(reply.delay);
    let mut text = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", reply.status);
    text.push_str(&format!("Content-Length: {}\r\n", reply.promised.unwrap_or(reply.body.len())));
    for line in &reply.headers {
        text.push_str(&format!("{line}\r\n"));
    }
    text.push_str("\r\n");
    // A client that went away is no business of the server's.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.write_all(&reply.body));
}
