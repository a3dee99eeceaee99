import { hostname } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requirePrincipal } from 'fastify-google-bearer';
import type { RevocationEntry, TokenVerifier } from 'google-bearer';
import { errorResponses } from '../docs/openapi.ts';
import { ApiError } from '../errors.ts';

/** How many revocations one answer may hold. */
const MAX_LISTED = 1000;

/** Behind a load balancer, one asks which instance it was that answered. */
const INSTANCE = `${hostname()}/${process.pid}`;

type Command = { readonly reason?: string } & (
  | { readonly subject: string }
  | { readonly tokenSha256: string }
  | { readonly block: string }
  | { readonly unblock: string }
  | { readonly everyone: true }
);

const subject = { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' } as const;

const orders = {
  subject: { ...subject, description: 'Every token of this user issued until now' },
  tokenSha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$', description: 'One token, by the SHA-256 of its text' },
  block: { ...subject, description: 'Every token of this user, until unblocked' },
  unblock: { ...subject, description: 'Lifts a block' },
  everyone: { type: 'boolean', const: true, description: 'Every token of anybody issued until now, yours included' },
} as const;

const reason = {
  type: 'string',
  pattern: '^[^\\p{Cc}]{1,200}$',
  description: 'Why, for those who read the list: one line, without a token, an e-mail address or a subject',
} as const;

const commandSchema = {
  type: 'object',
  oneOf: Object.keys(orders).map((order) => ({ required: [order] })),
  additionalProperties: false,
  properties: { ...orders, reason },
  examples: [
    { subject: '117892037450921846555', reason: 'laptop stolen' },
    { tokenSha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', reason: 'found in a log' },
    { block: '117892037450921846555', reason: 'left the company' },
    { unblock: '117892037450921846555' },
    { everyone: true, reason: 'database leaked' },
  ],
} as const;

type SchemaErrorFormatter = Parameters<FastifyInstance['setSchemaErrorFormatter']>[0];

/** Names the choices where Fastify would only count members. */
const explainCommand: SchemaErrorFormatter = (errors, part) => {
  const [error] = errors;
  if (error === undefined || error.instancePath === '') {
    return new Error(`${part} must hold exactly one of ${Object.keys(orders).join(', ')}, and may hold a reason`);
  }
  return new Error(`${part}${error.instancePath} ${error.message}`);
};

const revocationSchema = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['token', 'subject', 'everyone', 'block'] },
    tokenSha256: { type: 'string' },
    subject: { type: 'string' },
    subjectSha256: { type: 'string', description: 'Instead of subject, from a log that keeps no names (Redis)' },
    issuedBefore: { type: 'integer', description: 'ms since the epoch' },
    expiresAt: { type: 'integer', description: 'ms since the epoch; by then every token it matches is dead' },
    at: { type: 'integer', description: 'When it was revoked, in ms since the epoch' },
    reason: { type: 'string' },
    by: { type: 'string', description: 'A role or a system: `self`, `admin`, `google`, `job:…`' },
  },
} as const;

/** What is revoked, for those whom ADMIN_SUBJECTS names. */
export function adminRoutes(app: FastifyInstance, verifier: TokenVerifier, adminSubjects: ReadonlySet<string>): void {
  /** Before the body is read, so that nobody else learns what a good one looks like. */
  const preParsing = async (request: FastifyRequest): Promise<void> => {
    if (adminSubjects.has(requirePrincipal(request).subject)) return;
    throw new ApiError(403, 'ERR_NOT_ADMIN', 'For administrators only');
  };

  app.get(
    '/admin/revocations',
    {
      preParsing,
      schema: {
        tags: ['admin'],
        summary: 'What is revoked now, as this instance sees it',
        response: {
          200: {
            description: `At most ${MAX_LISTED} of them`,
            type: 'object',
            required: ['revocations', 'truncated', 'instance', 'viewAgeMs'],
            properties: {
              revocations: { type: 'array', items: revocationSchema },
              truncated: { type: 'boolean', description: 'Whether there are more' },
              instance: { type: 'string', description: 'Which instance has answered: its machine and process' },
              viewAgeMs: {
                type: 'number',
                description: 'How old the view of this instance is: nothing later is in it',
              },
            },
          },
          ...errorResponses(403),
        },
      },
    },
    () => {
      const revocations: RevocationEntry[] = [];
      const seenBy = { instance: INSTANCE, viewAgeMs: verifier.stats().revocations.ageMs };
      for (const revocation of verifier.revocations()) {
        if (revocations.length === MAX_LISTED) return { revocations, truncated: true, ...seenBy };
        revocations.push(revocation);
      }
      return { revocations, truncated: false, ...seenBy };
    },
  );

  app.post<{ Body: Command }>(
    '/admin/revocations',
    {
      preParsing,
      schemaErrorFormatter: explainCommand,
      schema: {
        tags: ['admin'],
        summary: 'Revokes, blocks or unblocks',
        body: commandSchema,
        response: {
          201: {
            description: 'In force, and durable; repeats what was asked',
            type: 'object',
            additionalProperties: true,
          },
          ...errorResponses(403, 413, 415),
        },
      },
    },
    async (request, reply) => {
      await execute(verifier, request.body);
      return reply.code(201).send(request.body);
    },
  );
}

async function execute(verifier: TokenVerifier, command: Command): Promise<void> {
  const note = { by: 'admin', ...(command.reason !== undefined && { reason: command.reason }) };
  try {
    if ('subject' in command) await verifier.revokeSubject(command.subject, note);
    else if ('tokenSha256' in command) await verifier.revokeTokenSha256(command.tokenSha256, note);
    else if ('block' in command) await verifier.blockSubject(command.block, note);
    else if ('unblock' in command) await verifier.unblockSubject(command.unblock, note);
    else await verifier.revokeEveryone(note);
  } catch (cause) {
    // An address in the place of a sub, or a reason that names somebody: google-bearer sees it better than a pattern would. It quotes neither.
    if (!(cause instanceof TypeError && /^(?:subject|reason): /.test(cause.message))) throw cause;
    throw new ApiError(400, 'ERR_BODY_INVALID', `body/${cause.message}`, { cause });
  }
}
