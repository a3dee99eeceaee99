import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { runApi } from './support/process.ts';

t.test('bad configuration stops the start with one line for each problem, and nothing else', async (t) => {
  const { code, stdout, stderr } = await runApi(t, {
    PORT: 'x',
    CORS_ORIGINS: '*',
    DATABASE_URL: 'mysql://u:pw@h/d',
  });
  t.equal(code, 1);
  t.equal(stdout, '');
  t.strictSame(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':')[0]),
    ['GOOGLE_CLIENT_ID', 'PORT', 'DATABASE_URL', 'CORS_ORIGINS'],
  );
  t.notMatch(stderr, 'pw');
});

t.test('a folder that cannot be made', async (t) => {
  const file = join(t.testdir({ file: 'not a folder' }), 'file');
  const { code, stdout, stderr } = await runApi(t, { GOOGLE_CLIENT_ID: 'x', DATA_DIR: join(file, 'data') });
  t.equal(code, 1);
  t.equal(stdout, '');
  t.match(stderr, /^DATA_DIR: .+\n$/);
});

for (const name of ['users.db', 'revocations.db']) {
  t.test(`a ${name} that is something else`, async (t) => {
    const dataDir = t.testdir();
    writeFileSync(join(dataDir, name), 'This is a letter to my grandmother. '.repeat(100));
    const { code, stdout, stderr } = await runApi(t, { GOOGLE_CLIENT_ID: 'x', DATA_DIR: dataDir });
    t.equal(code, 1);
    t.equal(stdout, '');
    t.match(stderr, new RegExp(`^DATA_DIR: ${name} .+\\n$`));
  });
}

t.test('a port that is taken', async (t) => {
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stdout, stderr } = await runApi(t, {
    GOOGLE_CLIENT_ID: 'x',
    DATA_DIR: join(t.testdir(), 'data'),
    PORT: String(port),
    LOG_LEVEL: 'error',
  });
  t.equal(code, 1);
  t.equal(stdout, '');
  t.equal(stderr, 'PORT: taken by another program\n');
});
