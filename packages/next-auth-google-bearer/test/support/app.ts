import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type GoogleEmulator, startGoogleEmulator } from 'google-oauth-emulator';
import nextAuth, { type NextAuthOptions, type Session } from 'next-auth';
import { decode, type JWT } from 'next-auth/jwt';
import type { Test } from 'tap';
import {
  type GoogleBearerAuth,
  type GoogleBearerAuthOptions,
  googleBearerAuth,
  type JwtCallback,
  type RefreshOptions,
} from '../../src/index.ts';
import { Browser, type Page } from './browser.ts';
import { type FakeApi, fakeApi, listen } from './server.ts';

export const SECRET = 'a-secret-for-cookies-in-tests';
export const CLIENT_ID = 'web.apps.googleusercontent.com';
export const CLIENT_SECRET = 'GOCSPX-secret-of-the-tests';

/** An application with the real NextAuth, a Google and an API. */
export interface App {
  readonly url: string;
  readonly google: GoogleEmulator;
  readonly api: FakeApi;
  /** The page that a sign-in ends at. */
  signIn(browser: Browser, parameters?: Record<string, string>, provider?: string): Promise<Page>;
  signOut(browser: Browser): Promise<void>;
  session(browser: Browser): Promise<Partial<Session>>;
  update(browser: Browser, data: unknown): Promise<Partial<Session>>;
  /** The content of the session cookie. */
  jwt(browser: Browser): Promise<JWT | null>;
  /** How often Google was asked for a new access token. */
  refreshes(): number;
}

export interface AppOptions {
  /** Where NextAuth's routes are. */
  readonly authPath?: string;
  /** What the app adds to NextAuth's options. */
  readonly extra?: (auth: GoogleBearerAuth, google: GoogleEmulator) => Partial<NextAuthOptions>;
  /** What is served beside NextAuth's routes. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly tokenLifetimeS?: number;
  readonly rotateRefreshTokens?: boolean;
  readonly auth?: Partial<GoogleBearerAuthOptions>;
}

/** Starts all of it. NextAuth reads its own URL from the environment: one application at a time. */
export async function startApp(t: Test, options: AppOptions = {}): Promise<App> {
  const {
    authPath = '/api/auth',
    page = aPage,
    extra,
    tokenLifetimeS = 3600,
    rotateRefreshTokens = false,
    auth = {},
  } = options;
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => {};
  const url = await listen(t, (request, response) => void handle(request, response));
  const client = {
    id: CLIENT_ID,
    secret: CLIENT_SECRET,
    redirectUris: ['google', 'other'].map((id) => `${url}${authPath}/callback/${id}`),
    rotateRefreshTokens,
  };
  const google = await startGoogleEmulator({ clients: [client], tokenLifetimeS });
  t.teardown(() => google.close());
  const api = await fakeApi(t);
  process.env.NEXTAUTH_URL = authPath === '/api/auth' ? url : url + authPath;
  process.env.NEXTAUTH_SECRET = SECRET;
  const ours = googleBearerAuth({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    apiUrl: api.url,
    endpoints: google.url,
    ...auth,
  });
  const authOptions: NextAuthOptions = { ...ours, pages: { signIn: '/', error: '/' }, ...extra?.(ours, google) };
  const nextAuthHandler: (request: unknown, response: unknown) => Promise<void> = nextAuth.default(authOptions);
  handle = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    if (!pathname.startsWith(`${authPath}/`)) return page(request, response);
    const action = pathname.slice(authPath.length + 1).split('/');
    await nextAuthHandler(await nextRequest(request, action, searchParams), nextResponse(response));
  };

  async function json(response: Response): Promise<Record<string, unknown>> {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? { ...body } : {};
  }
  async function post(browser: Browser, path: string, fields: Record<string, string>): Promise<Response> {
    const { csrfToken } = await json(await browser.request(`${url}${authPath}/csrf`));
    const body = new URLSearchParams({ csrfToken: String(csrfToken), json: 'true', ...fields });
    return browser.request(`${url}${authPath}/${path}`, { method: 'POST', body });
  }
  return {
    url,
    google,
    api,
    async signIn(browser, parameters = {}, provider = 'google') {
      const path = `signin/${provider}?${new URLSearchParams(parameters)}`;
      const { url: googleUrl } = await json(await post(browser, path, { callbackUrl: `${url}/signed-in` }));
      const chooser = await browser.open(String(googleUrl));
      const consent = await browser.submit(chooser, ['user', google.users[0]?.sub ?? '']);
      return browser.submit(consent, ['decision', 'allow']);
    },
    async signOut(browser) {
      await (await post(browser, 'signout', {})).body?.cancel();
    },
    session: async (browser) => json(await browser.request(`${url}${authPath}/session`)),
    async update(browser, data) {
      const { csrfToken } = await json(await browser.request(`${url}${authPath}/csrf`));
      return json(
        await browser.request(`${url}${authPath}/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ csrfToken, data }),
        }),
      );
    },
    jwt: (browser) => decode({ token: browser.cookies(url).get('next-auth.session-token') ?? '', secret: SECRET }),
    refreshes: () => google.calls.filter((call) => call.grantType === 'refresh_token').length,
  };
}

async function aPage(_: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end('a page');
}

/** What Next.js hands to an API route. */
async function nextRequest(request: IncomingMessage, nextauth: string[], query: URLSearchParams): Promise<object> {
  const cookies = new Map((request.headers.cookie ?? '').split('; ').map((line) => splitOnce(line)));
  const sent = await text(request);
  const isJson = request.headers['content-type'] === 'application/json' && sent !== '';
  const body: unknown = isJson ? JSON.parse(sent) : Object.fromEntries(new URLSearchParams(sent));
  const { method, headers } = request;
  return {
    method,
    headers,
    query: { ...Object.fromEntries(query), nextauth },
    cookies: Object.fromEntries(cookies),
    body,
  };
}

function splitOnce(cookie: string): [string, string] {
  const at = cookie.indexOf('=');
  return [cookie.slice(0, at), decodeURIComponent(cookie.slice(at + 1))];
}

/** The answer as Next.js lets an API route make it. */
function nextResponse(response: ServerResponse): object {
  return Object.assign(response, {
    status(code: number) {
      response.statusCode = code;
      return response;
    },
    json: (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    send: (body: unknown) => response.end(typeof body === 'string' ? body : JSON.stringify(body)),
  });
}

/** The options of a callback of this application, made once more. */
export function clientOptions(app: App): RefreshOptions {
  return { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, endpoints: app.google.url };
}

/** What NextAuth hands to the `jwt` callback when a session is read. */
export function jwtParams(token: JWT | null): Parameters<JwtCallback>[0] {
  // NextAuth's type asks for a user and an account, which are there at a sign-in alone.
  return { token: token ?? {}, user: { id: '' }, account: null };
}

/** How the emulator's log names a token. */
export function tokenName(token: string | undefined): string {
  return createHash('sha256')
    .update(token ?? '')
    .digest('hex')
    .slice(0, 16);
}

/** Someone who is signed in. */
export async function signedIn(app: App): Promise<Browser> {
  const browser = new Browser();
  const { url } = await app.signIn(browser);
  if (url.pathname !== '/signed-in') throw new Error(`not signed in, but at ${url.pathname}${url.search}`);
  return browser;
}
