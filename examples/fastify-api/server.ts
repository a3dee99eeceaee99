import { createTokenVerifier } from 'google-bearer';
import { buildApp } from './app.ts';

const verifier = createTokenVerifier({
  // Only tokens of your own client pass.
  audience: process.env.GOOGLE_CLIENT_ID,
  // For development; when it is not set, Google itself is asked.
  endpoints: process.env.GOOGLE_EMULATOR_URL,
});

const app = await buildApp(verifier, process.env.NEXTAUTH_URL ?? 'http://localhost:3000');
await app.listen({ port: Number(process.env.PORT ?? 4000) });
