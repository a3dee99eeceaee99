/** How long the parts of reading may take, and what follows from that. */

/** How long an idle reader waits for news before it confirms: the age of an idle view is at most twice this. */
export const BLOCK_MS = 200;
/** What an answer may take besides: a Redis that needs longer is taken to hang. */
export const ANSWER_MS = 2000;
/** What it may take to connect and log in. */
export const CONNECT_MS = 2000;
/** The longest pause between two attempts: short, since nothing is accepted on a view that cannot be confirmed. */
export const MAX_PAUSE_MS = 500;

/**
 * How long nobody confirms a view after Redis restarted or something was written back. Connections end with the process, so
 * those who know more than it does are back by then, and each page that they write back begins this time anew.
 */
export const SETTLE_MS = 2000;

/**
 * The same after the log began, which is also what a Redis looks like that has lost everything. When a machine vanishes its
 * connections do not end. Who knows what is lost may notice only by an answer that does not come, may try once more to connect
 * to what is gone, and then needs some answers of the new one before it writes back.
 */
export const FRESH_SETTLE_MS: number = BLOCK_MS + ANSWER_MS + (CONNECT_MS + MAX_PAUSE_MS) + ANSWER_MS;
