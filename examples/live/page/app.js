// The page's two halves; each is a module of its own.

import { startChat } from "./chat.js";
import { startPrices } from "./prices.js";

startPrices();
startChat();
