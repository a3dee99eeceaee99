import { isRecord, nothingElse, record, wholeNumber } from '../checks.ts';
import { type Answer, json, line, Refusal } from '../http/answer.ts';
import { isFromHere } from '../http/loopback.ts';
import { type EmulatorRequest, mediaType } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { mintToken } from '../minting.ts';
import type { State } from '../state.ts';
import { reportedLifetime } from './token.ts';

/** The programmatic handle over HTTP, for other processes and for curl. */
export const controlRoutes: readonly Route[] = [
  { method: 'GET', path: '/__emulator/healthz', handle: () => json(200, { status: 'ok' }) },
  guarded('POST', '/__emulator/tokens', (body, state, { headers }) => {
    const { value, scopes, expiresAt } = mintToken(state, body);
    if (headers.accept === 'text/plain') return line(value);
    const lifetimeS = Math.round((expiresAt - state.clock.now()) / 1000);
    return json(200, {
      access_token: value,
      expires_in: reportedLifetime(lifetimeS),
      scope: scopes.join(' '),
      token_type: 'Bearer',
    });
  }),
  guarded('GET', '/__emulator/calls', (_body, state) => json(200, { calls: state.calls.log })),
  guarded('POST', '/__emulator/faults', (body, state) => {
    state.faults.set(body);
    return json(200, {});
  }),
  guarded('DELETE', '/__emulator/faults', (_body, state) => {
    state.faults.control.clear();
    return json(200, {});
  }),
  guarded('POST', '/__emulator/clock', (body, state) => {
    const { advanceMs, ...rest } = record('clock', body);
    nothingElse('clock', rest);
    const limit = Number.MAX_SAFE_INTEGER;
    state.clock.advance(wholeNumber('advanceMs', advanceMs, -limit, limit));
    return json(200, { now: state.clock.now() });
  }),
];

/** A route that web pages cannot use: they cannot hide their Origin, nor send JSON elsewhere without asking first. */
function guarded(
  method: Route['method'],
  path: string,
  act: (body: Record<string, unknown>, state: State, request: EmulatorRequest) => Answer,
): Route {
  const handle = (request: EmulatorRequest, state: State): Answer => {
    if (!isFromHere(request.headers))
      throw problem(403, 'Control requests must come from this machine, not from a web page.');
    try {
      return act(method === 'POST' ? readJson(request) : {}, state, request);
    } catch (error) {
      if (error instanceof TypeError) throw problem(400, error.message);
      throw error;
    }
  };
  return { method, path, handle };
}

function readJson({ headers, body }: EmulatorRequest): Record<string, unknown> {
  if (mediaType(headers) !== 'application/json') throw problem(415, 'The content type must be application/json.');
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return value;
  } catch {
    // Told apart by nothing: malformed JSON and JSON of another kind are the same mistake.
  }
  throw problem(400, 'The body must be a JSON object.');
}

function problem(status: number, message: string): Refusal {
  return new Refusal(json(status, { error: message }));
}
