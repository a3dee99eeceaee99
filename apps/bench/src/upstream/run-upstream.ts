/**
 * Runs the upstream: tells its parent where it listens, then, whenever the parent sends anything, what it has done. Its one
 * argument is how many requests it answers in a second.
 */
import { createServer } from 'node:http';
import { tokeninfoBody } from '../filled-verifier.ts';
import { type Done, type Listening, NOBODYS } from './contract.ts';

/** What a question to Google takes from a data centre nearby. */
const LATENCY_MS = 20;

/** What tokeninfo says about a token that it does not know. */
const UNKNOWN = JSON.stringify({ error: 'invalid_token', error_description: 'Invalid Value' });

const perS = Number(process.argv[2]);

let done = { requests: 0, ofNobody: 0 };
let users = 0;
let second = { beganAt: performance.now(), requests: 0 };
let cpu = process.cpuUsage();

const server = createServer((request, reply) => {
  request.resume();
  const isNobodys = request.headers.authorization?.startsWith(`Bearer ${NOBODYS}`) ?? false;
  done.requests++;
  if (isNobodys) done.ofNobody++;
  const send = (status: number, body: string): void => {
    reply.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    reply.end(body);
  };
  if (isTooMany()) send(429, '{}');
  else {
    const body = isNobodys ? UNKNOWN : JSON.stringify(tokeninfoBody(users++));
    setTimeout(send, LATENCY_MS, isNobodys ? 400 : 200, body);
  }
});
// A connection that rests between two rounds is warm when the next one begins.
server.keepAliveTimeout = 120_000;

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the upstream has no port');
  const listening: Listening = { origin: `http://127.0.0.1:${address.port}` };
  process.send?.(listening);
});

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu);
  const report: Done = { ...done, cpuMs: (user + system) / 1000 };
  cpu = process.cpuUsage();
  done = { requests: 0, ofNobody: 0 };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());

function isTooMany(): boolean {
  const now = performance.now();
  if (now - second.beganAt >= 1000) second = { beganAt: now, requests: 0 };
  second.requests++;
  return second.requests > perS;
}
