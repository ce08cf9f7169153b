use crate::frame::Rsv;
use crate::role::Role;

/// What a receiver accepts of a frame's header, beyond what holds for every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRules {
    /// Whether frames must be masked, as those to a server, or must not be, as those to a client (RFC 6455 5.1).
    pub masked: bool,
    /// The reserved bits that negotiated extensions allow on data frames. On control frames none is allowed.
    pub rsv: Rsv,
    /// The longest payload of a data frame, in bytes.
    pub max_payload_len: u64,
}

impl FrameRules {
    /// The rules for an end with role `R`: no reserved bits, no limit on the payload but the format's own, 2⁶³−1 bytes.
    #[must_use]
    pub const fn for_role<R: Role>() -> Self {
        Self { masked: !R::MASKS, rsv: Rsv::NONE, max_payload_len: i64::MAX.unsigned_abs() }
    }
}
