import Fastify from 'fastify';
import byDefault, { googleBearer, requirePrincipal } from 'fastify-google-bearer';
import { createTokenVerifier, type Principal, TokenRefusedError } from 'google-bearer';
import { revocationLogContract } from 'google-bearer/revocation-log-contract';
import { fakeVerifier } from 'google-bearer/testing';
import { redisRevocationLog } from 'google-bearer-redis';
import { sqliteRevocationLog } from 'google-bearer-sqlite';
import { startGoogleEmulator } from 'google-oauth-emulator';

/** Uses each package as an application would, and prints what came of it. */
async function main(): Promise<void> {
  const google = await startGoogleEmulator();
  const log = sqliteRevocationLog({ path: 'revocations.db' });
  const audience = google.clients[0]?.id;
  const verifier = createTokenVerifier({ audience, endpoints: google.url, revocationLog: log });
  await verifier.ready();

  const app = Fastify();
  await app.register(googleBearer, { verifier });
  app.get('/api/user', (request) => requirePrincipal(request).email);
  const token = google.mintToken();
  const call = () => app.inject({ url: '/api/user', headers: { authorization: `Bearer ${token}` } });

  const accepted = await call();
  const principal: Principal = await verifier.verify(token, { scopes: ['email'] });
  await verifier.revokeToken(token);
  const refused = await call();
  const error: unknown = await verifier.verify(token).catch((reason: unknown) => reason);

  console.log(accepted.statusCode, accepted.body === principal.email);
  console.log(refused.statusCode, error instanceof TokenRefusedError && error.code);
  const fake = fakeVerifier({ principals: { token: { subject: '1' } } });
  console.log((await fake.verify('token')).subject);
  console.log(byDefault === googleBearer, typeof redisRevocationLog, typeof revocationLogContract);
  await app.close();
  await verifier.close();
  log.close();
  await google.close();
}

void main();
