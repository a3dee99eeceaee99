/** The path of NextAuth's routes, as NextAuth itself reads it from `NEXTAUTH_URL`. */
export function nextAuthPath(): string {
  const url = process.env.NEXTAUTH_URL ?? '';
  const path = URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : '';
  return path === '' ? '/api/auth' : path;
}
