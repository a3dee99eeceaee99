import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { type ChallengeContext, type ScopeRequirement, TokenRefusedError, type TokenVerifier } from 'google-bearer';
import { requireAccessToken } from './access-token.ts';
import { checkAuthorizationHeader } from './authorization-header.ts';
import type { BearerAuth, BearerAuthFactory } from './bearer-auth.ts';
import { passAnonymously, type RequestPrincipal } from './principal.ts';
import { logRefusal, neutralise, setErrorHeaders, withoutToken } from './refusal.ts';
import { type Protection, readProtection } from './route-protection.ts';

/** A route as a guard treats it. */
interface GuardedRoute extends Pick<Protection, 'mode'> {
  /** Whether it exists to answer CORS preflights, which never carry credentials (Fetch §4.8). */
  readonly forPreflights: boolean;
  readonly requirement: ScopeRequirement;
  /** Reads the header, judges the token, and sets the principal. */
  readonly authenticate: BearerAuth;
}

/** Lets the requests of one scope through, or refuses them. */
export class Guard {
  /** What its challenges say about this API. */
  readonly context: ChallengeContext;
  readonly #verifier: TokenVerifier<RequestPrincipal>;
  readonly #bearerAuth: BearerAuthFactory;
  /** By the route's `config`, an object that Fastify makes for each route and keeps. */
  readonly #routes = new WeakMap<object, GuardedRoute>();

  constructor(verifier: TokenVerifier<RequestPrincipal>, bearerAuth: BearerAuthFactory, context: ChallengeContext) {
    this.#verifier = verifier;
    this.#bearerAuth = bearerAuth;
    this.context = context;
  }

  /** An `onRequest` hook: it comes before the body is read. */
  check(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    let authenticate: BearerAuth | undefined;
    try {
      authenticate = this.#demandOf(request, reply);
    } catch (error) {
      this.#refuse(error, request, reply, done);
      return;
    }
    if (authenticate === undefined) {
      done();
      return;
    }
    authenticate(request, reply, (error) => {
      if (error === undefined) done();
      else this.#refuse(error, request, reply, done);
    });
  }

  /**
   * A `preValidation` hook: it comes once the body is there, which its sender may have held back for as long as the server
   * waits. A token that was revoked in the meantime must not act any more.
   */
  checkAgain(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    if (request.principal === null || !hasBody(request)) {
      done();
      return;
    }
    this.#judge(requireAccessToken(request), this.#routeOf(request).requirement, request).then(
      () => done(),
      (error: unknown) => this.#refuse(error, request, reply, done),
    );
  }

  /** What a request has to go through; undefined lets it pass as it is. */
  #demandOf(request: FastifyRequest, reply: FastifyReply): BearerAuth | undefined {
    // Not a route, so there is nothing to protect, and 404 helps more than 401.
    if (request.is404) return undefined;
    const route = this.#routeOf(request);
    if (route.mode === 'public' || (route.forPreflights && isPreflight(request))) return undefined;
    if (checkAuthorizationHeader(request) || route.mode === 'required') return route.authenticate;
    passAnonymously(request, () => this.#missing(reply));
    return undefined;
  }

  /** Worked out on a route's first request: so it makes no difference whether the route or the plugin came first. */
  #routeOf(request: FastifyRequest): GuardedRoute {
    const { config, method, url } = request.routeOptions;
    const known = this.#routes.get(config);
    if (known) return known;
    const { mode, requirement } = readProtection(config.googleBearer, `${method} ${url}`);
    const route: GuardedRoute = {
      mode,
      // One that was declared for OPTIONS among others, such as `app.all`, may do real work: it stays protected.
      forPreflights: method === 'OPTIONS' && config.googleBearer === undefined,
      requirement,
      authenticate: this.#authenticator(requirement),
    };
    this.#routes.set(config, route);
    return route;
  }

  #authenticator(requirement: ScopeRequirement): BearerAuth {
    const judge = (token: string, request: FastifyRequest) => this.#judge(token, requirement, request);
    return this.#bearerAuth({
      addHook: false,
      keys: [],
      // In any case: schemes are case-insensitive (RFC 9110 §11.1). Named after the RFC, this option would not do that.
      specCompliance: 'rfc6749',
      verifyErrorLogLevel: '',
      async auth(token, request) {
        await judge(token, request);
        return true;
      },
    });
  }

  async #judge(token: string, requirement: ScopeRequirement, request: FastifyRequest): Promise<void> {
    const verifier = this.#verifier;
    try {
      request.principal = verifier.peek(token, requirement) ?? (await verifier.verify(token, requirement));
    } catch (error) {
      throw withoutToken(error, token);
    }
  }

  #refuse(reason: unknown, request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const error = neutralise(reason);
    // @fastify/bearer-auth has already set a status of its own, which Fastify would prefer to the error's.
    reply.code(error.statusCode);
    setErrorHeaders(reply, error, this.context);
    logRefusal(request, error);
    done(error);
  }

  #missing(reply: FastifyReply): TokenRefusedError {
    const error = new TokenRefusedError('ERR_TOKEN_MISSING');
    setErrorHeaders(reply, error, this.context);
    return error;
  }
}

/** RFC 9112 §6.3: what announces a body. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** The request that a browser sends ahead of one to another origin (Fetch §4.8). */
function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
