import type { FastifyInstance } from 'fastify';
import { requirePrincipal } from 'fastify-google-bearer';
import { errorResponses, noContent } from '../docs/openapi.ts';
import { ApiError } from '../errors.ts';
import { type ProfileBody, profileBodySchema, readProfile } from '../users/profile.ts';
import type { UserStore } from '../users/store.ts';

const userSchema = {
  type: 'object',
  required: ['id', 'email', 'name', 'image', 'createdAt', 'updatedAt', 'lastSignInAt'],
  properties: {
    id: { type: 'string', description: "Google's `sub`" },
    email: { type: 'string' },
    name: { type: ['string', 'null'] },
    image: { type: ['string', 'null'] },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time', description: 'When e-mail, name or image last changed' },
    lastSignInAt: { type: 'string', format: 'date-time' },
  },
  examples: [
    {
      id: '106488946935451153824',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      image: 'https://www.example.com/ada.png',
      createdAt: '2026-11-25T09:00:00.000Z',
      updatedAt: '2026-11-25T09:00:00.000Z',
      lastSignInAt: '2026-11-25T09:05:00.000Z',
    },
  ],
} as const;

/** The record of the signed-in user. Nobody can name another user: the token says who it is. */
export function userRoutes(app: FastifyInstance, users: UserStore, allowLoopbackImages: boolean): void {
  app.post<{ Body: ProfileBody | null | undefined }>(
    '/api/user',
    {
      config: { googleBearer: { scopes: ['email'] } },
      schema: {
        tags: ['user'],
        summary: 'Sign in: adds or updates the user',
        body: profileBodySchema,
        response: {
          200: { description: 'A known user', ...userSchema },
          201: { description: 'A new user', ...userSchema },
          ...errorResponses(403, 413, 415),
        },
      },
    },
    async (request, reply) => {
      const { subject, email, emailVerified } = requirePrincipal(request);
      if (email === undefined || !emailVerified) {
        throw new ApiError(403, 'ERR_EMAIL_UNVERIFIED', 'Google has not verified the e-mail address of this account');
      }
      const claimedId = request.body?.id;
      if (typeof claimedId === 'string' && claimedId !== subject) {
        throw new ApiError(403, 'ERR_USER_MISMATCH', 'body/id is not the user of the access token');
      }
      const profile = readProfile(request.body, allowLoopbackImages);
      const { created, user } = await users.signIn({ id: subject, email, ...profile });
      return reply.code(created ? 201 : 200).send(user);
    },
  );

  app.get(
    '/api/user',
    {
      schema: {
        tags: ['user'],
        summary: 'Your record',
        response: { 200: { description: 'The record', ...userSchema }, ...errorResponses(404) },
      },
    },
    async (request) => {
      const user = await users.find(requirePrincipal(request).subject);
      if (user === undefined) throw new ApiError(404, 'ERR_USER_NOT_FOUND', 'This user has not signed in here');
      return user;
    },
  );

  app.delete(
    '/api/user',
    {
      schema: {
        tags: ['user'],
        summary: 'Deletes your record',
        response: { ...noContent, ...errorResponses(413, 415) },
      },
    },
    async (request, reply) => {
      await users.delete(requirePrincipal(request).subject);
      return reply.code(204).send();
    },
  );
}
