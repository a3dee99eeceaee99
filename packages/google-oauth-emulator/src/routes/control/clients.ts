import { text } from '../../checks.ts';
import { json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { guarded } from './guard.ts';

/** The registered clients. A secret is told only to whoever asks for it by the client's id. */
export const clientRoutes: readonly Route[] = [
  guarded('GET', '/__emulator/clients', (_body, { clients }) =>
    json(200, {
      clients: clients.all.map(({ secret, ...client }) => ({ ...client, hasSecret: secret !== undefined })),
    }),
  ),
  guarded('GET', '/__emulator/clients/secret', (_body, { clients }, { query }) => {
    const client = clients.find(text('client', query.get('client')));
    if (client === undefined) throw new TypeError('client is not a known client');
    return json(200, { client_secret: client.secret ?? null });
  }),
];
