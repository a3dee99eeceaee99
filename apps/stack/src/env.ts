import type { GoogleEmulator } from 'google-oauth-emulator';

/** The port that was asked for by `PORT`, or the API's usual one. */
export function apiPort(): number {
  const port = Number(process.env.PORT ?? '');
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 4000;
}

/** The API's environment: ours, with the emulator for a Google and its second user for an administrator. */
export function apiEnv(emulator: GoogleEmulator, port: number): NodeJS.ProcessEnv {
  return {
    ADMIN_SUBJECTS: emulator.users[1]?.sub,
    ...process.env,
    GOOGLE_CLIENT_ID: emulator.clients.map(({ id }) => id).join(','),
    GOOGLE_EMULATOR_URL: emulator.url,
    HOST: '127.0.0.1',
    PORT: String(port),
  };
}
