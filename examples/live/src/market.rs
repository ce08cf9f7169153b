//! Invented prices: three random walks, one step of one of them every quarter of a second.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::prices::Topic;

/// Between two prices, of one share after the other.
const TICK: Duration = Duration::from_millis(250);

/// How many steps of each share there are before the first client can come, so that it has something to draw.
const STEPS_BEFORE: usize = 60;

/// Publishes prices until the server stops.
pub(crate) async fn run(app: Arc<App>) {
    let mut shares = [Share::new("ASH", 12_840, 45), Share::new("ELM", 4_215, 18), Share::new("OAK", 31_190, 90)];
    for _ in 0..STEPS_BEFORE {
        shares.iter_mut().for_each(|share| share.step(&app));
    }
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for turn in (0..shares.len()).cycle() {
        tokio::select! {
            _ = ticks.tick() => shares[turn].step(&app),
            () = app.shutdown.cancelled() => return,
        }
    }
}

/// All prices in cents.
#[derive(Debug)]
struct Share {
    symbol: &'static str,
    price: u32,
    lowest: u32,
    highest: u32,
    /// The largest step, up or down.
    step: u32,
}

impl Share {
    fn new(symbol: &'static str, price: u32, step: u32) -> Self {
        Self { symbol, price, lowest: price, highest: price, step }
    }

    /// Moves the price and publishes it; and also, when there has been none lower or higher, the record.
    fn step(&mut self, app: &App) {
        let symbol = self.symbol;
        // Where the system has no randomness to give, the market falls.
        let up = getrandom::u32().unwrap_or_default() % (2 * self.step + 1);
        self.price = (self.price + up).saturating_sub(self.step).max(100);
        let price = f64::from(self.price) / 100.0;

        app.feed.publish(Topic::Price, &json!({ "symbol": symbol, "price": price }));
        if self.price < self.lowest {
            app.feed.publish(Topic::Record, &json!({ "symbol": symbol, "kind": "low", "price": price }));
        } else if self.price > self.highest {
            app.feed.publish(Topic::Record, &json!({ "symbol": symbol, "kind": "high", "price": price }));
        }
        self.lowest = self.lowest.min(self.price);
        self.highest = self.highest.max(self.price);
    }
}
