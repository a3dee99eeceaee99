import './node-version.ts';

export { requireAccessToken } from './access-token.ts';
export type { BudgetRedis, LookupBudgetOptions } from './lookup-budget/options.ts';
export { googleSecurityScheme } from './openapi.ts';
export type { GoogleBearerOptions, OwnVerifierOptions, SharedOptions, SharedVerifierOptions } from './options.ts';
export { googleBearer, googleBearer as default } from './plugin.ts';
export { type GoogleBearerTypes, type RequestPrincipal, requirePrincipal } from './principal.ts';
export { reverify } from './reverify.ts';
export type { RouteProtection } from './route-protection.ts';
