/** Begins to sign in as the page's button does, and resolves to where the browser is sent. */
export async function beginSignIn(webUrl: string): Promise<URL> {
  const token = await fetch(`${webUrl}/api/auth/csrf`);
  const found: unknown = await token.json();
  const csrfToken = typeof found === 'object' && found !== null && 'csrfToken' in found ? String(found.csrfToken) : '';
  const cookie = token.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const answer = await fetch(`${webUrl}/api/auth/signin/google`, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: webUrl }),
    headers: { cookie },
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location') ?? '', webUrl);
}
