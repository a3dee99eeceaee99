import type { EmulatorRequest } from './request.ts';

export interface PresentedToken {
  readonly value: string;
  readonly form: 'header' | 'form' | 'query';
}

/** The token that came with a request: as Bearer, or under one of the parameter names in the form or the query. */
export function presentedToken(request: EmulatorRequest, names: readonly string[]): PresentedToken | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { value: bearer, form: 'header' };
  const inForm = parameter(request.form, names);
  if (inForm !== undefined) return { value: inForm, form: 'form' };
  const inQuery = parameter(request.query, names);
  return inQuery === undefined ? undefined : { value: inQuery, form: 'query' };
}

function parameter(parameters: URLSearchParams, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => parameters.get(candidate));
  return name === undefined ? undefined : (parameters.get(name) ?? undefined);
}
