import { validateHeaderName, validateHeaderValue } from 'node:http';
import { nothingElse, oneOf, optional, record, text, wholeNumber } from './checks.ts';
import { Gate } from './gate.ts';

interface Where {
  /** Path of one of Google's endpoints, such as `/tokeninfo`, or `*` for all of them. */
  readonly path: string;
  /** How many requests the fault affects before it goes away. Default: all, until it is cleared. */
  readonly times?: number;
}

/** The answer is ready at once, but sent `ms` milliseconds of real time later. */
export type LatencyFault = Where & { readonly kind: 'latency'; readonly ms: number };
/** The request is accepted and never answered. */
export type HangFault = Where & { readonly kind: 'hang' };
/** The connection is destroyed without an answer. */
export type ResetFault = Where & { readonly kind: 'reset' };
/**
 * Another status. `body` is sent as JSON, or as it is if it is a string. The default is Google's error body for
 * that status.
 */
export type StatusFault = Where & {
  readonly kind: 'status';
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
/** Google's HTML error page instead of JSON, by default with 503. */
export type HtmlFault = Where & { readonly kind: 'html'; readonly status?: number };
/** The true answer with its headers, but only half of its body, then the end of the connection. */
export type TruncatedFault = Where & { readonly kind: 'truncated' };
/** 302 to `location`. */
export type RedirectFault = Where & { readonly kind: 'redirect'; readonly location: string };
/**
 * A busy service: `atOnce` requests are served at a time, and each takes `ms` milliseconds of real time. The others wait in
 * the order in which they came. A client that gives up leaves the queue. The answer is the true one, made at the end.
 */
export type CapacityFault = Where & { readonly kind: 'capacity'; readonly atOnce: number; readonly ms: number };

/** Something that goes wrong on purpose. Except for latency, truncated and capacity, the request has no effect. */
export type Fault =
  | LatencyFault
  | HangFault
  | ResetFault
  | StatusFault
  | HtmlFault
  | TruncatedFault
  | RedirectFault
  | CapacityFault;

/** The fault switches: at most one fault for each path. */
export interface Faults {
  /**
   * Switches a fault on. It replaces an earlier one for the same path. A fault for a path wins over one for `*`.
   *
   * @throws TypeError that names the field when it does not fit, or when no endpoint has that path
   */
  set(fault: Fault): void;
  /** Switches off the fault for this path; without `path`, all faults. Requests that a fault already holds stay held. */
  clear(path?: string): void;
  /** The active faults, in the order in which they were switched on. `times` says how often each will still happen. */
  active(): readonly Fault[];
}

/** A fault that is switched on. */
export interface ArmedFault {
  readonly fault: Fault;
  /** With `capacity`: where requests wait. */
  readonly gate: Gate | undefined;
}

/** The emulator's side of the switches. */
export interface FaultSwitches {
  readonly control: Faults;
  /** As `control.set`, for a value of unknown shape. */
  set(fault: unknown): void;
  /** The fault for the next request for this path. */
  take(path: string): ArmedFault | undefined;
}

const KINDS = ['latency', 'hang', 'reset', 'status', 'html', 'truncated', 'redirect', 'capacity'] as const;

export function createFaults(paths: ReadonlySet<string>): FaultSwitches {
  const armed = new Map<string, ArmedFault & { left: number }>();
  const set = (value: unknown): void => {
    const fault = readFault(value, paths);
    const gate = fault.kind === 'capacity' ? new Gate(fault.atOnce) : undefined;
    armed.delete(fault.path);
    armed.set(fault.path, { fault, gate, left: fault.times ?? Number.POSITIVE_INFINITY });
  };
  const clear = (path?: string): void => {
    if (path === undefined) armed.clear();
    else armed.delete(path);
  };
  const active = (): Fault[] =>
    Array.from(armed.values(), ({ fault, left }) => ({ ...fault, ...(Number.isFinite(left) && { times: left }) }));
  return {
    control: { set, clear, active },
    set,
    take(path) {
      const key = armed.has(path) ? path : '*';
      const entry = armed.get(key);
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left === 0) armed.delete(key);
      return entry;
    },
  };
}

function readFault(value: unknown, paths: ReadonlySet<string>): Fault {
  const { path, times, kind, ...details } = record('fault', value);
  const where = text('fault.path', path);
  // A fault that cannot fire is a mistake in the test that sets it.
  if (where !== '*' && !paths.has(where)) throw new TypeError('fault.path must be the path of an endpoint, or *');
  const limit = optional('fault.times', times, (n, v) => wholeNumber(n, v, 1, Number.MAX_SAFE_INTEGER));
  const common: Where = { path: where, ...(limit !== undefined && { times: limit }) };
  const chosen = oneOf('fault.kind', kind, KINDS);
  switch (chosen) {
    case 'latency': {
      const { ms, ...rest } = details;
      nothingElse('fault', rest);
      return { ...common, kind: chosen, ms: wholeNumber('fault.ms', ms, 0, 600_000) };
    }
    case 'capacity': {
      const { atOnce, ms, ...rest } = details;
      nothingElse('fault', rest);
      return {
        ...common,
        kind: chosen,
        atOnce: wholeNumber('fault.atOnce', atOnce, 1, 100_000),
        ms: wholeNumber('fault.ms', ms, 0, 600_000),
      };
    }
    case 'status':
      return { ...common, kind: chosen, ...readStatusDetails(details) };
    case 'html': {
      const { status, ...rest } = details;
      nothingElse('fault', rest);
      const code = optional('fault.status', status, readStatus);
      return { ...common, kind: chosen, ...(code !== undefined && { status: code }) };
    }
    case 'redirect': {
      const { location, ...rest } = details;
      nothingElse('fault', rest);
      return { ...common, kind: chosen, location: readHeader('location', text('fault.location', location)) };
    }
    default:
      nothingElse('fault', details);
      return { ...common, kind: chosen };
  }
}

function readStatusDetails(details: Record<string, unknown>): Pick<StatusFault, 'status' | 'body' | 'headers'> {
  const { status, body, headers, ...rest } = details;
  nothingElse('fault', rest);
  const names = Object.entries(record('fault.headers', headers));
  return {
    status: readStatus('fault.status', status),
    ...(body !== undefined && { body }),
    headers: Object.fromEntries(names.map(([name, value]) => [name.toLowerCase(), readHeader(name, value)])),
  };
}

function readStatus(name: string, value: unknown): number {
  return wholeNumber(name, value, 200, 599);
}

function readHeader(name: string, value: unknown): string {
  const content = text(`fault header ${name}`, value);
  validateHeaderName(name);
  validateHeaderValue(name, content);
  return content;
}
