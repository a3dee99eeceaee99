/** Runs the upstream: tells its parent where it listens, then, whenever the parent sends anything, what it has done. */
import { createServer } from 'node:http';
import { tokeninfoBody } from '../filled-verifier.ts';
import type { Done, Listening } from './contract.ts';

/** What a question to Google takes from a data centre nearby. */
const LATENCY_MS = 20;

let users = 0;
let reported = 0;
let cpu = process.cpuUsage();

const server = createServer((request, reply) => {
  request.resume();
  const body = JSON.stringify(tokeninfoBody(users++));
  setTimeout(() => {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
  }, LATENCY_MS);
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
  const done: Done = { requests: users - reported, cpuMs: (user + system) / 1000 };
  cpu = process.cpuUsage();
  reported = users;
  process.send?.(done);
});
process.on('disconnect', () => process.exit());
