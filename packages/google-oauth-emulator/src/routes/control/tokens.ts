import { json, line } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { mintToken } from '../../minting.ts';
import { reportedLifetime } from '../token.ts';
import { guarded } from './guard.ts';

/** Tokens without a browser. */
export const mintingRoutes: readonly Route[] = [
  guarded('POST', '/__emulator/tokens', (body, state, { headers }) => {
    const { value, scopes, expiresAt } = mintToken(state, body);
    if (headers.accept === 'text/plain') return line(value);
    const lifetimeS = Math.round((expiresAt - state.clock.now()) / 1000);
    return json(200, {
      access_token: value,
      expires_in: reportedLifetime(lifetimeS),
      scope: scopes.join(' '),
      token_type: 'Bearer',
    });
  }),
];
