//! Reading the rest of a payload to where its message is put together.

use core::fmt;

use crate::connection::Connection;
use crate::connection::incoming::{Frame, Incoming, Kind, Message};
use crate::role::Role;

/// The place for the next bytes of a payload, from [`Connection::payload_room`].
pub struct PayloadRoom<'a> {
    room: &'a mut [u8],
    /// How much of it is filled.
    in_room: Option<&'a mut u32>,
}

impl PayloadRoom<'_> {
    const fn none() -> Self {
        Self { room: &mut [], in_room: None }
    }

    /// The room, to be read into from its start. Until then it holds whatever was there before, of other messages too.
    #[must_use]
    pub const fn as_mut_slice(&mut self) -> &mut [u8] {
        self.room
    }

    /// How many bytes can be read into it.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.room.len()
    }

    /// Whether there is none, and all goes into the read buffer.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.room.is_empty()
    }

    /// The room if it takes at least `min_len` bytes, or else none: a few bytes are sooner copied than read apart.
    #[must_use]
    pub fn at_least(self, min_len: usize) -> Self {
        if self.len() < min_len { Self::none() } else { self }
    }

    /// Says that `len` bytes were read, into the room first: they are taken for what the peer sent, also those that were
    /// there before if `len` is more than was read. Returns how many do not lie in it, but in the read buffer behind it.
    ///
    /// Where nothing was read, such as on an error, it need not be called.
    #[must_use = "what is not in the room is in the read buffer"]
    pub fn filled(self, len: usize) -> usize {
        let in_room = len.min(self.room.len());
        if let Some(filled) = self.in_room {
            // It is no longer than that.
            *filled = u32::try_from(in_room).unwrap_or(u32::MAX);
        }
        len - in_room
    }
}

/// Without what the room holds, of other messages too.
impl fmt::Debug for PayloadRoom<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayloadRoom").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<R: Role> Connection<R> {
    /// The place for the next bytes of the payload under way, so that they need not be copied there from a read buffer: to
    /// be used with vectored reads, which fill the room and then a read buffer with what follows.
    ///
    /// There is one while a message is put together that reads have cut, in the memory that the connection has taken for it
    /// from its [`MessageBuffer`](crate::MessageBuffer), as far as what that held last reached, and up to the end of the
    /// frame. No memory is taken for it, and none is zeroed. It is empty in memory that is fresh, so once a message has
    /// outgrown what a buffer [keeps](crate::MessageBuffer::with_max_kept), for one that is compressed, for one that is
    /// handed out [in chunks](crate::Config::in_chunks), and between messages; then all goes into the read buffer.
    ///
    /// Call [`receive`](Self::receive) after each read, also with an empty input: it is there that what was read into the
    /// room is unmasked and checked, and events come out the same whether the room is used or not. What
    /// [`receive_eof`](Self::receive_eof) finds there is lost.
    ///
    /// Without vectored reads, to read into the room alone pays off only while it is [at least](PayloadRoom::at_least) as
    /// large as a read buffer: it ends with the frame, and what follows takes another read.
    ///
    /// ```
    /// use std::io::{IoSliceMut, Read};
    /// use websocket_proto::{Config, Connection, Event, MessageBuffer};
    ///
    /// let mut connection = Connection::server(Config::default());
    /// let mut buffer = MessageBuffer::new();
    /// let mut texts = Vec::new();
    ///
    /// // Two texts from a client, with a key of zeros.
    /// let mut transport = &b"\x81\x8B\0\0\0\0Hello there\x81\x82\0\0\0\0Hi"[..];
    /// let mut read_buffer = [0; 8];
    /// loop {
    ///     let mut room = connection.payload_room();
    ///     let mut slices = [IoSliceMut::new(room.as_mut_slice()), IoSliceMut::new(&mut read_buffer)];
    ///     let read = transport.read_vectored(&mut slices)?;
    ///     if read == 0 {
    ///         break;
    ///     }
    ///     let mut input = &mut read_buffer[..room.filled(read)];
    ///     while let Some(event) = connection.receive(&mut input, &mut buffer)? {
    ///         if let Event::Text(text) = event {
    ///             texts.push(text.to_owned());
    ///         }
    ///     }
    /// }
    /// assert_eq!(texts, ["Hello there", "Hi"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn payload_room(&mut self) -> PayloadRoom<'_> {
        let Incoming { decoder, frame: Some(Frame::Data { .. }), message: Some(message), .. } = &mut self.incoming
        else {
            return PayloadRoom::none();
        };
        let Message { kind: Kind::Whole(assembly), in_room: in_room @ 0, .. } = message else {
            return PayloadRoom::none();
        };
        let max_len = u32::try_from(decoder.remaining()).unwrap_or(u32::MAX);
        PayloadRoom { room: assembly.room(max_len as usize), in_room: Some(in_room) }
    }
}
