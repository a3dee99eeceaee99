import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../calls.ts';
import type { Fault } from '../faults.ts';
import { apiError, htmlError } from '../google-errors.ts';
import type { State } from '../state.ts';
import { type Answer, json, Refusal, redirect } from './answer.ts';
import { presentedToken } from './presented-token.ts';
import { type EmulatorRequest, pathOf, readRequest } from './request.ts';
import type { RouteTable } from './route.ts';

export interface Routes {
  /** Google's endpoints: logged, and met by faults. */
  readonly google: RouteTable;
  /** The emulator's own pages and control routes: neither. */
  readonly house: RouteTable;
}

const TOKEN_PARAMETERS = ['access_token', 'token', 'refresh_token', 'id_token'];
const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;

/** Turns requests into answers until `closing` fires, which lets go of every request that a fault holds. */
export function createListener(state: State, routes: Routes, closing: AbortSignal): RequestListener {
  return (message, response) => {
    // What can fail here is a connection that has gone away: nobody is left to be told.
    serve(message, response, state, routes, closing).catch(() => response.destroy());
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  state: State,
  routes: Routes,
  closing: AbortSignal,
): Promise<void> {
  const path = pathOf(message);
  if (routes.house.has(path)) {
    send(response, await answerTo(message, path, state, routes.house));
    return;
  }
  const fault = state.faults.take(path);
  const [request, refused] = await readOrRefuse(message);
  const settle = state.calls.record(describe(message, request, routes.google.has(path), state, fault));
  const respond = (answer: Answer): void => {
    settle(answer.status);
    send(response, answer);
  };
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'reset':
      message.socket.resetAndDestroy();
      return;
    case 'status':
      return respond(statusAnswer(fault));
    case 'html':
      return respond(htmlError(fault.status ?? 503, 'The server cannot process your request right now.'));
    case 'redirect':
      return respond(redirect(302, fault.location));
  }
  const answer = request === undefined ? refused : await dispatch(request, path, state, routes.google);
  if (fault?.kind === 'latency') await delay(fault.ms, undefined, { signal: closing });
  if (fault?.kind === 'truncated') {
    settle(answer.status);
    sendHalf(message, response, answer);
  } else {
    respond(answer);
  }
}

async function answerTo(message: IncomingMessage, path: string, state: State, table: RouteTable): Promise<Answer> {
  const [request, refused] = await readOrRefuse(message);
  return request === undefined ? refused : dispatch(request, path, state, table);
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

async function dispatch(request: EmulatorRequest, path: string, state: State, table: RouteTable): Promise<Answer> {
  const methods = table.get(path);
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
  fault: Fault | undefined,
): Omit<Call, 'status'> {
  const token = request === undefined ? undefined : presentedToken(request, TOKEN_PARAMETERS);
  const grantType = GRANT_TYPES.find((type) => type === request?.form.get('grant_type'));
  return {
    method: message.method ?? 'GET',
    path: known ? pathOf(message) : '(unknown)',
    at: state.clock.now(),
    ...(token !== undefined && {
      tokenForm: token.form,
      tokenSha256: createHash('sha256').update(token.value).digest('hex').slice(0, 16),
    }),
    ...(grantType !== undefined && { grantType }),
    ...(fault !== undefined && { fault: fault.kind }),
  };
}

function statusAnswer(fault: Extract<Fault, { kind: 'status' }>): Answer {
  const { headers, body } = fault.body === undefined ? apiError(fault.status) : json(fault.status, fault.body);
  return {
    status: fault.status,
    headers: { ...headers, ...fault.headers },
    body: typeof fault.body === 'string' ? fault.body : body,
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
