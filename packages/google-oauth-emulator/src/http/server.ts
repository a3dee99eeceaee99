import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../calls.ts';
import type { ArmedFault } from '../faults.ts';
import { htmlError } from '../google-errors.ts';
import type { State } from '../state.ts';
import { type Answer, json, Refusal } from './answer.ts';
import { preflightAnswer, withCors } from './cors.ts';
import { insteadOfAnswer } from './fault-answer.ts';
import { presentedToken } from './presented-token.ts';
import { type EmulatorRequest, pathOf, readRequest } from './request.ts';
import type { RouteTable } from './route.ts';
import type { ServedRequest } from './served-request.ts';

export interface Routes {
  /** Google's endpoints: logged, and met by faults. */
  readonly google: RouteTable;
  /** The emulator's own pages and control routes: neither. */
  readonly house: RouteTable;
}

const TOKEN_PARAMETERS = ['access_token', 'token', 'refresh_token', 'id_token'];
const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;

/** Turns requests into answers. `onRequest` hears of each one when it is over. */
export function createListener(
  state: State,
  routes: Routes,
  onRequest: (request: ServedRequest) => void,
): RequestListener {
  return (message, response) => {
    const path = pathOf(message);
    const house = routes.house.has(path);
    const known = house || routes.google.has(path);
    // A preflight only asks for leave: the fault meets the request that follows.
    const preflight = preflightAnswer(message, routes.google.get(path));
    const armed = house || preflight !== undefined ? undefined : state.faults.take(path);
    const startedAt = performance.now();
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      onRequest({
        method: message.method ?? 'GET',
        path: known ? path : '(unknown)',
        ...(response.headersSent && { status: response.statusCode }),
        ms: Math.round(performance.now() - startedAt),
        ...(armed !== undefined && { fault: armed.fault.kind }),
      });
    });
    const serve = house
      ? serveHouse(message, response, state, routes.house)
      : serveGoogle({ message, response, armed, preflight, gone: gone.signal }, state, routes.google);
    // What can fail here is a connection that has gone away: nobody is left to be told.
    serve.catch(() => response.destroy());
  };
}

async function serveHouse(
  message: IncomingMessage,
  response: ServerResponse,
  state: State,
  table: RouteTable,
): Promise<void> {
  const [request, refused] = await readOrRefuse(message);
  send(response, request === undefined ? refused : await dispatch(request, state, table));
}

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly armed: ArmedFault | undefined;
  readonly preflight: Answer | undefined;
  /** Fires when the connection is over, also when the emulator closes. */
  readonly gone: AbortSignal;
}

async function serveGoogle(exchange: Exchange, state: State, table: RouteTable): Promise<void> {
  const { message, response, armed, preflight, gone } = exchange;
  const fault = armed?.fault;
  const methods = table.get(pathOf(message));
  const [request, refused] = await readOrRefuse(message);
  const settle = state.calls.record(describe(message, request, methods !== undefined, state, fault?.kind));
  const finish = (answer: Answer): Answer => {
    settle(answer.status);
    // Google's time, by which clients measure how far their own clock is off.
    const date = new Date(state.clock.now()).toUTCString();
    return withCors({ ...answer, headers: { date, ...answer.headers } }, methods);
  };
  if (preflight !== undefined) return send(response, finish(preflight));
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') {
    message.socket.resetAndDestroy();
    return;
  }
  const instead = fault === undefined ? undefined : insteadOfAnswer(fault);
  if (instead !== undefined) return send(response, finish(instead));
  const leave = await armed?.gate?.enter(gone);
  try {
    if (fault?.kind === 'capacity') await delay(fault.ms, undefined, { signal: gone });
    const answer = request === undefined ? refused : await dispatch(request, state, table);
    if (fault?.kind === 'latency') await delay(fault.ms, undefined, { signal: gone });
    if (fault?.kind === 'truncated') sendHalf(message, response, finish(answer));
    else send(response, finish(answer));
  } finally {
    leave?.();
  }
}

type ReadOrRefused = [request: EmulatorRequest, refused: undefined] | [request: undefined, refused: Answer];

async function readOrRefuse(message: IncomingMessage): Promise<ReadOrRefused> {
  try {
    return [await readRequest(message), undefined];
  } catch (error) {
    if (error instanceof Refusal) return [undefined, error.answer];
    throw error;
  }
}

async function dispatch(request: EmulatorRequest, state: State, table: RouteTable): Promise<Answer> {
  const methods = table.get(request.path);
  if (methods === undefined) return htmlError(404, 'The requested URL was not found on this server.');
  const route = methods.get(request.method === 'HEAD' ? 'GET' : request.method);
  if (route === undefined) {
    const answer = htmlError(405, 'The request method is inappropriate for this URL.');
    return { ...answer, headers: { ...answer.headers, allow: [...methods.keys()].join(', ') } };
  }
  try {
    return await route.handle(request, state);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return json(500, { error: 'internal_failure', error_description: String(error) });
  }
}

function describe(
  message: IncomingMessage,
  request: EmulatorRequest | undefined,
  known: boolean,
  state: State,
  fault: string | undefined,
): Omit<Call, 'status'> {
  const token = request === undefined ? undefined : presentedToken(request, TOKEN_PARAMETERS);
  const named = request?.form.get('grant_type') ?? request?.query.get('grant_type');
  const grantType = GRANT_TYPES.find((type) => type === named);
  return {
    method: message.method ?? 'GET',
    path: known ? pathOf(message) : '(unknown)',
    at: state.clock.now(),
    ...(token !== undefined && {
      tokenForm: token.form,
      tokenSha256: createHash('sha256').update(token.value).digest('hex').slice(0, 16),
    }),
    ...(grantType !== undefined && { grantType }),
    ...(fault !== undefined && { fault }),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function sendHalf(message: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => message.socket.end());
}
