/** What is left until a moment, in ms; undefined while either is not known. */
export function remaining(until: number | undefined, now: number | undefined): number | undefined {
  return until === undefined || now === undefined ? undefined : Math.max(until - now, 0);
}

/** As on a clock: 59:07, or 1:02:03. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? [hours, ...parts].join(':') : parts.join(':');
}

/** As `<time>` wants it. */
export function duration(ms: number): string {
  return `PT${Math.floor(ms / 1000)}S`;
}

/** The time of day. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
