import { styleText } from 'node:util';

/** Where everything is. */
export interface GuideOptions {
  /** What people click. */
  readonly webUrl: string;
  readonly apiUrl: string;
  /** undefined: it is the real Google. */
  readonly emulatorUrl: string | undefined;
  /** Where the real Google has to be allowed to send people back to. */
  readonly redirectUri: string;
}

/** Where to click first, and what to paste then. */
export function guide({ webUrl, apiUrl, emulatorUrl, redirectUri }: GuideOptions): string {
  return [
    '',
    strong('────────────────────────────────────────────────'),
    strong(`  Open  ${webUrl}  and sign in`),
    strong('────────────────────────────────────────────────'),
    '',
    `${strong('API')}              ${apiUrl}/docs`,
    ...(emulatorUrl === undefined ? realGoogle(apiUrl, redirectUri) : emulatedGoogle(apiUrl, emulatorUrl)),
    '',
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

/** The same in a line, for when the guide is out of sight. */
export function reminder({ webUrl, apiUrl, emulatorUrl }: GuideOptions): string {
  const places = [
    `Open ${strong(webUrl)}`,
    `API ${apiUrl}/docs`,
    ...(emulatorUrl ? [`Google emulator ${emulatorUrl}`] : []),
  ];
  return `${strong('──')} ${places.join(' · ')} · stop with Ctrl-C`;
}

/** The story of a leaked token, from a shell. */
function emulatedGoogle(apiUrl: string, emulatorUrl: string): string[] {
  const mint = `$(curl -s ${emulatorUrl}/__emulator/tokens -H 'content-type: application/json' -H 'accept: text/plain' -d '{}')`;
  const call = (method: string, path: string, token: string): string =>
    `curl -i -w '\\n' -X ${method} ${apiUrl}${path} -H "Authorization: Bearer $${token}"`;
  return [
    `${strong('Google emulator')}  ${emulatorUrl}  (its people need no password)`,
    '',
    'The same from a shell:',
    '',
    strong('Two access tokens of one person, as sign-in would give them'),
    `TOKEN=${mint}`,
    `OTHER=${mint}`,
    '',
    strong('Sign in: 201 the first time, 200 from then on'),
    call('POST', '/api/user', 'TOKEN'),
    call('POST', '/api/user', 'TOKEN'),
    '',
    strong('The first token leaked: this one alone is revoked (204), refused (401), the other goes on (200)'),
    call('DELETE', '/api/token', 'TOKEN'),
    call('GET', '/api/user', 'TOKEN'),
    call('GET', '/api/user', 'OTHER'),
  ];
}

function realGoogle(apiUrl: string, redirectUri: string): string[] {
  return [
    `${strong('Google')}           the real one. This redirect URI has to be registered for your OAuth client at`,
    '                 https://console.cloud.google.com/apis/credentials',
    `                 ${redirectUri}`,
    '',
    strong('From a shell: without an access token of your client the API says what it wants (401)'),
    `curl -i -w '\\n' ${apiUrl}/api/user`,
  ];
}

function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
