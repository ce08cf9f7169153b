use crate::limits::{Limits, OnLimit};

/// How a [`Parser`](crate::Parser) is to behave. The default is the standard, with [`Limits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What a stream may make the parser hold.
    pub limits: Limits,
    /// What the parser does about a stream that goes beyond.
    pub on_limit: OnLimit,
    /// Whether [`Parser::finish`](crate::Parser::finish) dispatches an event that the end of the stream has cut off from
    /// its blank line. What `finish` returns is the report of it.
    ///
    /// Off by default: the standard discards it. Some servers, of language models above all, forget the last blank
    /// line; but where a connection breaks, such an event may lack lines, and its last line may lack its end.
    pub dispatch_unterminated: bool,
    /// Whether a second byte order mark at the start of the stream is dropped too, as some pipelines put one more where
    /// there is one. [`Parser::has_skipped_second_byte_order_mark`](crate::Parser::has_skipped_second_byte_order_mark)
    /// reports it.
    ///
    /// Off by default: by the standard it belongs to the name of the first field, which makes that an unknown one.
    pub skip_second_byte_order_mark: bool,
    /// Whether comments are passed over, and no [`Item::Comment`](crate::Item::Comment) tells of them. That is several
    /// times as fast, where there are many.
    ///
    /// Off by default: a comment is a sign of life.
    pub skip_comments: bool,
    /// Whether ill-formed UTF-8 in the data or the type of an event, in an ID or in a comment is an error
    /// ([`ParseError::IllFormed`](crate::ParseError::IllFormed)), as soon as the event or the comment is complete. An ID
    /// counts without an event too; a type without data is ignored, and may be anything.
    ///
    /// Off by default: the standard puts U+FFFD in its place, and is never short of a meaning.
    pub refuse_ill_formed: bool,
}
