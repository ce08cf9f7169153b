use soketto::Sender;
use soketto::connection::{Builder, Mode};
use soketto::extension::deflate::Deflate;
use soketto::extension::{Extension as _, Param};

use super::{Peer, Setting};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

/// Never has context takeover, and level 1 only; it sends.
pub struct Soketto(Sender<Pipe>);

impl Peer for Soketto {
    const NAME: &'static str = "soketto";
    type Text = String;

    fn new(pipe: Pipe, Setting { level, takeover, .. }: Setting) -> Self {
        assert!(!takeover && level == 1, "soketto has nothing else");
        let mut deflate = Deflate::new(Mode::Server);
        let offer = ["server_no_context_takeover", "client_no_context_takeover"].map(Param::new);
        deflate.configure(&offer).unwrap_or_else(|error| panic!("soketto: {error}"));
        assert!(deflate.is_enabled());
        let mut builder = Builder::new(pipe, Mode::Server);
        builder.add_extensions([Box::new(deflate) as _]);
        Self(builder.finish().0)
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, _: usize, _: &mut impl Sink) -> Option<()> {
        None
    }

    fn send(&mut self, texts: &[String]) -> Option<()> {
        now(async {
            for text in texts {
                self.0.send_text(text).await.ok()?;
            }
            self.0.flush().await.ok()
        })?
    }
}
