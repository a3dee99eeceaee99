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
  t.equal(stderr, `DATA_DIR: ${join(file, 'data')} cannot be made: a part of this path is a file (ENOTDIR)\n`);
});

t.test('a folder that is a file', async (t) => {
  const file = join(t.testdir({ file: 'not a folder' }), 'file');
  const { code, stderr } = await runApi(t, { GOOGLE_CLIENT_ID: 'x', DATA_DIR: file });
  t.equal(code, 1);
  t.equal(stderr, `DATA_DIR: ${file} cannot be made: there is a file of that name (EEXIST)\n`);
});

for (const name of ['users.db', 'revocations.db']) {
  t.test(`a ${name} that is something else`, async (t) => {
    const dataDir = t.testdir();
    writeFileSync(join(dataDir, name), 'This is a letter to my grandmother. '.repeat(100));
    const { code, stdout, stderr } = await runApi(t, { GOOGLE_CLIENT_ID: 'x', DATA_DIR: dataDir });
    t.equal(code, 1);
    t.equal(stdout, '');
    t.ok(stderr.startsWith(`DATA_DIR: ${name} in ${dataDir} cannot be used: `), stderr);
    t.match(stderr, /no SQLite database.*\n$/);
    t.equal(stderr.split('\n').length, 2, 'one line');
  });
}

t.test('a folder where the file should be', async (t) => {
  const dataDir = t.testdir({ 'users.db': {} });
  const { code, stderr } = await runApi(t, { GOOGLE_CLIENT_ID: 'x', DATA_DIR: dataDir });
  t.equal(code, 1);
  t.ok(stderr.startsWith(`DATA_DIR: users.db in ${dataDir} cannot be used: it has to be a file `), stderr);
});

t.test('a host that is not of this machine', async (t) => {
  // TEST-NET-1 (RFC 5737): nobody has it.
  const env = { GOOGLE_CLIENT_ID: 'x', DATA_DIR: join(t.testdir(), 'data'), HOST: '192.0.2.1', LOG_LEVEL: 'error' };
  for (const PORT of ['0', '4000']) {
    const { code, stderr } = await runApi(t, { ...env, PORT });
    t.equal(code, 1);
    t.equal(stderr, 'HOST: 192.0.2.1 is not an address of this machine\n');
  }
});

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
  t.equal(stderr, `PORT: 127.0.0.1:${port} is taken by another program\n`);
});
