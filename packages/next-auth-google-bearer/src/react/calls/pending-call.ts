/** A call of this tab that waits for the user's consent at Google. It holds no token. */
export interface PendingCall {
  /** Comes back in the address, and only there when the sign-in has worked. */
  readonly id: string;
  /** Whose call it is: it is not made as somebody else. */
  readonly subject?: string | undefined;
  /** What the user is asked to allow. */
  readonly scope: string;
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

/** Takes up the call that this page was left for, once, and tidies the address; undefined when there is none for these scopes. */
export function takeCall(scope: string): PendingCall | undefined {
  const url = new URL(location.href);
  const id = url.searchParams.get(PARAMETER);
  const call = id === null ? undefined : keptCall();
  if (call === undefined || call.id !== id || call.scope !== scope) return undefined;
  sessionStorage.removeItem(KEY);
  url.searchParams.delete(PARAMETER);
  history.replaceState(history.state, '', url);
  return call;
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
  return ['id', 'scope', 'path', 'method'].every((name) => name in kept) && Object.values(texts).every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
