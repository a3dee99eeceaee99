/** Where NextAuth's own pages tell each other of a session that has changed. */
const KEY = 'nextauth.message';

/** Tells the other tabs that the session has changed. */
export function tellOtherTabs(): void {
  try {
    const message = { event: 'session', data: { trigger: 'getSession' }, timestamp: Math.floor(Date.now() / 1000) };
    localStorage.setItem(KEY, JSON.stringify(message));
  } catch {
    // No storage, as on a server or where a visitor forbids it: the others find out when their token is refused.
  }
}

/** Calls `listener` when another tab says so, until the result is called. */
export function hearOtherTabs(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === KEY) listener();
  };
  window.addEventListener('storage', onStorage);
  return () => window.removeEventListener('storage', onStorage);
}
