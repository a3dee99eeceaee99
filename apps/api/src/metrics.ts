import type { FastifyInstance } from 'fastify';
import type { TokenVerifier, VerifierStats } from 'google-bearer';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts requests and shows what the verifier does. Labels come from fixed sets: no token, address or `sub` can be one. */
export function registerMetrics(app: FastifyInstance, verifier: TokenVerifier): Registry {
  const registry = new Registry();
  // In ms. Its default wakes an API that has nothing to do a hundred times a second, which is half of what that costs.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  countRequests(app, registry);
  for (const { name, help, type, value } of verifierMetrics) {
    // A counter of prom-client can only be added to, so it is set anew each time.
    const collectCounter = function (this: Counter): void {
      this.reset();
      this.inc(value(verifier.stats()));
    };
    const collectGauge = function (this: Gauge): void {
      this.set(value(verifier.stats()));
    };
    if (type === 'counter') new Counter({ name, help, registers: [registry], collect: collectCounter });
    else new Gauge({ name, help, registers: [registry], collect: collectGauge });
  }
  return registry;
}

function countRequests(app: FastifyInstance, registry: Registry): void {
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      // The template, never the path. Requests without a route share one label, or a scanner could make endless series.
      route: request.is404 ? '(unmatched)' : (request.routeOptions.url ?? '(unmatched)'),
      status: String(reply.statusCode),
    };
    requests.inc(labels);
    durations.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}

interface VerifierMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: (stats: VerifierStats) => number;
}

const counter = (name: string, help: string, value: VerifierMetric['value']): VerifierMetric => ({
  name: `google_bearer_${name}_total`,
  help,
  type: 'counter',
  value,
});

const gauge = (name: string, help: string, value: VerifierMetric['value']): VerifierMetric => ({
  name: `google_bearer_${name}`,
  help,
  type: 'gauge',
  value,
});

const CIRCUIT = { closed: 0, 'half-open': 1, open: 2 } as const;

const verifierMetrics: readonly VerifierMetric[] = [
  gauge('cache_entries', 'Tokens whose facts are in memory', ({ cache }) => cache.entries),
  gauge('cache_bad_entries', 'Tokens known to be bad in memory', ({ cache }) => cache.badEntries),
  counter('cache_hits', 'Calls answered from memory', ({ cache }) => cache.hits),
  counter('cache_bad_hits', 'Calls answered from the memory of bad tokens', ({ cache }) => cache.badHits),
  counter('cache_misses', 'Calls that memory could not answer', ({ cache }) => cache.misses),
  counter('lookups_started', 'Tokens asked about at Google', ({ lookups }) => lookups.started),
  counter('lookups_joined', 'Calls that waited for a lookup under way', ({ lookups }) => lookups.joined),
  counter('lookups_retried', 'Second attempts at Google', ({ lookups }) => lookups.retried),
  counter('lookups_refused', 'Lookups to which Google said no', ({ lookups }) => lookups.refused),
  counter('lookups_failed', 'Lookups that failed', ({ lookups }) => lookups.failed),
  counter('lookups_shared', 'Tokens found in the shared cache', ({ lookups }) => lookups.sharedHits),
  counter(
    'shared_cache_failures',
    'Times that the shared cache was passed over',
    ({ lookups }) => lookups.sharedFailures,
  ),
  gauge('lookups_active', 'Lookups under way', ({ lookups }) => lookups.active),
  gauge(
    'circuit',
    'Whether lookups pass: 0 closed (yes), 1 half-open, 2 open',
    ({ lookups }) => CIRCUIT[lookups.circuit],
  ),
  gauge('revoked_tokens', 'Single tokens revoked', ({ revocations }) => revocations.tokens),
  gauge('revoked_subjects', 'Users with an issued-before rule', ({ revocations }) => revocations.subjects),
  gauge('blocked_subjects', 'Users blocked', ({ revocations }) => revocations.blocked),
  gauge('watchers', 'Connections that end when their token does', ({ revocations }) => revocations.watchers),
  gauge('revocations_ready', 'Whether the revocation log has been replayed', ({ revocations }) =>
    Number(revocations.ready),
  ),
  gauge('revocations_age_seconds', 'Age of the revocation view', ({ revocations }) => revocations.ageMs / 1000),
];
