import { type GoogleEmulator, requestLine, type ServedRequest, startGoogleEmulator } from 'google-oauth-emulator';
import { apiLines } from './api-lines.ts';
import { redirectUriOf } from './google-client.ts';
import { guide, reminder } from './guide.ts';
import { keptNextAuthSecret } from './nextauth-secret.ts';
import type { Output } from './output.ts';
import { apiEnv, type GoogleAccess, machineEnv, webEnv } from './part-env.ts';
import { Parts } from './parts.ts';
import { freePorts, type Ports } from './ports.ts';
import { apiArgs, packageBuildArgs, WATCHED_HAS_FAILED, WEB, webArgs } from './programs.ts';
import { Service } from './service.ts';
import type { Settings } from './settings.ts';

/** How the stack is run. */
export interface StackOptions {
  readonly settings: Settings;
  /** API and web client start anew, or reload, when a source changes. */
  readonly dev: boolean;
  readonly output: Output;
  /** Ends it, at any moment. */
  readonly signal: AbortSignal;
}

/** The emulator's client, as the emulator's own default, but for the web client's port. */
const EMULATED_CLIENT = { id: 'emulator-client.apps.googleusercontent.com', secret: 'GOCSPX-emulator-secret' };

/**
 * Starts Google (unless it is the real one), the API and the web client, each once the one before is ready, says where
 * to click, and resolves when all have stopped after the signal.
 *
 * @throws {Error} that names the part that failed, once the others have stopped
 */
export async function runStack(options: StackOptions): Promise<void> {
  const { output, signal } = options;
  const parts = new Parts(signal);
  try {
    await start(options, parts);
    await parts.over;
  } catch (error) {
    if (!signal.aborted) throw error;
    output.say('\nStopping …');
  } finally {
    await parts.stop();
  }
}

async function start({ settings, dev, output, signal }: StackOptions, parts: Parts): Promise<void> {
  const { variables } = settings;
  const say = (text: string): void => output.say(text);
  for (const note of settings.notes) say(note);
  const ports = await freePorts(settings.ports);
  if (settings.google !== undefined && settings.ports.web !== 0 && ports.web !== settings.ports.web) {
    throw new Error(webPortTaken(settings.ports.web));
  }
  for (const line of gaveWay(settings.ports, ports, settings.google !== undefined)) say(line);
  const at = { apiPort: ports.api, webUrl: `http://localhost:${ports.web}` };
  const apiUrl = `http://127.0.0.1:${ports.api}`;

  const google = await startGoogle(settings, ports.emulator, at.webUrl, output, parts);
  signal.throwIfAborted();

  say('Starting the API …');
  const env = apiEnv(variables, google, at);
  const api = new Service({
    name: 'api',
    args: apiArgs({ watch: dev }),
    env,
    readyUrl: `${apiUrl}/readyz`,
    print: printing(output, 'api', apiLines()),
    gaveUp: WATCHED_HAS_FAILED,
  });
  await parts.ready(api);

  const secret = settings.nextAuthSecret ?? (await keptNextAuthSecret(settings.dataDir));
  signal.throwIfAborted();
  if (dev) {
    const args = packageBuildArgs({ watch: true });
    await parts.ready(new Service({ name: 'tsc', args, env: machineEnv(variables), print: printing(output, 'tsc') }));
  }
  say('Starting the web client …');
  const web = new Service({
    name: 'web',
    args: webArgs(ports.web, { dev }),
    cwd: WEB,
    env: webEnv(variables, google, at, secret),
    // What people open. With `--dev` it is compiled by then, and most of the sign-in with it.
    readyUrl: `http://127.0.0.1:${ports.web}/`,
    // Next.js says that it is at 127.0.0.1; who signs in there comes back to localhost, without the cookies.
    print: printing(output, 'web', (line) => (/- (Local|Network): /.test(line) ? undefined : line)),
    // Pages are not worth waiting for.
    stopWithinMs: 5000,
  });
  await parts.ready(web);
  const places = { webUrl: at.webUrl, apiUrl, emulatorUrl: google.emulatorUrl, redirectUri: redirectUriOf(at.webUrl) };
  say(guide(places));
  output.keepInSight(reminder(places));
}

/** Passes on the lines of a part as people like to read them; undefined is for nobody. */
function printing(
  output: Output,
  part: string,
  readable: (line: string) => string | undefined = (line) => line,
): (line: string, stream: 'stdout' | 'stderr') => void {
  return (line, stream) => {
    const text = readable(line);
    if (text !== undefined) output.line(part, text, stream);
  };
}

async function startGoogle(
  { google }: Settings,
  port: number,
  webUrl: string,
  output: Output,
  parts: Parts,
): Promise<GoogleAccess> {
  if (google !== undefined) {
    return { clientIds: google.ids, clientSecret: google.secret, emulatorUrl: undefined, adminSubject: undefined };
  }
  output.say('Starting the Google emulator …');
  const onRequest = (request: ServedRequest): void => {
    const line = requestLine(request, new Date());
    if (line !== undefined) output.line('google', line);
  };
  const clients = [{ ...EMULATED_CLIENT, redirectUris: [redirectUriOf(webUrl)] }];
  const listen = (on: number): Promise<GoogleEmulator> => startGoogleEmulator({ port: on, clients, onRequest });
  // Another stack that starts at this moment may have been faster.
  const emulator = await listen(port).catch(() => listen(0));
  parts.add(() => emulator.close());
  return {
    clientIds: [EMULATED_CLIENT.id],
    clientSecret: EMULATED_CLIENT.secret,
    emulatorUrl: emulator.url,
    adminSubject: emulator.users[1]?.sub,
  };
}

/** Google sends people back to a registered URI alone: on another port every sign-in would end at Google's error page. */
function webPortTaken(port: number): string {
  return [
    `WEB_PORT: port ${port} is taken by another program, and the web client needs it:`,
    `with the real Google people come back to ${redirectUriOf(`http://localhost:${port}`)} and nowhere else.`,
    'End that program; or set WEB_PORT to a free port, and register the redirect URI with that port at',
    'https://console.cloud.google.com/apis/credentials',
  ].join('\n');
}

function gaveWay(wanted: Ports, ports: Ports, realGoogle: boolean): string[] {
  const named = [
    ['the web client', wanted.web, ports.web],
    ['the API', wanted.api, ports.api],
    ...(realGoogle ? [] : [['the Google emulator', wanted.emulator, ports.emulator] as const]),
  ] as const;
  return named
    .filter(([, from, to]) => from !== 0 && from !== to)
    .map(([name, from, to]) => `Port ${from} is taken: ${name} listens on ${to}.`);
}
