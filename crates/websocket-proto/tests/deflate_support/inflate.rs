//! DEFLATE (RFC 1951) read bit by bit, as plainly as it can be, by a peer that has seen nothing but what was sent to it. A
//! distance beyond the agreed window is an error, which a decompressor with a larger one would not notice.

/// The other end of a connection with compression: what it inflates, and what it remembers.
pub(crate) struct Reference {
    window_len: usize,
    context_takeover: bool,
    /// All that was inflated in messages that were compressed.
    inflated: Vec<u8>,
    /// Where the bytes begin that the message under way may refer to.
    start: usize,
}

impl Reference {
    pub(crate) fn new(window_len: usize, context_takeover: bool) -> Self {
        Self { window_len, context_takeover, inflated: Vec::new(), start: 0 }
    }

    /// Inflates the payload of a compressed message (RFC 7692 7.2.2).
    pub(crate) fn message(&mut self, payload: &[u8]) -> Result<&[u8], &'static str> {
        if !self.context_takeover {
            self.start = self.inflated.len();
        }
        let message = self.inflated.len();
        let bytes = [payload, &[0x00, 0x00, 0xff, 0xff]].concat();
        let mut bits = Bits { bytes: &bytes, at: 0 };
        while bits.at < 8 * bytes.len() {
            let is_final = bits.take(1)? == 1;
            match bits.take(2)? {
                0 => self.stored(&mut bits)?,
                1 => {
                    let literals = [[8; 144].as_slice(), &[9; 112], &[7; 24], &[8; 8]].concat();
                    self.coded(&mut bits, &Code::new(&literals), &Code::new(&[5; 30]))?;
                }
                2 => {
                    let (literals, distances) = codes(&mut bits)?;
                    self.coded(&mut bits, &literals, &distances)?;
                }
                _ => return Err("reserved type of block"),
            }
            if is_final {
                return Err("final block");
            }
        }
        Ok(&self.inflated[message..])
    }

    /// RFC 1951 3.2.4.
    fn stored(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        bits.at = bits.at.next_multiple_of(8);
        let (len, complement) = (bits.take(16)?, bits.take(16)?);
        if len != complement ^ 0xffff {
            return Err("length and complement differ");
        }
        for _ in 0..len {
            let byte = bits.take(8)?;
            self.inflated.push(byte.to_le_bytes()[0]);
        }
        Ok(())
    }

    /// RFC 1951 3.2.5.
    fn coded(&mut self, bits: &mut Bits<'_>, literals: &Code, distances: &Code) -> Result<(), &'static str> {
        loop {
            let len = match literals.symbol(bits)? {
                literal @ 0..=255 => {
                    self.inflated.push(literal.to_le_bytes()[0]);
                    continue;
                }
                256 => return Ok(()),
                symbol @ 257..=264 => symbol - 254,
                symbol @ 265..=284 => {
                    let extra = (symbol - 261) / 4;
                    3 + ((4 + (symbol - 261) % 4) << extra) + bits.take(extra)?
                }
                285 => 258,
                _ => return Err("no such length"),
            };
            let distance = match distances.symbol(bits)? {
                symbol @ 0..=3 => symbol + 1,
                symbol @ 4..=29 => {
                    let extra = symbol / 2 - 1;
                    1 + ((2 + symbol % 2) << extra) + bits.take(extra)?
                }
                _ => return Err("no such distance"),
            };
            let from = self.inflated.len().checked_sub(distance).filter(|&from| from >= self.start);
            let from = from.ok_or("distance beyond what was received")?;
            if distance > self.window_len {
                return Err("distance beyond the window");
            }
            for at in from..from + len {
                self.inflated.push(self.inflated[at]);
            }
        }
    }
}

/// The codes of a block that brings its own (RFC 1951 3.2.7).
fn codes(bits: &mut Bits<'_>) -> Result<(Code, Code), &'static str> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = 257 + bits.take(5)?;
    let all = literals + 1 + bits.take(5)?;
    let mut lens = [0; 19];
    for place in &ORDER[..4 + bits.take(4)?] {
        lens[*place] = bits.take(3)?;
    }
    let code = Code::new(&lens);
    let mut lens = Vec::new();
    while lens.len() < all {
        let (len, count) = match code.symbol(bits)? {
            16 => (*lens.last().ok_or("nothing to repeat")?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            len => (len, 1),
        };
        lens.resize(lens.len() + count, len);
    }
    if lens.len() > all {
        return Err("more lengths than announced");
    }
    Ok((Code::new(&lens[..literals]), Code::new(&lens[literals..])))
}

/// A Huffman code (RFC 1951 3.2.2).
struct Code {
    /// How many symbols have a code of each length.
    counts: [usize; 16],
    /// The symbols in the order of their codes.
    symbols: Vec<usize>,
}

impl Code {
    fn new(lens: &[usize]) -> Self {
        let mut this = Self { counts: [0; 16], symbols: Vec::new() };
        for len in 1..16 {
            let symbols = lens.iter().enumerate().filter(|(_, of_symbol)| **of_symbol == len);
            this.symbols.extend(symbols.map(|(symbol, _)| symbol));
            this.counts[len] = lens.iter().filter(|of_symbol| **of_symbol == len).count();
        }
        this
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Result<usize, &'static str> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = 2 * code + bits.take(1)?;
            first *= 2;
            if code < first + count {
                return Ok(self.symbols[index + code - first]);
            }
            index += count;
            first += count;
        }
        Err("no such code")
    }
}

/// Bits in the order of RFC 1951 3.1.1.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Result<usize, &'static str> {
        let mut value = 0;
        for place in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or("cut short")?;
            value |= usize::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7692 7.2.3, but for the one with a final block.
    #[test]
    fn inflates_what_the_standard_has() {
        let mut peer = Reference::new(32 * 1024, true);
        for payload in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            &[0xf2, 0x00, 0x11, 0x00, 0x00],
            &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            &[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        ] {
            assert_eq!(peer.message(payload), Ok(&b"Hello"[..]));
        }
        assert_eq!(peer.message(&[0x06]), Err("reserved type of block"));
        let mut forgetful = Reference::new(32 * 1024, false);
        assert_eq!(forgetful.message(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]), Ok(&b"Hello"[..]));
        assert_eq!(forgetful.message(&[0xf2, 0x00, 0x11, 0x00, 0x00]), Err("distance beyond what was received"));
        let mut small = Reference::new(4, true);
        assert_eq!(small.message(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]), Ok(&b"Hello"[..]));
        assert_eq!(small.message(&[0xf2, 0x00, 0x11, 0x00, 0x00]), Err("distance beyond the window"));
    }
}
