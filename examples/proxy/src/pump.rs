//! One direction of a connection.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use websocket_proto::frame::{FrameDecoder, FrameError, FramePart, FrameRules, Header};
use websocket_proto::mask::{Mask, MaskingKey};
use websocket_proto::role::Role;

use crate::Failure;

/// In bytes; the output is at most three times as long, when the read holds nothing but headers.
const READ_BUFFER: usize = 64 * 1024;

/// Passes frames on until the sender ends its side, and ends the receiver's then. The proxy is `Receiving` towards the
/// sender and `Sending` towards the receiver; `early` was read with the opening handshake.
pub(crate) async fn run<Receiving: Role, Sending: Role>(
    mut early: Vec<u8>,
    mut sender: ReadHalf<'_>,
    mut receiver: WriteHalf<'_>,
) -> Result<(), Failure> {
    let mut pump = Pump { decoder: FrameDecoder::new(FrameRules::for_role::<Receiving>()), mask: None };
    let mut output = Vec::new();
    pump.pass_on::<Sending>(&mut early, &mut output)?;
    receiver.write_all(&output).await?;
    drop(early);

    let mut buffer = vec![0; READ_BUFFER];
    loop {
        let len = sender.read(&mut buffer).await?;
        if len == 0 {
            return Ok(receiver.shutdown().await?);
        }
        output.clear();
        pump.pass_on::<Sending>(&mut buffer[..len], &mut output)?;
        receiver.write_all(&output).await?;
    }
}

/// What is known of the frame that is under way.
struct Pump {
    decoder: FrameDecoder,
    /// How its payload is masked for the receiver.
    mask: Option<Mask>,
}

impl Pump {
    /// Appends what was read to the output, as it is to be sent.
    fn pass_on<Sending: Role>(&mut self, mut input: &mut [u8], output: &mut Vec<u8>) -> Result<(), FrameError> {
        while let Some(part) = self.decoder.next(&mut input)? {
            match part {
                FramePart::Start(header) => {
                    let masking_key = Sending::MASKS.then(masking_key);
                    self.mask = masking_key.map(MaskingKey::mask);
                    output.extend_from_slice(&Header { masking_key, ..header }.encode());
                }
                FramePart::Payload(piece) => match &mut self.mask {
                    Some(mask) => mask.append(piece, output),
                    None => output.extend_from_slice(piece),
                },
                FramePart::End => {}
            }
        }
        Ok(())
    }
}

/// A masking key must be unpredictable (RFC 6455 10.3).
fn masking_key() -> MaskingKey {
    let mut key = [0; 4];
    getrandom::fill(&mut key).expect("without randomness nothing can be sent");
    MaskingKey(key)
}
