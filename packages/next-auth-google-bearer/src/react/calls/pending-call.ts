/** A call of this tab that waits for the user's consent at Google. It holds no token. */
export interface PendingCall {
  /** Comes back in the address, and only there when the sign-in has worked. */
  readonly id: string;
  /** Whose call it is: it is not made as somebody else. */
  readonly subject?: string | undefined;
  /** What the user is asked to allow. */
  readonly scope: string;
  /** The component that has made it, by React's `useId`: the same after the way to Google, unless the page is another one by then. */
  readonly asker: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Where the tab keeps it; another tab does not see it. */
const KEY = 'next-auth-google-bearer.step-up';
/** The parameter of the address. */
const PARAMETER = 'step-up';
/** NextAuth's: why a sign-in failed (https://next-auth.js.org/configuration/pages#error-page). */
const FAILURE = 'error';

/** Keeps the call, and gives the address at which this page takes it up again. */
export function keepCall(call: PendingCall): string {
  const url = new URL(location.href);
  // It is about the attempt before, and would still be read when this one has worked.
  url.searchParams.delete(FAILURE);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(call));
    url.searchParams.set(PARAMETER, call.id);
  } catch {
    // No storage, where a visitor forbids it, or no room: after the consent, the user has to ask for it again.
  }
  return url.href;
}

/** The call that this page was left for; undefined when there is none for these scopes. */
export function pendingCall(scope: string): PendingCall | undefined {
  const id = new URL(location.href).searchParams.get(PARAMETER);
  const call = id === null ? undefined : keptCall();
  return call?.id === id && call?.scope === scope ? call : undefined;
}

/** Forgets the call, so that it is made once, and tidies the address. */
export function forgetCall(): void {
  sessionStorage.removeItem(KEY);
  // Later, when the router of Next.js listens: it would bring back an address that was changed without its knowledge.
  setTimeout(tidyAddress);
}

function tidyAddress(): void {
  const url = tidy(new URL(location.href));
  // With its mark the App Router of Next.js would take the change for one of its own.
  const { __NA: _, ...state } = Object(history.state);
  // The Pages Router goes back to what it has noted there.
  if ('__N' in state) for (const name of ['url', 'as']) state[name] = withoutParameter(state[name]);
  history.replaceState(state, '', url);
}

function withoutParameter(address: unknown): unknown {
  if (typeof address !== 'string') return address;
  const { pathname, search, hash } = tidy(new URL(address, location.href));
  return pathname + search + hash;
}

function tidy(url: URL): URL {
  url.searchParams.delete(PARAMETER);
  return url;
}

function keptCall(): PendingCall | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return isPendingCall(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Another version of the page may have kept it. */
function isPendingCall(kept: unknown): kept is PendingCall {
  if (typeof kept !== 'object' || kept === null || !('headers' in kept) || typeof kept.headers !== 'object')
    return false;
  const texts = { ...kept.headers, ...kept, headers: '' };
  return ['id', 'scope', 'asker', 'path', 'method'].every((name) => name in kept) && Object.values(texts).every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
