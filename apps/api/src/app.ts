import cors from '@fastify/cors';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { googleBearer } from 'fastify-google-bearer';
import { createTokenVerifier, type TokenVerifier } from 'google-bearer';
import { answerBelowFastify } from './below-fastify.ts';
import { type CalendarClient, calendarClient } from './calendar/client.ts';
import { endConnectionsOnClose } from './connections.ts';
import { makeDataDir } from './data-dir.ts';
import { registerOpenApi } from './docs/openapi.ts';
import type { Config } from './env.ts';
import { handleError, handleNotFound } from './errors.ts';
import { addSecurityHeaders, type Headers, securityHeaders, tellTokenSource } from './headers.ts';
import { checkRequests } from './http-rules.ts';
import { readJsonOnly } from './json.ts';
import { type LogDestination, loggerOptions, QuietLogController } from './logging.ts';
import { type LookupBudget, openLookupBudget } from './lookup-budget.ts';
import { registerMetrics } from './metrics.ts';
import { resourceOf } from './resource.ts';
import { openRevocations } from './revocations/open.ts';
import type { Revocations } from './revocations/revocations.ts';
import { adminRoutes } from './routes/admin.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { eventRoutes } from './routes/events.ts';
import { operationsRoutes } from './routes/operations.ts';
import { tokenRoutes } from './routes/token.ts';
import { userRoutes } from './routes/user.ts';
import { fastifyTrustProxy } from './trust-proxy.ts';
import { openUserStore } from './users/database.ts';
import type { UserStore } from './users/store.ts';

/** What the routes stand on. */
interface Services {
  readonly users: UserStore;
  readonly revocations: Revocations;
  readonly verifier: TokenVerifier;
  readonly calendar: CalendarClient;
  readonly lookupBudget: LookupBudget;
}

/**
 * Builds the API, ready to listen or to be injected into. Closing it closes everything that it opened.
 *
 * @throws {StartError} when the data cannot be opened
 */
export async function buildApp(
  config: Config,
  options: { readonly logDestination?: LogDestination } = {},
): Promise<FastifyInstance> {
  const headers = securityHeaders(config.publicUrl);
  const app = Fastify({
    logger: loggerOptions(config.logLevel, options.logDestination),
    logController: new QuietLogController(),
    bodyLimit: 16 * 1024,
    // From the first byte of a request to its last; and how long a connection may be silent.
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    // What is strange is refused rather than made to fit: a number is no name, and `everyone: "true"` no order.
    // The schemas are ours, and the test of /openapi.json checks them: to do so at each start takes a tenth of it.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, validateSchema: false } },
    // Before any hook, so without their headers.
    frameworkErrors: (error, request, reply) => handleError(error, request, reply.headers(headers)),
    // These are refused too, but by ourselves: in the shape of all errors.
    http: { requireHostHeader: false },
    return503OnClosing: false,
    trustProxy: fastifyTrustProxy(config.trustProxy),
  });
  answerBelowFastify(app, headers);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  try {
    const services = await openServices(config, app.log);
    closeWithApp(app, services);
    await addRoutes(app, config, services, headers);
    await app.ready();
  } catch (error) {
    await app.close();
    throw error;
  }
  if (config.emulatorUrl !== undefined) {
    app.log.warn('GOOGLE_EMULATOR_URL is set: tokens of an emulator are accepted, and those of Google are not');
  }
  return app;
}

async function openServices(config: Config, logger: FastifyBaseLogger): Promise<Services> {
  if (config.databaseUrl === undefined || config.redisUrl === undefined) makeDataDir(config.dataDir);
  const users = await openUserStore(config, (error) => {
    logger.warn({ err: error }, 'a connection to the user database was lost');
  });
  let revocations: Revocations;
  try {
    revocations = await openRevocations(config);
  } catch (error) {
    await users.close();
    throw error;
  }
  const { log, sharedCache, warning } = revocations;
  if (warning !== undefined) logger.warn(warning);
  const verifier = createTokenVerifier({
    audience: config.clientIds,
    maxAgeMs: config.tokenCacheMaxAgeMs,
    timeoutMs: config.tokeninfoTimeoutMs,
    tokenLifetimeMs: config.tokenLifetimeMs,
    maxStalenessMs: config.maxStalenessMs,
    revocationLog: log,
    ...(sharedCache !== undefined && { sharedCache }),
    ...(config.emulatorUrl !== undefined && { endpoints: config.emulatorUrl }),
  });
  const lookupBudget = await openLookupBudget(config, (err) => {
    logger.warn({ err }, 'the budgets of bad tokens are counted by this process alone');
  });
  return { users, revocations, verifier, calendar: calendarClient(config.emulatorUrl), lookupBudget };
}

/** After the last request is answered, and in this order: the log outlives the verifier that follows it. */
function closeWithApp(app: FastifyInstance, services: Services): void {
  const { users, revocations, verifier, calendar, lookupBudget } = services;
  app.addHook('onClose', async () => {
    lookupBudget.close();
    await Promise.all([verifier.close(), calendar.close(), users.close()]);
    await revocations.close();
  });
}

async function addRoutes(app: FastifyInstance, config: Config, services: Services, headers: Headers): Promise<void> {
  const { users, verifier, calendar, lookupBudget } = services;
  readJsonOnly(app);
  addSecurityHeaders(app, headers);
  checkRequests(app);
  const registry = registerMetrics(app, verifier);
  // First of those that refuse, so that a page can also read why it was refused.
  await app.register(cors, {
    origin: [...config.corsOrigins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['www-authenticate', 'retry-after', 'server-timing'],
    maxAge: 3600,
  });
  endConnectionsOnClose(app);
  await registerOpenApi(app, config);
  await app.register(async (guarded) => {
    const resource = resourceOf(config);
    await guarded.register(googleBearer, {
      verifier,
      realm: 'api',
      lookupBudget: lookupBudget.options,
      ...(resource !== undefined && { resource }),
    });
    tellTokenSource(guarded);
    userRoutes(guarded, users, config.emulatorUrl !== undefined);
    tokenRoutes(guarded, verifier);
    eventRoutes(guarded, verifier, registry);
    calendarRoutes(guarded, calendar);
    adminRoutes(guarded, verifier, config.adminSubjects);
    operationsRoutes(guarded, { verifier, users, registry, maxStalenessMs: config.maxStalenessMs });
  });
}
