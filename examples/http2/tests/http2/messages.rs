//! Messages, the subprotocol and the closing handshake.

use http2::client::Message;
use websocket_proto::handshake::Offer;

use crate::{client, run};

#[test]
fn messages_come_back() {
    run(async {
        let (client, host) = client().await;
        let mut socket = client.open(&Offer::new(&host, "/echo")).await.expect("a WebSocket");
        let messages = [
            Message::Text("grüße, 世界 🦀".into()),
            Message::Text(String::new()),
            Message::Binary((0..=255).collect()),
            Message::Binary(Vec::new()),
            Message::Text("long ".repeat(20_000)),
        ];
        for message in &messages {
            socket.send(message).await.expect("an open connection");
            assert_eq!(socket.receive().await.expect("a sound server").as_ref(), Some(message));
        }
        // All sent before the first is received.
        for message in &messages {
            socket.send(message).await.expect("an open connection");
        }
        for message in &messages {
            assert_eq!(socket.receive().await.expect("a sound server").as_ref(), Some(message));
        }
        socket.close().await.expect("a closing handshake");
    });
}

#[test]
fn fragments_come_back_as_one_message() {
    run(async {
        let (client, host) = client().await;
        let mut socket = client.open(&Offer::new(&host, "/echo")).await.expect("a WebSocket");
        socket.send_in_fragments(&["in ", "", "three ", "pieces"]).await.expect("an open connection");
        let whole = Message::Text("in three pieces".into());
        assert_eq!(socket.receive().await.expect("a sound server"), Some(whole));
        socket.close().await.expect("a closing handshake");
    });
}

#[test]
fn a_subprotocol_is_agreed_on() {
    run(async {
        let (client, host) = client().await;
        for (offered, chosen) in
            [(&[][..], None), (&["chat"], None), (&["echo"], Some("echo")), (&["chat", "echo"], Some("echo"))]
        {
            let offer = Offer { subprotocols: offered, ..Offer::new(&host, "/echo?as=asked") };
            let socket = client.open(&offer).await.expect("a WebSocket");
            assert_eq!(socket.subprotocol.as_deref(), chosen, "{offered:?}");
            socket.close().await.expect("a closing handshake");
        }
    });
}
