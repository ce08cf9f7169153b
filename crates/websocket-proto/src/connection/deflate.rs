//! Sending compressed messages (RFC 7692 7.2.1).

use alloc::vec::Vec;
use core::ops::Range;

use crate::connection::compression::Compression;
use crate::deflate::{Context, TAIL, WindowBits};
use crate::frame::{Header, MAX_HEADER_LEN, Opcode, Rsv};
use crate::role::Role;

impl Compression {
    /// Whether a message with this payload is to be compressed.
    pub(super) fn is_for_message(&self, payload: &[u8]) -> bool {
        payload.len() >= self.config.min_len && self.sending.max_window_bits.holds(payload.len())
    }

    /// Whether a fragment with this payload is to be compressed, as the fragments of its message before it were.
    pub(super) fn is_for_fragment(&self, opcode: Opcode, payload: &[u8]) -> bool {
        if opcode == Opcode::Continuation {
            return self.outgoing;
        }
        // What does not fit into a window of 8 bits can't be compressed, and how long the message will be is not known.
        payload.len() >= self.config.min_len && self.sending.max_window_bits > WindowBits::MIN
    }

    /// Appends a whole message compressed. Appends nothing, and returns `false`, if it is not shorter for it.
    pub(super) fn append_message<R: Role>(
        &mut self,
        role: &mut R,
        opcode: Opcode,
        payload: &[u8],
        output: &mut Vec<u8>,
    ) -> bool {
        let start = output.len();
        let payload_start = leave_room_for_header::<R>(payload.len(), output);
        let max_len = payload.len().saturating_add(TAIL.len());
        let context = self.context_sent();
        let is_complete = self.deflater().deflate(payload, context, output, max_len);
        let is_shorter =
            is_complete && strip_tail(payload_start, output) && output.len() - payload_start < payload.len();
        if !is_shorter {
            // The peer does not get to know what the compressor has seen.
            self.forget_sent();
        }
        self.end_sent();
        if is_shorter {
            complete_frame(role, true, opcode, Rsv::RSV1, start..payload_start, output);
        } else {
            output.truncate(start);
        }
        is_shorter
    }

    /// Appends a fragment of a message that is compressed, so that all of it can be inflated when it arrives. It may be
    /// longer for it.
    pub(super) fn append_fragment<R: Role>(
        &mut self,
        role: &mut R,
        opcode: Opcode,
        payload: &[u8],
        fin: bool,
        output: &mut Vec<u8>,
    ) {
        let start = output.len();
        let payload_start = leave_room_for_header::<R>(payload.len(), output);
        let context = if fin { self.context_sent() } else { Context::Kept };
        self.deflater().deflate(payload, context, output, usize::MAX);
        if fin {
            if !strip_tail(payload_start, output) {
                // All was flushed with the fragment before: an empty block is missing.
                output.push(0);
            }
            self.end_sent();
        }
        self.outgoing = !fin;
        let rsv = if opcode == Opcode::Continuation { Rsv::NONE } else { Rsv::RSV1 };
        complete_frame(role, fin, opcode, rsv, start..payload_start, output);
    }
}

/// Completes a frame whose payload lies at the end of `output`, after room for the header; masks it.
fn complete_frame<R: Role>(
    role: &mut R,
    fin: bool,
    opcode: Opcode,
    rsv: Rsv,
    room: Range<usize>,
    output: &mut Vec<u8>,
) {
    let masking_key = role.next_masking_key();
    let payload_len = output.len() - room.end;
    let header = Header { fin, rsv, opcode, masking_key, payload_len: payload_len as u64 }.encode();
    let payload_start = room.start + header.len();
    if payload_start < room.end {
        output.copy_within(room.end.., payload_start);
        output.truncate(payload_start + payload_len);
    } else if payload_start > room.end {
        // A payload that has grown so much that its header has, too.
        let grown = [0; MAX_HEADER_LEN];
        output.splice(room.end..room.end, grown[..payload_start - room.end].iter().copied());
    }
    output[room.start..payload_start].copy_from_slice(&header);
    if let Some(key) = masking_key {
        key.mask().apply(&mut output[payload_start..]);
    }
}

/// Leaves room for the header of a frame with `payload_len` bytes. Returns where the payload is to start.
fn leave_room_for_header<R: Role>(payload_len: usize, output: &mut Vec<u8>) -> usize {
    let len = match payload_len {
        0..=125 => 2,
        126..=0xffff => 4,
        _ => 10,
    };
    output.resize(output.len() + len + if R::MASKS { 4 } else { 0 }, 0);
    output.len()
}

/// Removes what is not sent from the end of a compressed message; `false` if nothing was compressed.
fn strip_tail(payload_start: usize, output: &mut Vec<u8>) -> bool {
    let has_tail = output[payload_start..].ends_with(&TAIL);
    if has_tail {
        output.truncate(output.len() - TAIL.len());
    }
    has_tail
}
