import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { type ChallengeContext, type ScopeRequirement, TokenRefusedError, type TokenVerifier } from 'google-bearer';
import { requireAccessToken } from './access-token.ts';
import { readToken } from './authorization-header.ts';
import { passAnonymously, type RequestPrincipal } from './principal.ts';
import { logRefusal, neutralise, setErrorHeaders, withoutToken } from './refusal.ts';
import { type Protection, readProtection } from './route-protection.ts';

/** A route as a guard treats it. */
interface GuardedRoute extends Protection {
  /** Whether it exists to answer CORS preflights, which never carry credentials (Fetch §4.8). */
  readonly forPreflights: boolean;
}

/**
 * Lets the requests of one scope through, or refuses them.
 *
 * Nearly every request comes with a token that memory knows. It goes through in one piece, without a promise or a closure
 * of its own: together these would cost more than the judgement.
 */
export class Guard {
  /** What its challenges say about this API. */
  readonly context: ChallengeContext;
  readonly #verifier: TokenVerifier<RequestPrincipal>;
  /** By the route's `config`, an object that Fastify makes for each route and keeps. */
  readonly #routes = new WeakMap<object, GuardedRoute>();

  constructor(verifier: TokenVerifier<RequestPrincipal>, context: ChallengeContext) {
    this.#verifier = verifier;
    this.context = context;
  }

  /** An `onRequest` hook: it comes before the body is read. */
  check(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    // Not a route, so there is nothing to protect, and 404 helps more than 401.
    if (request.is404) {
      done();
      return;
    }
    let route: GuardedRoute;
    let token: string | undefined;
    try {
      route = this.#routeOf(request);
      token = this.#demandToken(route, request, reply);
    } catch (error) {
      this.#refuse(error, request, reply, done);
      return;
    }
    if (token === undefined) done();
    else this.#judge(token, route.requirement, request, reply, done);
  }

  /**
   * A `preValidation` hook: it comes once the body is there, which its sender may have held back for as long as the server
   * waits. A token that was revoked in the meantime must not act any more.
   */
  checkAgain(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    if (request.principal === null || !hasBody(request)) done();
    else this.#judge(requireAccessToken(request), this.#routeOf(request).requirement, request, reply, done);
  }

  /** The token that a request must stand or fall by; undefined lets it pass as it is. */
  #demandToken(route: GuardedRoute, request: FastifyRequest, reply: FastifyReply): string | undefined {
    if (route.mode === 'public' || (route.forPreflights && isPreflight(request))) return undefined;
    const token = readToken(request);
    if (token !== undefined) return token;
    if (route.mode === 'required') throw new TokenRefusedError('ERR_TOKEN_MISSING');
    passAnonymously(request, () => this.#missing(reply));
    return undefined;
  }

  /** Worked out on a route's first request: so it makes no difference whether the route or the plugin came first. */
  #routeOf(request: FastifyRequest): GuardedRoute {
    const { config, method, url } = request.routeOptions;
    const known = this.#routes.get(config);
    if (known) return known;
    const route: GuardedRoute = {
      ...readProtection(config.googleBearer, `${method} ${url}`),
      // One that was declared for OPTIONS among others, such as `app.all`, may do real work: it stays protected.
      forPreflights: method === 'OPTIONS' && config.googleBearer === undefined,
    };
    this.#routes.set(config, route);
    return route;
  }

  /** Sets the principal, at once if memory knows the token. */
  #judge(
    token: string,
    requirement: ScopeRequirement,
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void {
    let known: RequestPrincipal | undefined;
    try {
      known = this.#verifier.peek(token, requirement);
    } catch (error) {
      this.#refuse(withoutToken(error, token), request, reply, done);
      return;
    }
    if (known === undefined) {
      void this.#ask(token, requirement, request, reply, done);
      return;
    }
    request.principal = known;
    done();
  }

  async #ask(
    token: string,
    requirement: ScopeRequirement,
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): Promise<void> {
    try {
      request.principal = await this.#verifier.verify(token, requirement);
    } catch (error) {
      this.#refuse(withoutToken(error, token), request, reply, done);
      return;
    }
    done();
  }

  #refuse(reason: unknown, request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const error = neutralise(reason);
    // Fastify would prefer a status that an earlier hook has set to the error's.
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

/** One that was announced (RFC 9112 §6.3) or came unannounced, as HTTP/2 allows (RFC 9113 §8.1). */
function hasBody({ headers, body }: FastifyRequest): boolean {
  if (headers['transfer-encoding'] !== undefined || body !== undefined) return true;
  return (headers['content-length'] ?? '0') !== '0';
}

/** The request that a browser sends ahead of one to another origin (Fetch §4.8). */
function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
