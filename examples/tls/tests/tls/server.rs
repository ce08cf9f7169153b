//! TLS servers for one connection each.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};
use websocket_proto::handshake::{Acceptance, ServerHandshake};

/// How long a test waits for something that should come at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A certificate signed by itself, and the file that says it is to be trusted.
pub(crate) struct Certificate {
    config: Arc<ServerConfig>,
    pub(crate) path: String,
}

impl Certificate {
    /// `names` are DNS names or addresses.
    pub(crate) fn new(file: &str, names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let made = rcgen::generate_simple_self_signed(names).expect("names that a certificate can hold");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a private key");
        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key))
            .expect("a certificate and its key");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{file}.pem"));
        std::fs::write(&path, made.cert.pem()).expect("a temporary file");
        Self { config: Arc::new(config), path: path.to_str().expect("a path that is text").into() }
    }
}

/// Serves one client in a thread. Returns the port and the thread; `None` if the machine does not have the address.
pub(crate) fn serve(
    address: &str,
    certificate: &Certificate,
    serve: impl FnOnce(Tls) + Send + 'static,
) -> Option<(u16, JoinHandle<()>)> {
    let listener = match TcpListener::bind((address, 0)) {
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => return None,
        listener => listener.expect("a free port"),
    };
    let port = listener.local_addr().expect("a bound socket").port();
    let config = Arc::clone(&certificate.config);
    let server = thread::spawn(move || {
        let (tcp, _) = listener.accept().expect("a client");
        tcp.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        serve(Tls(StreamOwned::new(ServerConnection::new(config).expect("a valid configuration"), tcp)));
    });
    Some((port, server))
}

/// A connection to the client.
pub(crate) struct Tls(StreamOwned<ServerConnection, TcpStream>);

impl Tls {
    pub(crate) fn port(&self) -> u16 {
        self.0.sock.local_addr().expect("a connected socket").port()
    }

    /// Accepts the opening handshake, with `frames` in the same write as the response. Returns the host that the client
    /// named.
    pub(crate) fn accept(&mut self, frames: &[u8]) -> String {
        let mut handshake = ServerHandshake::new();
        loop {
            let mut buffer = [0; 1024];
            let len = self.read(&mut buffer);
            assert_ne!(len, 0, "the client ended TLS");
            if let Some(request) = handshake.receive(&mut &buffer[..len]).expect("a sound request") {
                let mut output = Vec::new();
                request.accept(&Acceptance::default()).expect("an acceptance").append_to(&mut output);
                output.extend_from_slice(frames);
                self.write(&output);
                assert_eq!(self.0.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
                return request.host().to_owned();
            }
        }
    }

    /// Reads once; 0 after the client's `close_notify`, and only then.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> usize {
        self.0.read(buffer).expect("the client sends, or says that it is done")
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).and_then(|()| self.0.flush()).expect("the client reads");
    }

    /// Ends this side of TLS.
    pub(crate) fn close_notify(&mut self) {
        self.0.conn.send_close_notify();
        self.0.flush().expect("the client reads");
    }

    /// The client does not like the certificate.
    pub(crate) fn expect_no_handshake(mut self) {
        let error = self.0.read(&mut [0; 16]).expect_err("the client sends an alert");
        assert!(error.to_string().contains("received fatal alert"), "{error}");
    }
}
