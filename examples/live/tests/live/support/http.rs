//! A client for HTTP/1.1 that is just enough for this server's responses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use super::server::Server;

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    stream: BufReader<TcpStream>,
}

/// Sends a request; `headers` are lines without their ends.
pub(crate) fn request(server: &Server, method: &str, target: &str, headers: &[&str]) -> Response {
    let mut stream = server.connect();
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n{lines}\r\n", server.address);
    stream.write_all(head.as_bytes()).expect("the request is sent");
    let mut stream = BufReader::new(stream);
    let status_line = line(&mut stream);
    let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
    let mut headers = Vec::new();
    loop {
        let line = line(&mut stream);
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    Response { status, headers, stream }
}

pub(crate) fn get(server: &Server, target: &str, headers: &[&str]) -> Response {
    request(server, "GET", target, headers)
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(met, _)| met == name).map(|(_, value)| value.as_str())
    }

    /// The body of a response with `Content-Length`.
    pub(crate) fn text(mut self) -> String {
        let len: usize = self.header("content-length").and_then(|len| len.parse().ok()).expect("a length");
        let mut body = vec![0; len];
        self.stream.read_exact(&mut body).expect("the whole body");
        String::from_utf8(body).expect("text")
    }

    /// The next chunk of a chunked body (RFC 9112 7.1); an empty one at its end in good order, `None` if it is cut off.
    pub(crate) fn chunk(&mut self) -> Option<Vec<u8>> {
        let size = line(&mut self.stream);
        let len = usize::from_str_radix(&size, 16).ok()?;
        let mut chunk = vec![0; len + 2];
        self.stream.read_exact(&mut chunk).ok()?;
        chunk.truncate(len);
        Some(chunk)
    }
}

/// A line without its end; empty at the end of the stream.
fn line(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).expect("a line of text");
    line.trim_end().to_owned()
}
