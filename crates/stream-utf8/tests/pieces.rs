//! What is borrowed from the caller's chunk, and what is not.

use stream_utf8::{Decoder, LossyDecoder};

#[test]
fn text_that_lies_whole_in_the_chunk_is_a_slice_of_it() {
    let chunk = "naïve 語 😀".as_bytes();
    let mut decoder = Decoder::new();
    let pieces: Vec<_> = decoder.decode(chunk).map(Result::unwrap).collect();
    let [piece] = pieces.as_slice() else { panic!("{pieces:?}") };
    assert_eq!(piece.as_borrowed().unwrap().as_bytes().as_ptr(), chunk.as_ptr());
    assert_eq!(piece.len(), chunk.len());
}

#[test]
fn only_the_cut_character_is_held_by_value() {
    let (first, second) = "abc語def".as_bytes().split_at(4);
    let mut decoder = Decoder::new();
    let before: Vec<_> = decoder.decode(first).map(Result::unwrap).collect();
    let after: Vec<_> = decoder.decode(second).map(Result::unwrap).collect();
    assert_eq!(before, ["abc"]);
    assert_eq!(after, ["語", "def"]);
    assert_eq!(after[0].as_borrowed(), None);
    assert_eq!(after[1].as_borrowed(), Some("def"));
}

#[test]
fn an_empty_chunk_gives_no_piece() {
    assert!(Decoder::new().decode(b"").next().is_none());
    assert!(LossyDecoder::new().decode(b"").next().is_none());
}

#[test]
fn one_replacement_character_for_each_maximal_subpart() {
    let mut decoder = LossyDecoder::new();
    let pieces: Vec<_> = decoder.decode(b"a\xF0\x9F\x98\xE1\x80b\xC0\xAF").collect();
    assert_eq!(pieces, ["a", "\u{FFFD}", "\u{FFFD}", "b", "\u{FFFD}", "\u{FFFD}"]);
    assert!(decoder.finish().is_none());
}

#[test]
fn a_subpart_that_a_chunk_edge_cuts_is_replaced_once() {
    let mut decoder = LossyDecoder::new();
    assert!(decoder.decode(b"\xF0\x9F").next().is_none());
    assert!(decoder.decode(b"\x98").next().is_none());
    let pieces: Vec<_> = decoder.decode(b"!\xE2").collect();
    assert_eq!(pieces, ["\u{FFFD}", "!"]);
    assert_eq!(decoder.finish().unwrap(), "\u{FFFD}");
    assert!(decoder.finish().is_none());
}
