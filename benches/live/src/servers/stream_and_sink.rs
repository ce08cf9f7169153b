//! Echoes over a connection that is a `Stream` and a `Sink` of messages.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{FutureExt as _, Sink, SinkExt as _, Stream, StreamExt as _, ready};
use many::Failure;

/// How many messages are received before their echoes are sent.
const BATCH: usize = 64;

/// As one writes it first: each echo is flushed by itself.
pub async fn one_by_one<M, E>(
    mut connection: impl Stream<Item = Result<M, E>> + Sink<M, Error = E> + Unpin,
    is_message: fn(&M) -> bool,
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    while let Some(message) = connection.next().await {
        let message = message?;
        if is_message(&message) {
            connection.send(message).await?;
        }
    }
    Ok(())
}

/// Each echo is sent at once, and they are flushed together when there is no more message to be had.
pub async fn flushed_together<M, E>(
    mut connection: impl Stream<Item = Result<M, E>> + Sink<M, Error = E> + Unpin,
    is_message: fn(&M) -> bool,
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    poll_fn(|context| poll_echo(Pin::new(&mut connection), is_message, context)).await
}

fn poll_echo<M, E>(
    mut connection: Pin<&mut (impl Stream<Item = Result<M, E>> + Sink<M, Error = E>)>,
    is_message: fn(&M) -> bool,
    context: &mut Context<'_>,
) -> Poll<Result<(), Failure>>
where
    Failure: From<E>,
{
    loop {
        ready!(connection.as_mut().poll_ready(context))?;
        let Poll::Ready(message) = connection.as_mut().poll_next(context) else {
            ready!(connection.as_mut().poll_flush(context))?;
            return Poll::Pending;
        };
        match message.transpose()? {
            Some(message) if is_message(&message) => connection.as_mut().start_send(message)?,
            Some(_) => {}
            None => return Poll::Ready(Ok(())),
        }
    }
}

/// All messages that are to be had are received first, then their echoes are sent, and flushed: for a connection that
/// flushes by itself what is unsent before it receives.
pub async fn sent_together<M, E>(
    mut connection: impl Stream<Item = Result<M, E>> + Sink<M, Error = E> + Unpin,
    is_message: fn(&M) -> bool,
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    while let Some(first) = connection.next().await {
        let mut messages = vec![first?];
        let is_over = loop {
            if messages.len() == BATCH {
                break false;
            }
            match connection.next().now_or_never() {
                Some(Some(message)) => messages.push(message?),
                Some(None) => break true,
                None => break false,
            }
        };
        for message in messages.into_iter().filter(is_message) {
            connection.feed(message).await?;
        }
        if is_over {
            break;
        }
        connection.flush().await?;
    }
    Ok(())
}
