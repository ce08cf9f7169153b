//! The way to the server and back out: TCP, TLS, the opening handshake, and their ends.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};

use crate::Failure;
use crate::options::Options;

/// How long the server may take to end TLS and TCP once the closing handshake is done.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Connects, and does TLS's handshake and WebSocket's. Returns what followed the response as well.
pub(crate) async fn connect(options: &Options) -> Result<(TlsStream<TcpStream>, Vec<u8>), Failure> {
    let tls = TlsConnector::from(Arc::new(tls_config(options.roots.as_deref())?));
    let tcp = TcpStream::connect((options.host(), options.port())).await?;
    tcp.set_nodelay(true)?;
    let name = ServerName::try_from(options.host())?.to_owned();
    let mut stream = tls.connect(name, tcp).await?;

    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)?;
    let mut request = Vec::new();
    let mut handshake = ClientHandshake::new(&Offer::from_uri(&options.uri)?, &Key::from_nonce(nonce), &mut request)?;
    write(&mut stream, &request).await?;
    let mut buffer = [0; 4096];
    loop {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        let mut input = &buffer[..len];
        match handshake.receive(&mut input)? {
            None => {}
            Some(Outcome::Established { .. }) => return Ok((stream, input.to_vec())),
            Some(Outcome::Refused { status, reason, .. }) => {
                return Err(format!("the server refused: {status} {reason}").into());
            }
        }
    }
}

fn tls_config(roots: Option<&Path>) -> Result<ClientConfig, Failure> {
    let mut store = RootCertStore::empty();
    match roots {
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file)? {
                store.add(certificate?)?;
            }
        }
    }
    let mut config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store)
        .with_no_client_auth();
    // A server that speaks HTTP/2 as well is not to choose it.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Writes, and waits until TLS has passed all of it to the socket.
pub(crate) async fn write(stream: &mut TlsStream<TcpStream>, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

/// Ends the transport. After a closing handshake the server does so first, with TLS's `close_notify` (RFC 6455 7.1.1); then,
/// or after an error, this side.
pub(crate) async fn close(mut stream: TlsStream<TcpStream>, action: TransportAction) {
    let end = async {
        let mut ignored = [0; 512];
        while action == TransportAction::AwaitPeerClose && stream.read(&mut ignored).await.is_ok_and(|len| len > 0) {}
        // `close_notify`, then the end of TCP. The WebSocket was closed before: it does not matter how this goes.
        let _ = stream.shutdown().await;
    };
    // A server that takes longer has had its time.
    let _ = timeout(CLOSE_TIMEOUT, end).await;
}
