import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintTokens } from '../tokens.ts';
import { writeAccounts } from './accounts.ts';
import { startIssuer } from './id-tokens.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** The servers, by their modules in this folder, and which headers each of them is sent. */
const servers = [
  { name: 'unprotected', sent: 'google' },
  { name: 'google-bearer', sent: 'google' },
  { name: 'unprotected-sqlite', sent: 'google' },
  { name: 'google-bearer-sqlite', sent: 'google' },
  { name: 'fastify-jwt', sent: 'jwt' },
  { name: 'bearer-auth', sent: 'key' },
  { name: 'express-jwt', sent: 'jwt' },
] as const;

export type StageName = (typeof servers)[number]['name'];

/** A server that listens, and what it is to be loaded with. */
export interface Stage {
  readonly name: StageName;
  /** Where its route is. */
  readonly url: string;
  /** Values of the Authorization header. */
  readonly headers: readonly string[];
  /** A file of the same headers, one a line. */
  readonly file: string;
}

/** The stages, which are all taken down in the end. */
export interface Stages {
  readonly all: readonly Stage[];
  close(): Promise<void>;
}

/** Starts every server, and writes what it is sent: so many headers to each. */
export async function startStages(count: number): Promise<Stages> {
  const folder = await mkdtemp(join(tmpdir(), 'google-bearer-bench-'));
  const issuer = await startIssuer(count);
  const google = mintTokens(count);
  // As many bytes as people take for a key. There is one, sent as often as the others send different tokens.
  const staticKey = randomBytes(32).toString('hex');
  const headers = {
    google: Array.from({ length: count }, (_, index) => google.header(index)),
    jwt: issuer.tokens.map((token) => `Bearer ${token}`),
    key: Array.from({ length: count }, () => `Bearer ${staticKey}`),
  };
  const { publicKey, jwksUri, issuer: iss, audience } = issuer;
  const credentials = {
    googleHeaders: headers.google,
    staticKey,
    publicKey,
    jwksUri,
    issuer: iss,
    audience,
    jwts: count,
    accounts: { path: join(folder, 'accounts.sqlite'), count },
  };
  writeAccounts(credentials.accounts.path, count);

  const running: RunningServer[] = [];
  const all: Stage[] = [];
  const stages: Stages = {
    all,
    async close() {
      issuer.close();
      await Promise.all(running.map((server) => server.close()));
      await rm(folder, { recursive: true });
    },
  };
  try {
    for (const { name, sent } of servers) {
      const server = await startServer(name, credentials);
      running.push(server);
      const file = join(folder, name);
      await writeFile(file, headers[sent].map((header) => `${header}\n`).join(''));
      all.push({ name, url: server.url, headers: headers[sent], file });
    }
  } catch (error) {
    await stages.close();
    throw error;
  }
  return stages;
}
