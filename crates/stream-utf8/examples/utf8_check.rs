//! Says whether standard input is UTF-8, and if not, where it stops being so.
//!
//! ```text
//! usage: utf8_check [--chunk N] [--lossy]
//!   --chunk N   feed N bytes at a time (1 or more); without it, whatever a read brings
//!   --lossy     write the decoded text instead of the verdict, U+FFFD for each ill-formed part
//! ```
//!
//! Prints one line of JSON:
//!
//! - `{"valid":true,"len":N}`: all N bytes are UTF-8;
//! - `{"valid":false,"valid_up_to":N,"error_len":N}`: an ill-formed sequence of `error_len` bytes starts at offset
//!   `valid_up_to`; with `"error_len":null` the input ends inside a sequence that starts there.
//!
//! How the input is cut into chunks never changes the output. The input is read as a stream: the verdict comes with the
//! first byte that decides it, and decoded text as soon as its bytes have come in.
//!
//! Exit status: 0 if the input is valid, 1 if not (with `--lossy` too), 2 for wrong options or a failed read or write.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use stream_utf8::{LossyDecoder, Utf8Error, Validator};

const USAGE: &str = "\
usage: utf8_check [--chunk N] [--lossy]
  --chunk N   feed N bytes at a time (1 or more); without it, whatever a read brings
  --lossy     write the decoded text instead of the verdict, U+FFFD for each ill-formed part";

/// How much one read asks for when no chunk size is given.
const READ_LEN: usize = 64 * 1024;

fn main() -> ExitCode {
    let options = match parse_options(std::env::args().skip(1)) {
        Ok(Command::Check(options)) => options,
        Ok(Command::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("utf8_check: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options, Chunks::new(io::stdin().lock(), options.chunk), io::stdout().lock()) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) => ExitCode::from(1),
        Err(error) => {
            eprintln!("utf8_check: {error}");
            ExitCode::from(2)
        }
    }
}

enum Command {
    Check(Options),
    Help,
}

#[derive(Default)]
struct Options {
    chunk: Option<u64>,
    lossy: bool,
}

fn parse_options(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--chunk" => {
                let value = arguments.next().ok_or("--chunk needs a number of bytes")?;
                let len = value.parse().ok().filter(|&len| len > 0);
                options.chunk = Some(len.ok_or(format!("--chunk is {value}, expected a number of bytes from 1"))?);
            }
            "--lossy" => options.lossy = true,
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(Command::Check(options))
}

/// The verdict, after it or the decoded text was written.
fn run<R: Read>(options: &Options, chunks: Chunks<R>, mut output: impl Write) -> io::Result<Result<(), Utf8Error>> {
    if options.lossy {
        return decode(chunks, output);
    }
    let (verdict, len) = validate(chunks)?;
    match verdict {
        Ok(()) => writeln!(output, r#"{{"valid":true,"len":{len}}}"#)?,
        Err(error) => {
            let error_len = error.error_len().map_or("null".to_owned(), |len| len.to_string());
            let valid_up_to = error.valid_up_to();
            writeln!(output, r#"{{"valid":false,"valid_up_to":{valid_up_to},"error_len":{error_len}}}"#)?;
        }
    }
    output.flush()?;
    Ok(verdict)
}

/// The verdict, and how many bytes were accepted.
fn validate<R: Read>(mut chunks: Chunks<R>) -> io::Result<(Result<(), Utf8Error>, u64)> {
    let mut validator = Validator::new();
    while let Some(chunk) = chunks.next()? {
        if let Err(error) = validator.feed(chunk) {
            return Ok((Err(error), validator.position()));
        }
    }
    Ok((validator.finish(), validator.position()))
}

/// Writes the decoded text, chunk by chunk.
fn decode<R: Read>(mut chunks: Chunks<R>, mut output: impl Write) -> io::Result<Result<(), Utf8Error>> {
    let mut decoder = LossyDecoder::new();
    let mut validator = Validator::new();
    while let Some(chunk) = chunks.next()? {
        // Its error is kept, and returned by `finish`.
        let _ = validator.feed(chunk);
        for piece in decoder.decode(chunk) {
            output.write_all(piece.as_bytes())?;
        }
        output.flush()?;
    }
    if let Some(piece) = decoder.finish() {
        output.write_all(piece.as_bytes())?;
    }
    output.flush()?;
    Ok(validator.finish())
}

/// The input, in chunks of `len` bytes (the last one may be shorter), or as the reads bring it.
struct Chunks<R> {
    input: R,
    len: Option<u64>,
    buffer: Vec<u8>,
}

impl<R: Read> Chunks<R> {
    fn new(input: R, len: Option<u64>) -> Self {
        Self { input, len, buffer: Vec::new() }
    }

    /// The next chunk, or `None` at the end of the input.
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let read = match self.len {
            // Grows with what arrives, so that a large N reserves nothing.
            Some(len) => {
                self.buffer.clear();
                self.input.by_ref().take(len).read_to_end(&mut self.buffer)?
            }
            None => {
                self.buffer.resize(READ_LEN, 0);
                read_some(&mut self.input, &mut self.buffer)?
            }
        };
        Ok((read > 0).then(|| &self.buffer[..read]))
    }
}

/// One read, tried again when a signal interrupted it.
fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
