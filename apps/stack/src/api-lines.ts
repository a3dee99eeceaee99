import { styleText } from 'node:util';
import { LRUCache } from 'lru-cache';
import pretty from 'pino-pretty';

/** A request of which the log has told the beginning. */
interface Begun {
  readonly method: string;
  readonly route: string;
  /** Why it was refused, if it was. */
  code?: string;
}

/** The API logs JSON, for programs. This makes lines for people of it: one for a request, and whatever else is said. */
export function apiLines(): (line: string) => string | undefined {
  const begun = new LRUCache<string, Begun>({ max: 1000 });
  const rest = pretty.prettyFactory({
    // Node decides, as for all other colours of ours.
    colorize: styleText('red', 'x', { stream: process.stdout }) !== 'x',
    ignore: 'pid,hostname,reqId',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  return (line) => {
    const said = parse(line);
    if (said === undefined) return line;
    const { msg, reqId, time } = said;
    // Where, the guide says; a URL here would be taken for that of the page.
    if (typeof msg === 'string' && msg.startsWith('Server listening at ')) return `${clock(Number(time))}  listening`;
    if (typeof reqId !== 'string') return rest(line).trimEnd();
    const { req, res, responseTime, code, level, ...more } = said;
    if (msg === 'incoming request' && isRecord(req)) {
      begun.set(reqId, { method: String(req.method), route: String(req.route) });
      return undefined;
    }
    const request = begun.get(reqId);
    if (request !== undefined && typeof code === 'string') request.code = code;
    if (msg === 'request completed' && request !== undefined && isRecord(res)) {
      begun.delete(reqId);
      return requestLine(request, Number(time), Number(res.statusCode), Number(responseTime));
    }
    // The line about the request says the code, and that is all this one knows.
    const saysMore = Object.keys(more).some((name) => !['msg', 'reqId', 'time', 'pid', 'hostname'].includes(name));
    if (request !== undefined && Number(level) <= 30 && typeof code === 'string' && !saysMore) return undefined;
    return rest(line).trimEnd();
  };
}

/** As the emulator's lines are: time, method, path, status, milliseconds. */
function requestLine({ method, route, code }: Begun, at: number, status: number, ms: number): string {
  const outcome = styleText(colourOf(status), [status, code].join(' ').trim(), { stream: process.stdout });
  return `${clock(at)}  ${method.padEnd(4)} ${route}  ${outcome}  ${Math.round(ms)} ms`;
}

function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function colourOf(status: number): 'red' | 'yellow' | 'green' {
  if (status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
