import { readFileSync } from 'node:fs';
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../env.ts';
import { ApiError, routeNotFound } from '../errors.ts';
import { isLoopback } from '../loopback.ts';

/** What the page of /docs needs to ask for a token of the emulator. */
export function freshTokenTheme(): NonNullable<FastifySwaggerUiOptions['theme']> {
  const file = (filename: string): { filename: string; content: string } => {
    return { filename, content: readFileSync(new URL(`../../assets/${filename}`, import.meta.url), 'utf8') };
  };
  return { js: [file('fresh-token.js')], css: [file('fresh-token.css')] };
}

const SCOPES = ['openid', 'email', 'profile', 'https://www.googleapis.com/auth/calendar.readonly'];
const ANSWER_WITHIN_MS = 5_000;

/**
 * With the emulator, a token at one click: every route of /docs can be tried. It goes through the API since the emulator
 * lets no foreign page mint tokens. For the browser on this machine alone: others could sign in as anybody.
 */
export function freshTokenRoute(app: FastifyInstance, emulatorUrl: string, { adminSubjects }: Config): void {
  app.post<{ Body: { admin: boolean } }>(
    '/docs/fresh-token',
    {
      schema: {
        hide: true,
        body: { type: 'object', required: ['admin'], properties: { admin: { type: 'boolean' } } },
      },
      onRequest: async (request) => {
        if (!comesFromHere(request)) throw routeNotFound();
      },
    },
    async ({ body: { admin } }, reply) => {
      const [subject] = adminSubjects;
      if (admin && subject === undefined) {
        throw new ApiError(404, 'ERR_USER_NOT_FOUND', 'ADMIN_SUBJECTS names no administrator');
      }
      const accessToken = await mint(emulatorUrl, admin ? subject : undefined);
      reply.header('cache-control', 'no-store');
      return { accessToken, person: admin ? 'the first administrator' : "the emulator's first user" };
    },
  );
}

/** Its own page, by a name of this machine: another site could give its name this machine's address (DNS rebinding). */
function comesFromHere({ ip, host, headers }: FastifyRequest): boolean {
  const own = `http://${host}`;
  const isHere =
    URL.canParse(own) && isLoopback(new URL(own).hostname) && isLoopback(ip.includes(':') ? `[${ip}]` : ip);
  return isHere && (headers.origin === undefined || headers.origin === own);
}

async function mint(emulatorUrl: string, user: string | undefined): Promise<string> {
  try {
    const response = await fetch(`${emulatorUrl}/__emulator/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/plain' },
      body: JSON.stringify({ scopes: SCOPES, ...(user !== undefined && { user }) }),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!response.ok) throw new Error(`the emulator answered ${response.status}`);
    return (await response.text()).trim();
  } catch (cause) {
    throw new ApiError(503, 'ERR_GOOGLE_UNAVAILABLE', 'The emulator has given no token; does it know that user?', {
      cause,
    });
  }
}
