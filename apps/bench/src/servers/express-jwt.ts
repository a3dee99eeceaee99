import { once } from 'node:events';
import express, { type ErrorRequestHandler } from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import { account, type RouteServer } from './contract.ts';

/** Express with express-oauth2-jwt-bearer, which fetches the issuer's keys once and then keeps them. */
export const server: RouteServer = {
  async listen({ issuer, jwksUri, audience }) {
    const app = express();
    // What the others do not do for each answer either.
    app.disable('etag').disable('x-powered-by');
    app.use(auth({ issuer, jwksUri, audience, tokenSigningAlg: 'RS256' }));
    app.get('/api/user', (_, response) => void response.json(account));
    app.use(answerQuietly);
    const listener = app.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  },
};

/** Express writes errors to stderr, where they would look like failures of the suite. It knows this by its four parameters. */
const answerQuietly: ErrorRequestHandler = (error, _request, response, _next) => {
  response.sendStatus(error.status ?? 500);
};
