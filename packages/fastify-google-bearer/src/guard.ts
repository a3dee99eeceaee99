import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import {
  type ChallengeContext,
  type PrincipalSource,
  TokenRefusedError,
  type TokenRequirement,
  type TokenVerifier,
} from 'google-bearer';
import { accessSignalOf, neverAborting, replyOf } from './access-signal.ts';
import { judgedToken } from './access-token.ts';
import { assertSoleToken, explainRefusal } from './authorization-header.ts';
import { isHeaderRefusal, type VerifyBearerAuth } from './bearer-auth.ts';
import type { LookupBudget } from './lookup-budget/lookup-budget.ts';
import { passAnonymously, passedAnonymously, type RequestPrincipal } from './principal.ts';
import { logOnce, neutralise, setErrorHeaders, withoutToken } from './refusal.ts';
import { type Protection, readProtection } from './route-protection.ts';

/** Under this name a scope knows its guard, and inherits that of the scope around it. */
export const guardOf: unique symbol = Symbol('fastify-google-bearer guard');

declare module 'fastify' {
  interface FastifyInstance {
    [guardOf]: Guard;
  }
}

/** A route as a guard treats it. */
interface GuardedRoute extends Protection {
  /** Whether it exists to answer CORS preflights, which never carry credentials (Fetch §4.8). */
  readonly forPreflights: boolean;
  /** What it needs of a token, whatever the age of Google's word. */
  readonly ofMemory: TokenRequirement;
}

/** What a token is looked for on. */
type DemandingMode = Exclude<Protection['mode'], 'public'>;

/** What a guard is made of. */
interface GuardParts {
  readonly verifier: TokenVerifier<RequestPrincipal>;
  readonly verifyBearerAuth: VerifyBearerAuth;
  /** Undefined: clients may send as many unknown tokens as they like. */
  readonly budget: LookupBudget | undefined;
  /** Told of each route once it is read. */
  readonly noteScopes: (route: string, protection: Protection) => void;
  readonly context: ChallengeContext;
}

/**
 * Lets the requests of one scope through, or refuses them. @fastify/bearer-auth reads the header and calls
 * {@link Guard.judge} with the token that it found.
 */
export class Guard {
  /** What its challenges say about this API. */
  readonly context: ChallengeContext;
  readonly #verifier: TokenVerifier<RequestPrincipal>;
  readonly #verifyBearerAuth: VerifyBearerAuth;
  readonly #budget: LookupBudget | undefined;
  readonly #noteScopes: GuardParts['noteScopes'];
  /** By the route's `config`, an object that Fastify makes for each route and keeps. */
  readonly #routes = new WeakMap<object, GuardedRoute>();

  constructor({ verifier, verifyBearerAuth, budget, noteScopes, context }: GuardParts) {
    this.#verifier = verifier;
    this.#verifyBearerAuth = verifyBearerAuth;
    this.#budget = budget;
    this.#noteScopes = noteScopes;
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
    try {
      route = this.#routeOf(request);
    } catch (error) {
      this.#refuse(error, reply, done);
      return;
    }
    if (route.mode === 'public' || isPreflightOf(route, request)) done();
    else this.#demandToken(route.mode, request, reply, done);
  }

