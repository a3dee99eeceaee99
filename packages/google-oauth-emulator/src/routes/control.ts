import { isRecord, nothingElse, record, wholeNumber } from '../checks.ts';
import { type Answer, json, Refusal } from '../http/answer.ts';
import { isFromHere } from '../http/loopback.ts';
import { type EmulatorRequest, mediaType } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { mintToken } from '../minting.ts';
import type { State } from '../state.ts';
import { reportedLifetime } from './token.ts';

/** The programmatic handle over HTTP, for other processes and for curl. */
export const controlRoutes: readonly Route[] = [
  { method: 'GET', path: '/__emulator/healthz', handle: () => json(200, { status: 'ok' }) },
  guarded('POST', '/__emulator/tokens', (body, state) => {
    const { value, scopes, expiresAt } = mintToken(state, body);
    const lifetimeS = Math.round((expiresAt - state.clock.now()) / 1000);
    return {
      access_token: value,
      expires_in: reportedLifetime(lifetimeS),
      scope: scopes.join(' '),
      token_type: 'Bearer',
    };
  }),
  guarded('GET', '/__emulator/calls', (_body, state) => ({ calls: state.calls.log })),
  guarded('POST', '/__emulator/faults', (body, state) => {
    state.faults.set(body);
    return {};
  }),
  guarded('DELETE', '/__emulator/faults', (_body, state) => {
    state.faults.control.clear();
    return {};
  }),
  guarded('POST', '/__emulator/clock', (body, state) => {
    const { advanceMs, ...rest } = record('clock', body);
    nothingElse('clock', rest);
    const limit = Number.MAX_SAFE_INTEGER;
    state.clock.advance(wholeNumber('advanceMs', advanceMs, -limit, limit));
    return { now: state.clock.now() };
  }),
];

/** A route that web pages cannot use: they cannot hide their Origin, nor send JSON elsewhere without asking first. */
function guarded(
  method: Route['method'],
  path: string,
  act: (body: Record<string, unknown>, state: State) => unknown,
): Route {
  const handle = (request: EmulatorRequest, state: State): Answer => {
    if (!isFromHere(request.headers))
      throw problem(403, 'Control requests must come from this machine, not from a web page.');
    try {
      return json(200, act(method === 'POST' ? readJson(request) : {}, state));
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
