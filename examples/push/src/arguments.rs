//! The command lines of the three programs: options with a value, and at most one argument besides.

use std::str::FromStr;

/// A command line that is taken apart.
#[derive(Debug, Default)]
pub struct Arguments {
    options: Vec<(String, String)>,
    /// What is not an option.
    pub argument: Option<String>,
}

impl Arguments {
    /// Reads the command line; `None` if help is asked for. `known` are the options, each of which takes a value.
    ///
    /// # Errors
    ///
    /// A sentence that tells what is wrong.
    pub fn parse(mut words: impl Iterator<Item = String>, known: &[&str]) -> Result<Option<Self>, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            if word == "--help" || word == "-h" {
                return Ok(None);
            } else if known.contains(&word.as_str()) {
                let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
                arguments.options.push((word, value));
            } else if word.starts_with('-') || arguments.argument.is_some() {
                return Err(format!("unknown argument {word}"));
            } else {
                arguments.argument = Some(word);
            }
        }
        Ok(Some(arguments))
    }

    /// The value of an option, if it is given.
    ///
    /// # Errors
    ///
    /// A sentence that tells what is wrong with it.
    pub fn value<T: FromStr>(&self, name: &str) -> Result<Option<T>, String> {
        let Some((_, value)) = self.options.iter().rev().find(|(met, _)| met == name) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| format!("{name} can't be {value:?}"))
    }
}
