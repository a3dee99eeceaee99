/**
 * The path of NextAuth's routes, as NextAuth itself reads it from `NEXTAUTH_URL` (its `parseUrl`, which it does not export): what does not
 * begin with `http` gets `https://` before it, and one slash at the end is left out.
 */
export function nextAuthPath(): string {
  const given = process.env.NEXTAUTH_URL ?? '';
  const url = given.startsWith('http') ? given : `https://${given}`;
  // NextAuth fails on what is no URL, and on an empty one.
  const { pathname } = URL.canParse(url) ? new URL(url) : { pathname: '/' };
  return pathname === '/' ? '/api/auth' : pathname.replace(/\/$/, '');
}
