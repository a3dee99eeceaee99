/**
 * Google is never taken to be further behind us than this: a wrong answer must not keep dead tokens alive for hours. So a
 * token may live for as much longer by our clock, and what is said about it has to be kept as much longer.
 */
export const MOST_BEHIND_MS = 600_000;
