import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { json, Refusal } from './answer.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

const LARGEST_BODY = 64 * 1024;

/** A request that has been read completely. */
export interface EmulatorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Fields of a form-encoded body; empty for any other body. */
  readonly form: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** Path of a request, without its query. */
export function pathOf(message: IncomingMessage): string {
  const [path = '/'] = (message.url ?? '/').split('?', 1);
  return path;
}

/** @throws Refusal when the body is too large */
export async function readRequest(message: IncomingMessage): Promise<EmulatorRequest> {
  const path = pathOf(message);
  const body = await readBody(message);
  const isForm = mediaType(message.headers) === FORM_TYPE;
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams((message.url ?? '').slice(path.length)),
    form: new URLSearchParams(isForm ? body : ''),
    body,
    headers: message.headers,
  };
}

export function mediaType(headers: IncomingHttpHeaders): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

/** A body that is too large is read to its end all the same, so that the answer gets through. */
async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) throw new Refusal(json(413, { error: 'request_too_large' }));
  return Buffer.concat(chunks).toString('utf8');
}

/** Name of a parameter that came twice, which OAuth forbids (RFC 6749, sections 3.1 and 3.2). */
export function repeatedParameter(parameters: URLSearchParams): string | undefined {
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
