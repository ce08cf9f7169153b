//! A client that sends what it is told, right or wrong.

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use h2::ext::Protocol;
use h2::{Ping, PingPong, RecvStream, SendStream};
use http::{Method, Request, Response, Version};
use tokio::net::TcpStream;

pub(crate) struct Raw {
    pub(crate) requests: SendRequest<Bytes>,
    pub(crate) pings: PingPong,
    pub(crate) host: String,
}

impl Raw {
    /// Connects, and waits for the server's settings.
    pub(crate) async fn connect(host: &str) -> Self {
        let tcp = TcpStream::connect(host).await.expect("the server accepts");
        let (requests, mut connection) = h2::client::handshake(tcp).await.expect("HTTP/2");
        let mut pings = connection.ping_pong().expect("pings");
        tokio::spawn(async { connection.await.expect("a sound connection") });
        pings.ping(Ping::opaque()).await.expect("an answer");
        Self { requests, pings, host: host.into() }
    }

    /// The extended CONNECT that the echo server accepts.
    pub(crate) fn request(&self) -> Request<()> {
        let mut request = Request::builder()
            .method(Method::CONNECT)
            .version(Version::HTTP_2)
            .uri(format!("http://{}/echo", self.host))
            .header("sec-websocket-version", "13")
            .body(())
            .expect("a request");
        request.extensions_mut().insert(Protocol::from_static("websocket"));
        request
    }

    pub(crate) async fn send(&self, request: Request<()>) -> (Response<RecvStream>, SendStream<Bytes>) {
        let requests = self.requests.clone().ready().await.expect("a free stream");
        let (response, stream) = requests.clone().send_request(request, false).expect("a request that can be sent");
        (response.await.expect("a response"), stream)
    }
}

/// Reads until the end of the stream.
pub(crate) async fn read_to_end(body: &mut RecvStream) -> Vec<u8> {
    let mut all = BytesMut::new();
    while let Some(data) = body.data().await {
        let data = data.expect("a sound stream");
        all.extend_from_slice(&data);
        body.flow_control().release_capacity(data.len()).expect("bytes that came");
    }
    all.into()
}
