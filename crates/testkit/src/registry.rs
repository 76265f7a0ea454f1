//! A small package registry on this machine: a sparse index and archives, which a test fills and
//! spoils as it needs. Cargo's own `cargo package` makes the archives.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Error;

/// What is answered on one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; `HOST` in `config.json` stands for the address.
    pub body: Vec<u8>,
}

/// A release to publish.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The name.
    pub name: &'a str,
    /// The version.
    pub version: &'a str,
    /// When it came out, RFC 3339 in UTC; `None` leaves the index without a date.
    pub at: Option<&'a str>,
    /// What it depends on in the same registry: name and requirement.
    pub needs: &'a [(&'a str, &'a str)],
    /// `src/lib.rs`
    pub lib: &'a str,
}

/// The registry; it serves until the process ends.
#[derive(Debug, Clone)]
pub struct Registry {
    folder: PathBuf,
    address: SocketAddr,
    pages: Arc<Mutex<BTreeMap<String, Answer>>>,
    /// The token that every request has to bring.
    token: Option<String>,
}

impl Registry {
    /// An empty registry that packs in `folder`.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start(folder: &Path) -> Result<Registry, Error> {
        Registry::start_for(folder, None)
    }

    /// The same for those who log in with a token, if one is named.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start_for(folder: &Path, token: Option<&str>) -> Result<Registry, Error> {
        let token = token.map(str::to_owned);
        let io = |source| Error::Io { path: folder.to_owned(), source };
        let listener = TcpListener::bind("127.0.0.1:0").map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        let registry =
            Registry { folder: folder.to_owned(), address, pages: Arc::default(), token };
        let config = json!({
            "dl": format!("http://{address}/dl"),
            "auth-required": registry.token.is_some(),
        });
        registry.set("/config.json", 200, config.to_string().as_bytes());
        let served = registry.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                // A client that went away is no business of the server's.
                std::thread::spawn(move || served.answer(&stream).ok());
            }
        });
        Ok(registry)
    }

    /// The URL of its index, for `registries.NAME.index`.
    pub fn index(&self) -> String {
        format!("sparse+http://{}/", self.address)
    }

    /// Answers a path in this way from now on: `/se/rd/serde`, `/dl/serde/1.0.0/download`.
    pub fn set(&self, path: &str, status: u16, body: &[u8]) {
        let answer = Answer { status, body: body.to_vec() };
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), answer);
    }

    /// What is answered on a path now.
    pub fn get(&self, path: &str) -> Option<Answer> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Packs a release with cargo, and lists it.
    ///
    /// # Errors
    /// Where cargo does not pack it.
    pub fn publish(&self, release: &Published<'_>) -> Result<(), Error> {
        let Published { name, version, at, needs, lib } = *release;
        let folder = self.folder.join(format!("{name}-{version}"));
        let io = |path: &Path| {
            let path = path.to_owned();
            |source| Error::Io { path, source }
        };
        fs::create_dir_all(folder.join("src")).map_err(io(&folder))?;
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\
             description = \"x\"\nlicense = \"MIT\"\n\n[workspace]\n\n[dependencies]\n"
        );
        manifest.extend(needs.iter().map(|(name, req)| format!("{name} = \"{req}\"\n")));
        fs::write(folder.join("Cargo.toml"), manifest).map_err(io(&folder))?;
        fs::write(folder.join("src/lib.rs"), lib).map_err(io(&folder))?;
        let mut cargo = Command::new("cargo");
        cargo
            .args(["package", "--no-verify", "--allow-dirty", "--exclude-lockfile", "--quiet"])
            .arg("--target-dir")
            .arg(folder.join("target"))
            .current_dir(&folder);
        let output = cargo
            .output()
            .map_err(|source| Error::NotStarted { program: "cargo".to_owned(), source })?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Error::DoesNotCompile { what: format!("{name} {version}"), stderr });
        }
        let archive = folder.join(format!("target/package/{name}-{version}.crate"));
        let bytes = fs::read(&archive).map_err(io(&archive))?;
        let checksum: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.set(&format!("/dl/{name}/{version}/download"), 200, &bytes);
        let dependencies: Vec<Value> = needs
            .iter()
            .map(|(name, req)| {
                json!({
                    "name": name, "req": req, "features": [], "optional": false,
                    "default_features": true, "target": null, "kind": "normal",
                })
            })
            .collect();
        let mut row = json!({
            "name": name, "vers": version, "deps": dependencies, "cksum": checksum,
            "features": {}, "yanked": false,
        });
        if let (Some(at), Value::Object(row)) = (at, &mut row) {
            row.insert("pubtime".to_owned(), at.into());
        }
        let path = rows_of(name);
        let mut rows = self.get(&path).map(|answer| answer.body).unwrap_or_default();
        rows.extend(row.to_string().as_bytes());
        rows.push(b'\n');
        self.set(&path, 200, &rows);
        Ok(())
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        let mut brought = None;
        // The head is read to its end, so that closing does not reset the connection.
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("authorization")
            {
                brought = Some(value.to_owned());
            }
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let known = self.get(path);
        let answer = match &self.token {
            Some(token) if brought.as_ref() != Some(token) => {
                Answer { status: 401, body: b"log in first".to_vec() }
            }
            Some(_) | None => known.unwrap_or(Answer { status: 404, body: Vec::new() }),
        };
        let (status, length) = (answer.status, answer.body.len());
        let login = "WWW-Authenticate: Cargo login_url=\"https://registry.example/me\"\r\n";
        let login = if status == 401 { login } else { "" };
        let head = format!(
            "HTTP/1.1 {status} x\r\n{login}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let mut stream = stream;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&answer.body)
    }
}

/// The path of a package's rows (Cargo book, "Index Files").
pub fn rows_of(name: &str) -> String {
    match name.len() {
        1 | 2 => format!("/{}/{name}", name.len()),
        3 => format!("/3/{}/{name}", &name[..1]),
        _ => format!("/{}/{}/{name}", &name[..2], &name[2..4]),
    }
}
