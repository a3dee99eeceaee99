/** One request to one of Google's endpoints. It never holds a token, code, secret or e-mail address. */
export interface Call {
  readonly method: string;
  /** Path without the query. `(unknown)` if no endpoint has this path, because such a path may hold anything. */
  readonly path: string;
  /** When the request came, in milliseconds since the epoch, by the emulator's clock. */
  readonly at: number;
  /** Status of the answer. Absent while the answer is pending, and when a fault held or cut the connection. */
  readonly status?: number;
  /** How a token was sent: in the Authorization header, in the form, or in the query of the URL. */
  readonly tokenForm?: 'header' | 'form' | 'query';
  /** First 16 hex digits of the token's SHA-256: enough to tell tokens apart, useless to an attacker. */
  readonly tokenSha256?: string;
  /** At `/token`: which grant was asked for. */
  readonly grantType?: 'authorization_code' | 'refresh_token';
  /** Kind of the fault that affected this request. */
  readonly fault?: string;
}

/** The newest calls, oldest first. At most 10 000 are kept, but all are counted. */
export type CallLog = readonly Call[] & {
  /** How many requests came for this path since the start or the last `clear()`. Without `path`: for any path. */
  count(path?: string): number;
  clear(): void;
};

/** The emulator's side of the log. */
export interface RecordingCallLog {
  readonly log: CallLog;
  /** Adds a call; the result sets its status once that is known. */
  record(call: Omit<Call, 'status'>): (status: number) => void;
}

const LIMIT = 10_000;

export function createCallLog(): RecordingCallLog {
  const calls: { -readonly [K in keyof Call]: Call[K] }[] = [];
  const counts = new Map<string, number>();
  let total = 0;
  const log = Object.assign(calls, {
    count: (path?: string) => (path === undefined ? total : (counts.get(path) ?? 0)),
    clear() {
      calls.length = 0;
      counts.clear();
      total = 0;
    },
  });
  return {
    log,
    record(call) {
      const entry: (typeof calls)[number] = { ...call };
      calls.push(entry);
      if (calls.length > LIMIT) calls.shift();
      counts.set(call.path, (counts.get(call.path) ?? 0) + 1);
      total += 1;
      return (status) => {
        entry.status = status;
      };
    },
  };
}
