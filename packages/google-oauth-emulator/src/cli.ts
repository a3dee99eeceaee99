#!/usr/bin/env node
import './node-version.ts';
import { parseArgs } from 'node:util';
import type { ClientOptions } from './clients.ts';
import { type GoogleEmulator, type GoogleEmulatorOptions, startGoogleEmulator } from './emulator.ts';
import type { ServedRequest } from './http/served-request.ts';
import { requestLine } from './request-line.ts';
import { VERSION } from './version.ts';

const HELP = `Usage: google-oauth-emulator [options]

A local Google sign-in for development and tests. It listens on loopback only, unless
--allow-host says by which name others reach it.

Options:
  --port <number>                    port to listen on (default 4400; 0 for any free one)
  --host <host>                      address to listen on: 127.0.0.1 (default), localhost or ::1;
                                     any other, such as 0.0.0.0, needs --allow-host
  --allow-host <name>                a name by which other machines or containers reach it, for
                                     development only; the first one is the issuer's; repeat for more
  --token-lifetime <seconds>         how long access tokens live (default 3600)
  --client <id>:<secret>:<redirect>  a client; repeat for more clients, or with the same
                                     id and secret for more redirect URIs
  --desktop-client <id>[:<secret>]   a client on the user's machine: any loopback redirect,
                                     PKCE in place of the secret; repeat for more
  --user <email>                     an account that can sign in; repeat for more
  --version                          show the version
  --help                             show this text
`;

/** What is wrong with the command line; its message is for the person at the terminal. */
class UsageError extends Error {}

function readCommandLine(): GoogleEmulatorOptions | 'help' | 'version' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4400' },
      host: { type: 'string' },
      'token-lifetime': { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      client: { type: 'string', multiple: true },
      'desktop-client': { type: 'string', multiple: true },
      user: { type: 'string', multiple: true },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  if (values.version) return 'version';
  const lifetime = values['token-lifetime'];
  const clients = [...readClients(values.client ?? []), ...readDesktopClients(values['desktop-client'] ?? [])];
  return {
    port: readNumber('--port', values.port),
    ...(values.host !== undefined && { host: values.host }),
    ...(lifetime !== undefined && { tokenLifetimeS: readNumber('--token-lifetime', lifetime) }),
    ...(values['allow-host'] !== undefined && { allowHosts: values['allow-host'] }),
    ...(clients.length > 0 && { clients }),
    ...(values.user !== undefined && { users: values.user.map((email) => ({ email })) }),
  };
}

function readNumber(flag: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new UsageError(`${flag} must be a whole number`);
  return Number(value);
}

function readClients(flags: readonly string[]): ClientOptions[] {
  const clients = new Map<string, { id: string; secret: string; redirectUris: string[] }>();
  for (const flag of flags) {
    const [, id, secret, redirectUri] = /^([^:]+):([^:]+):(.+)$/.exec(flag) ?? [];
    if (id === undefined || secret === undefined || redirectUri === undefined) {
      throw new UsageError('--client must be <id>:<secret>:<redirect URI>');
    }
    const client = clients.get(id) ?? { id, secret, redirectUris: [] };
    if (client.secret !== secret) throw new UsageError('--client: one id came with two secrets');
    client.redirectUris.push(redirectUri);
    clients.set(id, client);
  }
  return [...clients.values()];
}

function readDesktopClients(flags: readonly string[]): ClientOptions[] {
  return flags.map((flag) => {
    const [, id, secret] = /^([^:]+)(?::([^:]+))?$/.exec(flag) ?? [];
    if (id === undefined) throw new UsageError('--desktop-client must be <id> or <id>:<secret>');
    return { type: 'desktop', id, ...(secret !== undefined && { secret }) };
  });
}

function greeting({ url, users, clients }: GoogleEmulator): string {
  const lines = [
    `Google OAuth emulator: ${url}`,
    'Open it in a browser for the console: people, tokens, faults, the clock, calls.',
    '',
    'Users',
    ...users.map(
      (user) => `  ${user.email}  (${user.name}, sub ${user.sub}${user.emailVerified ? '' : ', not verified'})`,
    ),
    '',
    'Clients',
    ...clients.flatMap(({ id, type, secret, redirectUris }) => [
      `  ${id}${type === 'desktop' ? '  (desktop: any loopback redirect)' : ''}`,
      ...(secret === undefined ? [] : [`    secret        ${secret}`]),
      ...redirectUris.map((uri) => `    redirect URI  ${uri}`),
    ]),
    '',
    'Try',
    `  curl ${url}/.well-known/openid-configuration`,
    `  curl -H 'content-type: application/json' -d '{}' ${url}/__emulator/tokens`,
    `  curl -H 'authorization: Bearer <token>' -d '' ${url}/tokeninfo`,
    `  curl ${url}/__emulator/calls`,
    `  curl -H 'content-type: application/json' -d '{"path":"/tokeninfo","kind":"status","status":503,"times":1}' ${url}/__emulator/faults`,
    `  curl -H 'content-type: application/json' -d '{"advanceMs":3600000}' ${url}/__emulator/clock`,
    '',
    'Stop with Ctrl-C.',
  ];
  return lines.join('\n');
}

/** One line for a mistake that the caller can mend; everything else is a bug and keeps its stack. */
function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && 'port' in error) {
    if (error.code === 'EADDRINUSE') return `port ${error.port} is taken; choose another one with --port`;
    if (error.code === 'EACCES') return `port ${error.port} may not be used; choose another one with --port`;
  }
  // parseArgs of node:util has these.
  if ('code' in error && /^ERR_PARSE_ARGS_/.test(String(error.code))) return `${error.message}; see --help`;
  const isUsage = error instanceof UsageError || error instanceof TypeError;
  return isUsage ? error.message : undefined;
}

function logRequest(request: ServedRequest): void {
  const line = requestLine(request, new Date());
  if (line !== undefined) console.log(line);
}

async function main(): Promise<void> {
  const options = readCommandLine();
  if (options === 'help') {
    console.log(HELP);
    return;
  }
  if (options === 'version') {
    console.log(VERSION);
    return;
  }
  const emulator = await startGoogleEmulator({ ...options, onRequest: logRequest });
  const stop = (): void => {
    void emulator.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(greeting(emulator));
}

try {
  await main();
} catch (error) {
  const explanation = explain(error);
  if (explanation === undefined) throw error;
  console.error(`google-oauth-emulator: ${explanation}`);
  process.exitCode = 1;
}
