import { isRecord } from '../../checks.ts';
import { type Answer, json, Refusal } from '../../http/answer.ts';
import { isFromHere } from '../../http/own-hosts.ts';
import { type EmulatorRequest, mediaType } from '../../http/request.ts';
import type { Route } from '../../http/route.ts';
import type { State } from '../../state.ts';

type Act = (body: Record<string, unknown>, state: State, request: EmulatorRequest) => Answer;

/**
 * A control route that web pages elsewhere can neither use nor read: they cannot hide where they come from, nor send
 * JSON elsewhere without asking first. The body is empty except with POST.
 */
export function guarded(method: Route['method'], path: `/__emulator/${string}`, act: Act): Route {
  const handle = (request: EmulatorRequest, state: State): Answer => {
    if (!isFromHere(request.headers, state.allowHosts)) {
      throw problem(403, 'Control requests must come from this machine, not from a web page.');
    }
    try {
      return withoutEmbedding(act(method === 'POST' ? readJson(request) : {}, state, request));
    } catch (error) {
      if (error instanceof TypeError) throw problem(400, error.message);
      throw error;
    }
  };
  return { method, path, handle };
}

/** No page of another origin may load it as a script, an image or a style sheet. */
function withoutEmbedding(answer: Answer): Answer {
  const headers = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };
  return { ...answer, headers: { ...answer.headers, ...headers } };
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
