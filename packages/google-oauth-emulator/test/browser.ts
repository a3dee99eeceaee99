import type { Test } from 'tap';
import { type GoogleEmulator, type GoogleEmulatorOptions, startGoogleEmulator } from '../src/index.ts';

/** Starts an emulator that ends with the test. */
export async function start(t: Test, options: GoogleEmulatorOptions = {}): Promise<GoogleEmulator> {
  const emulator = await startGoogleEmulator(options);
  t.teardown(() => emulator.close());
  return emulator;
}

export const CLIENT_ID = 'emulator-client.apps.googleusercontent.com';
export const CLIENT_SECRET = 'GOCSPX-emulator-secret';
export const REDIRECT_URI = 'http://localhost:3000/api/auth/callback/google';
export const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';
export const DRIVE = 'https://www.googleapis.com/auth/drive.file';
export const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
export const PROFILE = 'https://www.googleapis.com/auth/userinfo.profile';

export interface Page {
  readonly status: number;
  readonly html: string;
  /** Where the emulator sent the browser, when that is outside. */
  readonly app: URL | undefined;
}

/** A very small browser: cookies, redirects inside one origin, and forms. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(emulator: { readonly url: string }) {
    this.#origin = emulator.url;
  }

  async open(url: string, form?: URLSearchParams): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, this.#origin), {
      redirect: 'manual',
      headers: { cookie },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const html = await response.text();
    if (location === null) return { status: response.status, html, app: undefined };
    const target = new URL(location, this.#origin);
    if (target.origin !== this.#origin) return { status: response.status, html, app: target };
    return this.open(target.href);
  }

  /** Sends the page's form that holds the button, with its fields as they stand, changed by `edit`. */
  submit(page: Page, button: [name: string, value: string], edit?: (fields: URLSearchParams) => void): Promise<Page> {
    const { action, fields } = formWith(page, `name="${button[0]}"`);
    fields.append(...button);
    edit?.(fields);
    return this.open(action, fields);
  }

  authorize(parameters: Record<string, string> = {}): Promise<Page> {
    return this.open(authorizationPath(parameters));
  }

  choose(page: Page, sub: string): Promise<Page> {
    return this.submit(page, ['user', sub]);
  }

  allow(page: Page, edit?: (fields: URLSearchParams) => void): Promise<Page> {
    return this.submit(page, ['decision', 'allow'], edit);
  }

  /** Chooser, consent to everything, and back: the code that the app gets. */
  async signIn(emulator: GoogleEmulator, parameters: Record<string, string> = {}): Promise<string> {
    const chooser = await this.authorize(parameters);
    const consent = await this.choose(chooser, emulator.users[0]?.sub ?? '');
    const { app } = consent.app === undefined ? await this.allow(consent) : consent;
    return app?.searchParams.get('code') ?? '';
  }
}

export function authorizationPath(parameters: Record<string, string> = {}): string {
  const all = {
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'the-state',
    ...parameters,
  };
  return `/o/oauth2/v2/auth?${new URLSearchParams(all)}`;
}

export function formWith(page: Page, marker: string): { action: string; fields: URLSearchParams } {
  for (const [, action = '', content = ''] of page.html.matchAll(
    /<form method="post" action="([^"]+)">(.*?)<\/form>/gs,
  )) {
    if (!content.includes(marker)) continue;
    const fields = new URLSearchParams();
    for (const [input] of content.matchAll(/<input [^>]*>/g)) {
      if (input.includes('type="checkbox"') && !input.includes(' checked')) continue;
      fields.append(attribute(input, 'name'), attribute(input, 'value'));
    }
    return { action, fields };
  }
  throw new Error(`no form with ${marker} in: ${page.html.slice(0, 2000)}`);
}

function attribute(element: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? '';
  return value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** Fields that the tests look at one by one. */
export interface Body extends Record<string, unknown> {
  readonly access_token?: unknown;
  readonly refresh_token?: unknown;
  readonly id_token?: unknown;
  readonly expires_in?: unknown;
  readonly scope?: unknown;
  readonly aud?: unknown;
  readonly azp?: unknown;
  readonly email?: unknown;
  readonly items?: unknown;
  readonly keys?: unknown;
  readonly calls?: unknown;
  readonly users?: unknown;
  readonly clients?: unknown;
  readonly endpoints?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

async function reply(response: Response): Promise<Reply> {
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error('not an object');
  return { status: response.status, body: { ...body }, headers: response.headers };
}

export async function postForm(
  emulator: { readonly url: string },
  path: string,
  form: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return reply(await fetch(emulator.url + path, { method: 'POST', body: new URLSearchParams(form), headers }));
}

export async function getJson(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  return reply(await fetch(url, { headers }));
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export const CLIENT_FIELDS = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };

export function exchange(
  emulator: { readonly url: string },
  code: string,
  more: Record<string, string> = {},
): Promise<Reply> {
  const form = { ...CLIENT_FIELDS, grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code, ...more };
  return postForm(emulator, '/token', form);
}

export function refresh(
  emulator: { readonly url: string },
  refreshToken: string,
  more: Record<string, string> = {},
): Promise<Reply> {
  const form = { ...CLIENT_FIELDS, grant_type: 'refresh_token', refresh_token: refreshToken, ...more };
  return postForm(emulator, '/token', form);
}
