//! The program `live` as its users meet it: over sockets, by signals, and in a real browser.

mod browser;
mod chat;
mod command_line;
mod prices;
mod shutdown;
mod support;
