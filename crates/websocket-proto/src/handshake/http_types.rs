//! Statuses and header fields in the types of the `http` crate.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::build_error::BuildError;
use super::headers::Field;
use super::status::Status;

impl From<StatusCode> for Status {
    fn from(status: StatusCode) -> Self {
        Self::from_three_digits(status.as_u16())
    }
}

impl From<Status> for StatusCode {
    fn from(status: Status) -> Self {
        // Both hold the codes from 100 to 999.
        Self::from_u16(status.code()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

/// The fields of a map. Unlike the map's own iterator this one can be cloned, as an iterator over parts of its fields must.
#[derive(Debug)]
pub(super) struct MapFields<'a> {
    map: &'a HeaderMap,
    rest: http::header::Iter<'a, HeaderValue>,
    /// How many fields have come.
    taken: usize,
}

impl<'a> MapFields<'a> {
    pub(super) fn new(map: &'a HeaderMap) -> Self {
        Self { map, rest: map.iter(), taken: 0 }
    }
}

impl Clone for MapFields<'_> {
    fn clone(&self) -> Self {
        let mut this = Self::new(self.map);
        while this.taken < self.taken && this.next().is_some() {}
        this
    }
}

impl<'a> Iterator for MapFields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        self.taken += 1;
        self.rest.next().map(|(name, value)| Field { name: name.as_str(), value: value.as_bytes() })
    }
}

/// Appends the fields that `each_field` gives to its visitor.
pub(super) fn append_each(
    headers: &mut HeaderMap,
    each_field: impl FnOnce(&mut dyn FnMut(&str, &str)),
) -> Result<(), BuildError> {
    let mut result = Ok(());
    each_field(&mut |name, value| {
        if result.is_ok() {
            result = append(headers, name, value);
        }
    });
    result
}

/// Appends a field that has been checked: all that can be wrong with it is its length.
pub(super) fn append(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), BuildError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| BuildError::TooLong)?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| BuildError::TooLong)?;
    headers.try_append(name, value).map_err(|_| BuildError::TooLong)?;
    Ok(())
}
