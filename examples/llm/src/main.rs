//! Prints the answer of a language model while it is made, to copy from: reqwest does HTTP, `sse_proto::futures` makes
//! events of the bytes.
//!
//! ```text
//! cargo run --bin llm -- "What is an event stream?"
//! ```
//!
//! - [`answer`] is what a program of yours needs: one request, and a loop over the events of its response, up to `[DONE]`.
//! - [`fake`] is the server that it asks unless `--url` names another one. It knows nothing, but cuts what it sends at the
//!   worst of places; with `--fake` it fails in the ways in which such servers fail.

mod answer;
mod fake;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use fake::Manner;

const USAGE: &str = "\
usage: llm [options] [PROMPT]

Prints the answer to PROMPT while it comes.

  --url URL     ask this server, which speaks the chat completions protocol, instead of one of its own
  --fake HOW    how the server of its own answers: whole (default), no-blank-line, cut-off, no-done, error or busy
  --help        print this

Exit status: 0 if the answer is whole, 1 if it is not, 2 for a wrong option.";

struct Options {
    url: Option<String>,
    manner: Manner,
    prompt: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("llm: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let answered = run(&options).await;
    println!();
    match answered {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // An error of reqwest's tells what happened in its sources.
            let mut message = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                message.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            eprintln!("llm: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let url = match &options.url {
        Some(url) => url.clone(),
        None => fake::start(options.manner).await?,
    };
    let http = answer::client()?;
    let mut out = io::stdout().lock();
    answer::ask(&http, &url, &options.prompt, |text| {
        // A person reads along. Text that comes from elsewhere must not control the terminal.
        let shown: String = text.chars().filter(|&shown| shown == '\n' || !shown.is_control()).collect();
        out.write_all(shown.as_bytes())?;
        out.flush()
    })
    .await?;
    Ok(())
}

/// Reads the arguments; `None` if help is asked for.
fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { url: None, manner: Manner::Whole, prompt: "Hello!".to_owned() };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--url" => options.url = Some(value()?),
            "--fake" => options.manner = Manner::named(&value()?)?,
            _ if argument.starts_with('-') => return Err(format!("unknown option {argument}")),
            _ => options.prompt = argument,
        }
    }
    Ok(Some(options))
}
