//! As much of HTTP/1.1 as reading an event stream takes: one GET request, and a response whose body may be chunked,
//! have a length, or end with the connection.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;

use sse_proto::Request;

use crate::url::Url;

/// What a response's head may take at most, and a line of the chunked coding, in bytes.
const HEAD_LIMIT: u64 = 32 * 1024;

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Body<BufReader<TcpStream>>,
}

/// Makes the request that the event source asks for.
pub(crate) fn get(url: &Url, request: Request<'_>) -> io::Result<Response> {
    let stream = TcpStream::connect((&*url.host, url.port))?;
    let mut head =
        format!("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", url.target, url.authority).into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    (&stream).write_all(&head)?;
    Response::read(BufReader::new(stream))
}

impl Response {
    fn read(mut input: BufReader<TcpStream>) -> io::Result<Self> {
        loop {
            let head = read_head(&mut input)?;
            let mut lines = head.lines();
            let status = lines.next().and_then(status_of).ok_or_else(|| invalid("not an HTTP/1.1 response"))?;
            // Interim responses come before the one that counts.
            if (100..200).contains(&status) {
                continue;
            }
            let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
            let field = |name: &str| {
                let mut values = fields.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
                values.next().map(|(_, value)| value.trim())
            };
            let framing = match (field("Transfer-Encoding"), field("Content-Length")) {
                (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Framing::Chunked(Chunk::Size),
                (Some(_), _) => return Err(invalid("a transfer coding other than chunked")),
                (None, Some(len)) => Framing::Length(len.parse().map_err(|_| invalid("not a content length"))?),
                (None, None) => Framing::UntilClose,
            };
            let content_type = field("Content-Type").unwrap_or_default().to_owned();
            return Ok(Self { status, content_type, body: Body { input, framing } });
        }
    }
}

/// The bytes up to the empty line, as text.
fn read_head(input: &mut impl BufRead) -> io::Result<String> {
    let mut head = Vec::new();
    let mut limited = input.take(HEAD_LIMIT);
    while !head.ends_with(b"\r\n\r\n") {
        if limited.read_until(b'\n', &mut head)? == 0 {
            return Err(unexpected_end("the head of the response"));
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let status = rest.get(..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    version.strip_prefix("HTTP/1.").and(status.parse().ok())
}

/// The bytes of a body, freed of its transfer coding (RFC 9112 6 and 7.1).
pub(crate) struct Body<R> {
    input: R,
    framing: Framing,
}

enum Framing {
    UntilClose,
    /// So many bytes are left.
    Length(u64),
    Chunked(Chunk),
}

/// What comes next in the chunked coding.
#[derive(Clone, Copy)]
enum Chunk {
    Size,
    /// So many bytes of data are left, at least one.
    Data(u64),
    /// The line end after the data.
    DataEnd,
    /// The trailer section, which is of no interest.
    Trailers,
    Done,
}

impl<R: BufRead> Read for Body<R> {
    /// Reads what is there, without waiting for more than one byte. An end that comes too early is an error.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.framing {
            Framing::UntilClose => self.input.read(buffer),
            Framing::Length(0) => Ok(0),
            Framing::Length(left) => read_some(&mut self.input, left, buffer),
            Framing::Chunked(next) => loop {
                *next = match *next {
                    Chunk::Size => match chunk_size(&read_line(&mut self.input)?)? {
                        0 => Chunk::Trailers,
                        size => Chunk::Data(size),
                    },
                    Chunk::Data(mut left) => {
                        let len = read_some(&mut self.input, &mut left, buffer)?;
                        *next = if left == 0 { Chunk::DataEnd } else { Chunk::Data(left) };
                        return Ok(len);
                    }
                    Chunk::DataEnd if read_line(&mut self.input)?.is_empty() => Chunk::Size,
                    Chunk::DataEnd => return Err(invalid("a chunk is longer than its size")),
                    Chunk::Trailers if read_line(&mut self.input)?.is_empty() => Chunk::Done,
                    Chunk::Trailers => Chunk::Trailers,
                    Chunk::Done => return Ok(0),
                };
            },
        }
    }
}

/// Reads at most `left` bytes, of which at least one has to come.
fn read_some(input: &mut impl Read, left: &mut u64, buffer: &mut [u8]) -> io::Result<usize> {
    let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
    match input.read(&mut buffer[..most])? {
        0 if most > 0 => Err(unexpected_end("the body")),
        len => {
            *left -= len as u64;
            Ok(len)
        }
    }
}

/// A line of the chunked coding, without its end.
fn read_line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    input.take(HEAD_LIMIT).read_until(b'\n', &mut line)?;
    let line = line.strip_suffix(b"\r\n").ok_or_else(|| unexpected_end("the chunked body"))?;
    Ok(String::from_utf8_lossy(line).into_owned())
}

/// The size at the start of a chunk's first line; an extension may follow it.
fn chunk_size(line: &str) -> io::Result<u64> {
    let digits = line.split(';').next().unwrap_or_default().trim_end();
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_hex).ok_or_else(|| invalid("not a chunk size"))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn unexpected_end(within: &str) -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, format!("the connection has ended within {within}"))
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Read};

    use super::{Body, Chunk, Framing};

    /// The decoded body, the bytes coming in pieces of `piece` at most.
    fn decode(framing: Framing, bytes: &str, piece: usize) -> Result<String, String> {
        let mut text = String::new();
        let mut body = Body { input: BufReader::with_capacity(piece, Cursor::new(bytes)), framing };
        body.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn chunks_are_joined_wherever_they_are_cut() {
        let bytes = "5\r\ndata:\r\n00A;name=\"v\"\r\n a\r\n\r\nmore\r\n0\r\nTrailer: x\r\n\r\n";
        for piece in 1..bytes.len() {
            let text = decode(Framing::Chunked(Chunk::Size), bytes, piece);
            assert_eq!(text.as_deref(), Ok("data: a\r\n\r\nmore"));
        }
    }

    #[test]
    fn a_body_that_is_cut_off_is_an_error_at_every_byte() {
        let bytes = "5\r\ndata:\r\n0\r\n\r\n";
        for len in 0..bytes.len() {
            let error = decode(Framing::Chunked(Chunk::Size), &bytes[..len], 64).unwrap_err();
            assert!(error.starts_with("the connection has ended within the "), "{error}");
        }
        assert!(decode(Framing::Length(3), "ab", 64).is_err());
        assert_eq!(decode(Framing::Length(3), "abc", 1).as_deref(), Ok("abc"));
        assert_eq!(decode(Framing::UntilClose, "ab", 64).as_deref(), Ok("ab"));
    }

    #[test]
    fn wrong_chunks_are_refused() {
        for bytes in ["x\r\n", "\r\n", "+5\r\ndata:\r\n", "5\r\ndata: \r\n", "10000000000000000\r\n", "-1\r\n"] {
            assert!(decode(Framing::Chunked(Chunk::Size), bytes, 64).is_err(), "{bytes:?}");
        }
    }
}
