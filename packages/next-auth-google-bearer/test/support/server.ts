import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';

/** A server on a free port that ends with the test. */
export async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

/** What the API was sent at a sign-in. */
export interface ApiRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang' | 'reset';

/** An API that keeps what it was sent, and answers as it is told. */
export interface FakeApi {
  readonly url: string;
  readonly requests: ApiRequest[];
  /** Each time, or made for each request. */
  answer: Answer | (() => Answer);
}

export async function fakeApi(t: Test): Promise<FakeApi> {
  const requests: ApiRequest[] = [];
  const url = await listen(t, async (request, response) => {
    requests.push(await received(request));
    const answer = typeof api.answer === 'function' ? api.answer() : api.answer;
    if (answer === 'hang') return;
    if (answer === 'reset') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  const api: FakeApi = { url, requests, answer: { status: 201 } };
  return api;
}

/** A way to a Google on which the answers to renewals wait until the test lets them go. */
export interface HeldGoogle {
  readonly url: string;
  /** Where Google is. */
  target: string;
  /** Resolves once Google has answered a renewal. */
  readonly answered: Promise<void>;
  release(): void;
}

export async function heldGoogle(t: Test): Promise<HeldGoogle> {
  const answered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const url = await listen(t, async (request, response) => {
    const { method = 'GET', headers } = request;
    const body = await text(request);
    const type = headers['content-type'];
    const answer = await fetch(held.target + request.url, {
      method,
      ...(type !== undefined && { headers: { 'content-type': type } }),
      ...(method === 'POST' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    const content = await answer.text();
    if (request.url === '/token') {
      answered.resolve();
      await released.promise;
    }
    response.end(content);
  });
  const held: HeldGoogle = { url, target: '', answered: answered.promise, release: () => released.resolve() };
  return held;
}

async function received(request: IncomingMessage): Promise<ApiRequest> {
  const body: unknown = JSON.parse((await text(request)) || 'null');
  return { method: request.method, url: request.url, authorization: request.headers.authorization, body };
}
