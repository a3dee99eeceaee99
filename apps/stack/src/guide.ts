import { styleText } from 'node:util';

/** What to paste first: the story of a leaked token, from a shell. */
export function guide(emulatorUrl: string, apiUrl: string): string {
  const heading = (text: string): string => styleText('bold', text, { stream: process.stdout });
  const mint = `$(curl -s ${emulatorUrl}/__emulator/tokens -H 'content-type: application/json' -H 'accept: text/plain' -d '{}')`;
  const call = (method: string, path: string, token: string): string =>
    `curl -i -w '\\n' -X ${method} ${apiUrl}${path} -H "Authorization: Bearer $${token}"`;
  return [
    '',
    `${heading('Google emulator')}  ${emulatorUrl}`,
    `${heading('API')}              ${apiUrl}/docs`,
    '',
    heading('Two access tokens of one person, as sign-in would give them'),
    `TOKEN=${mint}`,
    `OTHER=${mint}`,
    '',
    heading('Sign in: 201 the first time, 200 from then on'),
    call('POST', '/api/user', 'TOKEN'),
    call('POST', '/api/user', 'TOKEN'),
    '',
    heading('The first token leaked: this one alone is revoked (204), refused (401), the other goes on (200)'),
    call('DELETE', '/api/token', 'TOKEN'),
    call('GET', '/api/user', 'TOKEN'),
    call('GET', '/api/user', 'OTHER'),
    '',
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}
