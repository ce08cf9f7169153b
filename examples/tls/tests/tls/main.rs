//! The program against servers with certificates made for the test, on loopback.

mod server;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use server::{Certificate, Tls, serve};
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer};

/// Runs the program, with `input` as its standard input.
fn tls_client(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_tls_client"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // Dropped when it is written: the end of the input. The program may have ended before.
    let _ = process.stdin.take().expect("stdin is piped").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = process.wait_with_output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// Greets right behind the response, echoes until the client closes, answers, and ends TLS first, as a server does.
fn echo(mut tls: Tls) {
    let mut output = Vec::new();
    let mut connection = Connection::server(Config::default());
    connection.send_text("welcome", &mut output).expect("the connection is open");
    let host = tls.accept(&output);
    assert!(host.ends_with(&format!(":{}", tls.port())), "{host}");

    let mut closed_with = None;
    while closed_with.is_none() {
        let mut buffer = [0; 1024];
        let len = tls.read(&mut buffer);
        let mut input = &mut buffer[..len];
        output.clear();
        while let Some(event) = connection.receive(&mut input, &mut MessageBuffer::new()).expect("a sound client") {
            match event {
                Event::Text(text) => connection.send_text(text, &mut output).expect("the connection is open"),
                Event::Close { code, .. } => closed_with = Some(code),
                event => panic!("{event:?}"),
            }
        }
        connection.poll_transmit(&mut output);
        tls.write(&output);
    }
    assert_eq!(closed_with, Some(Some(CloseCode::NORMAL)));
    tls.close_notify();
    assert_eq!(tls.read(&mut [0; 16]), 0, "the client's close_notify, and nothing before it");
}

#[test]
fn lines_are_sent_and_messages_printed() {
    let certificate = Certificate::new("lines", &["localhost"]);
    let (port, server) = serve("127.0.0.1", &certificate, echo).expect("there is an IPv4 loopback");
    let uri = format!("wss://localhost:{port}/chat?room=1");
    let result = tls_client(&[&uri, "--roots", &certificate.path], "one\n\ngrüße, 世界 🦀\nno line end");
    let printed = "welcome\none\n\ngrüße, 世界 🦀\nno line end\n";
    assert_eq!(result, (Some(0), printed.into(), String::new()));
    server.join().expect("the server is content");
}

#[test]
fn addresses_need_no_name() {
    for (address, host) in [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")] {
        let certificate = Certificate::new(&address.replace(':', "_"), &[address]);
        // Not every machine has an IPv6 loopback. How its address is taken from a URI is tested without one, too.
        let Some((port, server)) = serve(address, &certificate, echo) else { continue };
        let result = tls_client(&[&format!("wss://{host}:{port}"), "--roots", &certificate.path], "hello\n");
        assert_eq!(result, (Some(0), "welcome\nhello\n".into(), String::new()));
        server.join().expect("the server is content");
    }
}

#[test]
fn a_certificate_that_is_not_trusted_is_refused() {
    let certificate = Certificate::new("untrusted", &["localhost"]);
    let other = Certificate::new("other", &["localhost"]);
    let elsewhere = Certificate::new("elsewhere", &["elsewhere.example"]);
    let cases = [
        (&certificate, vec!["--roots", &*other.path], "invalid peer certificate: "),
        (&certificate, vec![], "invalid peer certificate: UnknownIssuer"),
        (&elsewhere, vec!["--roots", &*elsewhere.path], "invalid peer certificate: certificate not valid for name"),
    ];
    for (certificate, roots, reason) in cases {
        let (port, server) = serve("127.0.0.1", certificate, Tls::expect_no_handshake).expect("an IPv4 loopback");
        let uri = format!("wss://localhost:{port}/");
        let (status, stdout, stderr) = tls_client(&[&[&*uri][..], &roots].concat(), "secret\n");
        assert_eq!((status, &*stdout), (Some(1), ""), "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
        server.join().expect("the server is content");
    }
}

#[test]
fn a_connection_that_is_cut_is_told_from_one_that_is_closed() {
    let certificate = Certificate::new("cut", &["localhost"]);
    type Ending = fn(Tls);
    let endings: [(Ending, &str); 3] = [
        // Neither a Close nor close_notify: anyone on the way could have cut it.
        (|mut tls| drop(tls.accept(b"\x81\x05Hello")), "close_notify"),
        // No Close.
        (
            |mut tls| {
                tls.accept(b"\x81\x05Hello");
                tls.close_notify();
            },
            "the transport ended before the closing handshake",
        ),
        // A frame of a server must not be masked.
        (
            |mut tls| {
                tls.accept(b"\x81\x05Hello\x81\x80\0\0\0\0");
                // The Close that says so: code 1002, masked.
                assert_eq!(tls.read(&mut [0; 64]), 2 + 4 + 2);
            },
            "mask",
        ),
    ];
    for (ending, reason) in endings {
        let (port, server) = serve("127.0.0.1", &certificate, ending).expect("an IPv4 loopback");
        let mut process = Command::new(env!("CARGO_BIN_EXE_tls_client"))
            .args([&format!("wss://localhost:{port}/"), "--roots", &certificate.path])
            // Without an end, so that the program does not close by itself.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = process.stdin.take();
        let output = process.wait_with_output().expect("the program runs");
        drop(stdin);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b"Hello\n"[..]), "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
        server.join().expect("the server is content");
    }
}

#[test]
fn a_refusal_is_told() {
    let certificate = Certificate::new("refused", &["localhost"]);
    let refuse = |mut tls: Tls| {
        tls.read(&mut [0; 1024]);
        tls.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    };
    let (port, server) = serve("127.0.0.1", &certificate, refuse).expect("an IPv4 loopback");
    let result = tls_client(&[&format!("wss://localhost:{port}/"), "--roots", &certificate.path], "");
    assert_eq!(result, (Some(1), String::new(), "tls_client: the server refused: 403 Forbidden\n".into()));
    server.join().expect("the server is content");
}

#[test]
fn help_and_wrong_arguments() {
    let (status, stdout, _) = tls_client(&["--help"], "");
    assert_eq!(status, Some(0));
    assert!(stdout.starts_with("usage: tls_client wss://"), "{stdout}");
    for wrong in [&[][..], &["ws://localhost/"], &["wss:///chat"], &["wss://a", "wss://b"], &["wss://a", "--roots"]] {
        let (status, stdout, stderr) = tls_client(wrong, "");
        assert_eq!((status, &*stdout), (Some(2), ""), "{wrong:?}: {stderr}");
    }
}
