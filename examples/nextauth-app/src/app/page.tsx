'use client';

import { signIn, signOut, useSession } from 'next-auth/react';
import { useApiFetch } from 'next-auth-google-bearer/react';
import { useState } from 'react';

export default function Page() {
  const { data: session, status } = useSession();
  const apiFetch = useApiFetch();
  const [answer, setAnswer] = useState('');
  const call = async (path: string, method = 'GET') => {
    try {
      const response = await apiFetch(path, { method });
      setAnswer(`${method} ${path}: ${response.status} ${await response.text()}`);
    } catch (error) {
      // The API is not running, CORS refuses, or nobody is signed in any more.
      setAnswer(`${method} ${path}: ${error}`);
    }
  };
  if (status !== 'authenticated' || session.error) {
    return (
      <button type="button" onClick={() => signIn('google')}>
        Sign in with Google
      </button>
    );
  }
  return (
    <main>
      <button type="button" onClick={() => call('/api/user')}>
        Who am I?
      </button>
      <button type="button" onClick={() => call('/api/token', 'DELETE')}>
        My token has leaked
      </button>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
      <p>{answer}</p>
    </main>
  );
}
