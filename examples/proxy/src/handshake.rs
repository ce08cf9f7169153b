//! The opening handshakes: the client's request is made again upstream, and the answer there is the answer here.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use websocket_proto::handshake::{
    Acceptance, ClientHandshake, Key, Offer, Outcome, Refusal, Request, ServerHandshake, Status,
};

use crate::Failure;

const READ_BUFFER: usize = 8 * 1024;

/// Frames that came right behind a request or a response.
pub(crate) struct Early {
    pub(crate) from_client: Vec<u8>,
    pub(crate) from_server: Vec<u8>,
}

/// What the server upstream made of the request.
enum Answer {
    Accepted { stream: TcpStream, subprotocol: Option<String>, early: Vec<u8> },
    Refused(Status),
}

/// Reads the client's request, asks the server, and answers the client. Returns the connection to the server.
pub(crate) async fn relay(client: &mut TcpStream, upstream: &str) -> Result<(TcpStream, Early), Failure> {
    let mut handshake = ServerHandshake::new();
    let mut buffer = vec![0; READ_BUFFER];
    let mut output = Vec::new();
    loop {
        let len = client.read(&mut buffer).await?;
        let mut input = &buffer[..len];
        let request = if len == 0 { handshake.receive_eof().map(|()| None) } else { handshake.receive(&mut input) };
        let request = match request {
            Ok(None) => continue,
            Ok(Some(request)) => request,
            Err(rejection) => {
                rejection.append_to(&mut output);
                client.write_all(&output).await?;
                return Err(rejection.into());
            }
        };
        let from_client = input.to_vec();
        let answer = match ask(upstream, &request).await {
            Ok(answer) => answer,
            Err(error) => {
                Refusal::new(Status::SERVICE_UNAVAILABLE).append_to(&mut output)?;
                client.write_all(&output).await?;
                return Err(error);
            }
        };
        return match answer {
            Answer::Accepted { stream, subprotocol, early } => {
                let acceptance = Acceptance { subprotocol: subprotocol.as_deref(), ..Acceptance::default() };
                request.accept(&acceptance)?.append_to(&mut output);
                client.write_all(&output).await?;
                Ok((stream, Early { from_client, from_server: early }))
            }
            Answer::Refused(status) => {
                // What is no refusal for a client, such as a status 200, is a server's that speaks no WebSocket.
                let refusal = Refusal::new(status).append_to(&mut output);
                refusal.or_else(|_| Refusal::new(Status::SERVICE_UNAVAILABLE).append_to(&mut output))?;
                client.write_all(&output).await?;
                Err(format!("the server upstream refused: {status}").into())
            }
        };
    }
}

/// Makes the request of the server upstream.
async fn ask(upstream: &str, request: &Request<'_>) -> Result<Answer, Failure> {
    let target = match request.query() {
        Some(query) => format!("{}?{query}", request.path()),
        None => request.path().to_owned(),
    };
    let subprotocols: Vec<&str> = request.subprotocols().collect();
    // Extensions are not offered: their bits in the frames would be the proxy's to allow.
    let offer = Offer { origin: request.origin(), subprotocols: &subprotocols, ..Offer::new(upstream, &target) };
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)?;
    let mut output = Vec::new();
    let mut handshake = ClientHandshake::new(&offer, &Key::from_nonce(nonce), &mut output)?;

    let mut stream = TcpStream::connect(upstream).await?;
    stream.set_nodelay(true)?;
    stream.write_all(&output).await?;
    let mut buffer = vec![0; READ_BUFFER];
    loop {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        let mut input = &buffer[..len];
        let subprotocol = match handshake.receive(&mut input)? {
            None => continue,
            Some(Outcome::Refused { status, .. }) => return Ok(Answer::Refused(status)),
            Some(Outcome::Established { negotiated, .. }) => negotiated.subprotocol.map(str::to_owned),
        };
        return Ok(Answer::Accepted { stream, subprotocol, early: input.to_vec() });
    }
}
