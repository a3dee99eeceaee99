import t from 'tap';
import { startGoogleEmulator } from '../src/index.ts';

t.test('what the compiler refuses', (t) => {
  const redirectUris = ['http://localhost:3000/cb'];
  const mistakes = (): unknown[] => [
    // @ts-expect-error a web client has a secret
    startGoogleEmulator({ clients: [{ id: 'a', redirectUris }] }),
    // @ts-expect-error a web client has redirect URIs
    startGoogleEmulator({ clients: [{ id: 'a', secret: 'b' }] }),
    // @ts-expect-error a desktop client has no pages
    startGoogleEmulator({ clients: [{ id: 'a', type: 'desktop', javascriptOrigins: ['http://a'] }] }),
    // @ts-expect-error there are two types
    startGoogleEmulator({ clients: [{ id: 'a', type: 'mobile' }] }),
    // @ts-expect-error several names
    startGoogleEmulator({ host: '0.0.0.0', allowHosts: 'google' }),
  ];
  t.type(mistakes, 'function', 'never called: the compiler is the test');
  t.end();
});

t.test('what it accepts', async (t) => {
  const emulator = await startGoogleEmulator({
    clients: [
      { id: 'a', secret: 'b', redirectUris: [] },
      { id: 'c', type: 'desktop' },
      { id: 'd', type: 'desktop', secret: 'e', redirectUris: ['com.example.app:/cb'] },
    ],
  });
  t.teardown(() => emulator.close());
  const secrets: (string | undefined)[] = emulator.clients.map(({ secret }) => secret);
  t.same(secrets, ['b', undefined, 'e']);
});