  #demandToken(mode: DemandingMode, request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    request[replyOf] = reply;
    let passed = false;
    this.#verifyBearerAuth(request, mode === 'required' ? reply : keepStatus(reply), (error) => {
      if (error === undefined || passed) {
        // The second time it is an error of what comes after us, which reaches @fastify/bearer-auth when thrown at once.
        passed = true;
        done(error);
        return;
      }
      if (!isHeaderRefusal(error)) {
        this.#refuse(error, reply, done);
        return;
      }
      const reason = explainRefusal(request);
      if (reason === 'ERR_TOKEN_MISSING' && passesWithout(mode, request)) {
        passed = true;
        passAnonymously(request, () => this.#missing(reply));
        done();
      } else {
        this.#refuse(new TokenRefusedError(reason), reply, done);
      }
    });
  }

  /**
   * Judges the token that @fastify/bearer-auth has found, and sets the principal: at once if memory knows the token.
   *
   * Only errors that may be answered as they are come out of it.
   */
  judge(token: string, request: FastifyRequest): true | Promise<true> {
    try {
      assertSoleToken(request, token);
      return this.#judge(token, this.#routeOf(request).requirement, request);
    } catch (error) {
      throw neutralise(withoutToken(error, token));
    }
  }

  /**
   * A hook for when the body is there, which its sender may have held back for as long as the server waits. A token that was
   * revoked in the meantime must not act any more.
   */
  checkAgain(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    if (request[judgedToken] === null || !hasBody(request)) {
      done();
      return;
    }
    let judged: true | Promise<true>;
    try {
      judged = this.judgeAgain(request);
    } catch (error) {
      this.#refuse(error, reply, done);
      return;
    }
    if (judged === true) done();
    else
      judged.then(
        () => done(),
        (error: unknown) => this.#refuse(error, reply, done),
      );
  }

  /**
   * Judges the token of a request once more, if it came with one: from memory, also where the first look had to ask. Errors are
   * as for {@link Guard.judge}.
   */
  judgeAgain(request: FastifyRequest): true | Promise<true> {
    const token = request[judgedToken];
    if (token === null) return true;
    try {
      return this.#judge(token, this.#routeOf(request).ofMemory, request);
    } catch (error) {
      throw neutralise(withoutToken(error, token));
    }
  }

  /** What `request.accessSignal` is; it is made on first use. */
  accessSignal(request: FastifyRequest): AbortSignal {
    if (request.principal !== null) return accessSignalOf(request, request.principal, this.#verifier);
    if (request.is404 || passedAnonymously(request)) return neverAborting(request);
    const route = this.#routeOf(request);
    if (route.mode === 'public' || isPreflightOf(route, request)) return neverAborting(request);
    const { method, url } = request.routeOptions;
    throw new Error(`accessSignal: ${method} ${url}: googleBearer has not judged the token yet`);
  }

  #judge(token: string, requirement: TokenRequirement, request: FastifyRequest): true | Promise<true> {
    const known = this.#verifier.peek(token, requirement);
    return known === undefined ? this.#ask(token, requirement, request) : admit(request, token, known, 'memory');
  }

  async #ask(token: string, requirement: TokenRequirement, request: FastifyRequest): Promise<true> {
    try {
      let source: PrincipalSource = 'memory';
      const onSource = (asked: PrincipalSource): void => {
        source = asked;
      };
      const ask = (): Promise<RequestPrincipal> => this.#verifier.verify(token, { ...requirement, onSource });
      // A token that was good before is no sign of a flood, even when Google has to be asked again.
      if (this.#budget === undefined || this.#verifier.remembers(token)) {
        return admit(request, token, await ask(), source);
      }
      const peek = (): RequestPrincipal | undefined => this.#verifier.peek(token, requirement);
      return admit(request, token, await this.#budget.judge(request, token, { peek, ask }), source);
    } catch (error) {
      throw neutralise(withoutToken(error, token));
    }
  }

  /** Worked out on a route's first request: so it makes no difference whether the route or the plugin came first. */
  #routeOf(request: FastifyRequest): GuardedRoute {
    const { config, method, url } = request.routeOptions;
    const known = this.#routes.get(config);
    if (known) return known;
    const name = `${method} ${url}`;
    const protection = readProtection(config.googleBearer, name);
    this.#noteScopes(name, protection);
    const { maxAgeMs: _, ...ofMemory } = protection.requirement;
    const route: GuardedRoute = {
      ...protection,
      ofMemory,
      // One that was declared for OPTIONS among others, such as `app.all`, may do real work: it stays protected.
      forPreflights: config.googleBearer === undefined && [method].flat().every((name) => name === 'OPTIONS'),
    };
    this.#routes.set(config, route);
    return route;
  }

  #refuse(reason: unknown, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const error = neutralise(reason);
    // Fastify would prefer a status that was set before to the error's: by an earlier hook, or by @fastify/bearer-auth.
    reply.code(error.statusCode);
    setErrorHeaders(reply, error, this.context);
    logOnce(reply, error);
    done(error);
  }

  #missing(reply: FastifyReply): TokenRefusedError {
    const error = new TokenRefusedError('ERR_TOKEN_MISSING');
    setErrorHeaders(reply, error, this.context);
    return error;
  }
}

function admit(request: FastifyRequest, token: string, principal: RequestPrincipal, source: PrincipalSource): true {
  request.principal = principal;
  // A second look finds in memory what the first has put there.
  if (source !== 'memory' || request.principalSource === null) request.principalSource = source;
  request[judgedToken] = token;
  return true;
}

/**
 * A reply on which @fastify/bearer-auth can leave no status: it sets 401 before it says that the header is missing, and a
 * request that passes all the same would be answered with it, or with a redirect of status 200 were it set back.
 */
function keepStatus(reply: FastifyReply): FastifyReply {
  const kept: FastifyReply = Object.create(reply, { code: { value: () => kept } });
  return kept;
}

/**
 * Whether a route is open to a request in which @fastify/bearer-auth found no Bearer: `'optional'` to those without a header,
 * `'optional-bearer'` also to those with another scheme.
 */
function passesWithout(mode: DemandingMode, { raw }: FastifyRequest): boolean {
  return mode === 'optional-bearer' || (mode === 'optional' && raw.headers.authorization === undefined);
}

/** One that was announced (RFC 9112 §6.3) or may come unannounced, as HTTP/2 allows (RFC 9113 §8.1). */
function hasBody({ raw: { headers, httpVersionMajor }, body }: FastifyRequest): boolean {
  if (httpVersionMajor > 1 || headers['transfer-encoding'] !== undefined || body !== undefined) return true;
  return (headers['content-length'] ?? '0') !== '0';
}

/** Whether a request is one that a browser sends ahead of one to another origin (Fetch §4.8), and its route is for those. */
function isPreflightOf({ forPreflights }: GuardedRoute, { raw: { headers } }: FastifyRequest): boolean {
  return forPreflights && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
