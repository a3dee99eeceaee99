/** Keys whose texts say how a sign-in went, and nothing of a person or a token. Any other text is hidden. */
const TELLING: ReadonlySet<string> = new Set([
  'error',
  'error_description',
  'issuer',
  'message',
  'provider',
  'providerId',
  'scope',
  'token_type',
  'type',
  'url',
  'wellKnown',
]);

/** Below these, the same keys hold a person's data. */
const PERSONAL: ReadonlySet<string> = new Set(['OAuthProfile', 'profile', 'session', 'token', 'user']);

const NOTHING: ReadonlySet<string> = new Set();
const DEEPEST = 5;
const LONGEST_TEXT = 2_000;

/** A copy of what NextAuth wants to log, without anything secret. */
export function scrub(value: unknown): unknown {
  return scrubValue(value, '', TELLING, 0);
}

function scrubValue(value: unknown, key: string, telling: ReadonlySet<string>, depth: number): unknown {
  if (value instanceof Error) return scrubError(value);
  if (typeof value === 'string') return telling.has(key) ? scrubText(value) : `[hidden, ${value.length} characters]`;
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, key, telling, depth + 1));
  const entries = Object.entries(value).map(([name, item]) => {
    const below = PERSONAL.has(name) ? NOTHING : telling;
    return [scrubText(name), scrubValue(item, name, below, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function scrubError(error: Error): object {
  // A stack repeats the message; its frames name code alone.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { name: scrubText(error.name), message: scrubText(error.message), stack: frames.join('\n') };
}

/**
 * A text that is fit for a log: without queries of URLs, e-mail addresses, subjects and whatever looks like a token, and
 * without line breaks, with which others could forge lines (anybody may post to NextAuth's `_log`).
 */
export function scrubText(text: string): string {
  return text
    .slice(0, 2 * LONGEST_TEXT)
    .replace(/(https?:\/\/[^\s?#]+)[?#]\S*/gi, '$1?[hidden]')
    .replace(/[^\s<>"'():;,=]*@[^\s<>"'();,]+/g, '[hidden]')
    .replace(/[\w~+=%.-]{20,}/g, (run) => (/\d/.test(run) ? '[hidden]' : run))
    .replace(/\d{15,}/g, '[hidden]')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .slice(0, LONGEST_TEXT);
}
