//! Single requests that may wait: for the session, its sums and the server's figures.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use serde::{Serialize, de::DeserializeOwned};

use crate::wire;

const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer: the sums of a long night.
const LONGEST: u64 = 64 << 20;

/// Gets a text.
pub fn get(address: SocketAddr, path: &str, token: Option<&str>) -> anyhow::Result<String> {
    ask(address, &wire::get(address, path, &lines(token)))
}

/// Gets a value.
pub fn get_json<T: DeserializeOwned>(
    address: SocketAddr,
    path: &str,
    token: Option<&str>,
) -> anyhow::Result<T> {
    let text = get(address, path, token)?;
    serde_json::from_str(&text).with_context(|| format!("the answer to {path} is not understood"))
}

/// Posts a value.
pub fn post_json<T: DeserializeOwned>(
    address: SocketAddr,
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> anyhow::Result<T> {
    let body = serde_json::to_string(body)?;
    let text = ask(address, &wire::post(address, path, &lines(token), &body))?;
    serde_json::from_str(&text).with_context(|| format!("the answer to {path} is not understood"))
}

fn lines(token: Option<&str>) -> String {
    let token = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    format!("connection: close\r\n{token}")
}

fn ask(address: SocketAddr, request: &str) -> anyhow::Result<String> {
    let what = request.split(" HTTP").next().unwrap_or_default();
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("nothing answers at {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .with_context(|| format!("no answer to {what}"))?;
    let Some(end) = wire::find(&bytes, b"\r\n\r\n").map(|at| at + 4) else {
        bail!("no answer to {what}");
    };
    let status = std::str::from_utf8(&bytes[..end])
        .ok()
        .and_then(|head| head.get(9..12)?.parse::<u16>().ok());
    let chunked = wire::field(&bytes[..end], "transfer-encoding").is_some();
    let body = if chunked {
        unchunked(&bytes[end..])?
    } else {
        bytes[end..].to_vec()
    };
    let body = String::from_utf8(body).context("the answer is no text")?;
    ensure!(
        status.is_some_and(|status| (200..300).contains(&status)),
        "{what} was answered with {}: {body}",
        status.unwrap_or(0)
    );
    Ok(body)
}

/// A body in chunks, joined.
fn unchunked(mut bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = wire::find(bytes, b"\r\n").context("a chunk without a length")?;
        let length = std::str::from_utf8(&bytes[..line])?
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        let length = usize::from_str_radix(length, 16).context("a chunk without a length")?;
        if length == 0 {
            return Ok(body);
        }
        let chunk = bytes
            .get(line + 2..line + 2 + length)
            .context("a chunk that ends early")?;
        body.extend_from_slice(chunk);
        bytes = bytes
            .get(line + 4 + length..)
            .context("a chunk that ends early")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_broken_ones_refused() {
        let joined = unchunked(b"5\r\nhello\r\n6;x=1\r\n world\r\n0\r\n\r\n").expect("it is whole");
        assert_eq!(joined, b"hello world");
        assert!(unchunked(b"5\r\nhel").is_err());
        assert!(unchunked(b"zz\r\n").is_err());
    }
}
