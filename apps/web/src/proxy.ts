import { type NextRequest, NextResponse } from 'next/server';
import { apiUrl, emulatorUrl, isDevelopment, isHttps } from './env.ts';

/**
 * Gives every page a Content-Security-Policy. The page holds an access token, so no script may run in it but its own,
 * and it may talk to nobody but this site and the API. Next.js puts the nonce on its inline scripts by itself.
 *
 * It is asked for every path, files too, which is why there is no `matcher`: where there is no file of that name, Next.js answers
 * with its "not found" page, which holds the token as well.
 */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()));
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  // A year. Not in next.config.ts, which the build reads: one build runs anywhere.
  if (isHttps()) response.headers.set('strict-transport-security', 'max-age=31536000');
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  const dev = isDevelopment();
  // The picture of a user is at Google; the emulator draws its own.
  const pictures = ['https://*.googleusercontent.com', emulatorUrl() ?? ''].join(' ').trim();
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${dev ? " 'unsafe-inline'" : ''}`,
    `img-src 'self' ${pictures}`,
    `connect-src 'self' ${new URL(apiUrl()).origin}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
