use super::grammar::{Element, List, Malformed};

/// One header field: a name, and a value without the white space around it.
///
/// A value may hold bytes that are not ASCII (`obs-text`, RFC 9110 5.5), which need not be UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as it was sent; compare it without regard to case.
    pub name: &'a str,
    /// The value as it was sent, without leading and trailing white space.
    pub value: &'a [u8],
}

impl<'a> Field<'a> {
    /// A field with a value that is text.
    #[must_use]
    pub const fn new(name: &'a str, value: &'a str) -> Self {
        Self { name, value: value.as_bytes() }
    }
}

/// The header fields of a request or a response, borrowed from where they were received.
///
/// Nothing is indexed or copied: each look-up walks the fields.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    /// The field lines of an HTTP/1.1 head that has been checked, each with its CRLF.
    Lines(&'a [u8]),
    /// Fields that another layer has taken apart.
    Fields(&'a [Field<'a>]),
    #[cfg(feature = "http")]
    Map(&'a http::HeaderMap),
}

impl<'a> Headers<'a> {
    pub(super) const EMPTY: Self = Self(Source::Lines(&[]));

    pub(super) const fn from_lines(lines: &'a [u8]) -> Self {
        Self(Source::Lines(lines))
    }

    /// The fields that another layer has taken apart, such as that of HTTP/2 or HTTP/3.
    #[must_use]
    pub const fn new(fields: &'a [Field<'a>]) -> Self {
        Self(Source::Fields(fields))
    }

    /// The value of the first field with this name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.get_all(name).next()
    }

    /// The values of all fields with this name, in any case, in the order in which they were received.
    #[must_use]
    pub fn get_all<'n>(&self, name: &'n str) -> Values<'a, 'n> {
        Values { fields: self.iter(), name }
    }

    /// All fields in the order in which they were received.
    #[must_use]
    pub fn iter(&self) -> Fields<'a> {
        Fields(match self.0 {
            Source::Lines(lines) => Rest::Lines(lines),
            Source::Fields(fields) => Rest::Fields(fields.iter()),
            #[cfg(feature = "http")]
            Source::Map(map) => Rest::Map(super::http_types::MapFields::new(map)),
        })
    }
}

#[cfg(feature = "http")]
impl<'a> From<&'a http::HeaderMap> for Headers<'a> {
    fn from(map: &'a http::HeaderMap) -> Self {
        Self(Source::Map(map))
    }
}

impl<'a> IntoIterator for Headers<'a> {
    type Item = Field<'a>;
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Headers<'a> {
    type Item = Field<'a>;
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

/// The fields of a head: see [`Headers::iter`].
#[derive(Clone, Debug)]
pub struct Fields<'a>(Rest<'a>);

/// The fields that are still to come.
#[derive(Clone, Debug)]
enum Rest<'a> {
    Lines(&'a [u8]),
    Fields(core::slice::Iter<'a, Field<'a>>),
    #[cfg(feature = "http")]
    Map(super::http_types::MapFields<'a>),
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        match &mut self.0 {
            Rest::Lines(lines) => next_line(lines),
            Rest::Fields(fields) => fields.next().copied(),
            #[cfg(feature = "http")]
            Rest::Map(fields) => fields.next(),
        }
    }
}

/// Splits the first field line off. The lines have been checked: what does not look like one is their end.
fn next_line<'a>(lines: &mut &'a [u8]) -> Option<Field<'a>> {
    let end = memchr::memchr(b'\n', lines)?;
    let (line, rest) = lines.split_at(end + 1);
    *lines = rest;
    let colon = memchr::memchr(b':', line)?;
    let name = str::from_utf8(&line[..colon]).ok()?;
    Some(Field { name, value: line[colon + 1..].trim_ascii() })
}

/// The values of the fields with one name: see [`Headers::get_all`].
#[derive(Clone, Debug)]
pub struct Values<'a, 'n> {
    fields: Fields<'a>,
    name: &'n str,
}

impl<'a> Iterator for Values<'a, '_> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let name = self.name;
        self.fields.find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }
}

/// The elements of a list that may be spread over several fields of one name (RFC 9110 5.3).
#[derive(Clone, Debug)]
pub(super) struct Elements<'a, T> {
    values: Values<'a, 'static>,
    element: Element<'a, T>,
    current: List<'a, T>,
}

impl<'a, T> Elements<'a, T> {
    pub(super) fn new(headers: &Headers<'a>, name: &'static str, element: Element<'a, T>) -> Self {
        Self { values: headers.get_all(name), element, current: List::new("", element) }
    }

    /// The elements of one value alone.
    pub(super) fn of(value: &'a str, element: Element<'a, T>) -> Self {
        Self { values: Headers::EMPTY.get_all(""), element, current: List::new(value, element) }
    }
}

impl<T> Iterator for Elements<'_, T> {
    type Item = Result<T, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.next() {
                return Some(item);
            }
            match str::from_utf8(self.values.next()?) {
                Ok(value) => self.current = List::new(value, self.element),
                Err(_) => return Some(Err(Malformed)),
            }
        }
    }
}
