import { type Dispatcher, Headers, MockAgent } from 'undici';
import type { FakeTokeninfo } from './fake-principal.ts';

/** Where the fake Google is; the name resolves nowhere (RFC 6761 §6.4). */
export const FAKE_GOOGLE = 'https://google.invalid';

/** A Google in memory that knows these tokens and no other. Nothing goes over the network. */
export function fakeGoogle(tokens: ReadonlyMap<string, FakeTokeninfo>): Dispatcher {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const google = agent.get(FAKE_GOOGLE);
  google
    .intercept({ method: 'POST', path: '/tokeninfo' })
    .reply(({ headers }) => {
      const authorization = new Headers(headers).get('authorization') ?? '';
      const known = tokens.get(authorization.replace('Bearer ', ''));
      return known === undefined
        ? { statusCode: 400, data: '{"error":"invalid_token","error_description":"Invalid Value"}' }
        : { statusCode: 200, data: JSON.stringify(known) };
    })
    .persist();
  google
    .intercept({ method: 'POST', path: /^\/revoke\b/ })
    .reply(200, '{}')
    .persist();
  return agent;
}
