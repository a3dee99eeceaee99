import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { buildOnce } from './build-once.ts';
import { reservedPort } from './ports.ts';
import { installed, skipWithout, spawnWithin } from './programs.ts';

/** A real Postgres, for one test file. Its superuser has a password, so that there is one to leak. */
export interface PostgresServer {
  /** Makes an empty database, and resolves to its URL. */
  createDatabase(): Promise<string>;
  /** Connects as its superuser. */
  connect(url: string): Promise<Client>;
  /** Runs a statement as its superuser; without a URL in the database of the server's own. */
  query(statement: string, url?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Makes it take TLS as well, and resolves to the file with the certificate to trust. */
  enableTls(): Promise<string>;
  /** Ends every process of it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, and waits until it answers. */
  start(): Promise<void>;
  /** Stops every process of it with SIGSTOP: it still takes connections, and never answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Where Postgres' programs are, of the newest version that is installed. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const initdb = installed(
    ['initdb'],
    versions.map((version) => join(debian, version, 'bin')),
  );
  return initdb === undefined ? undefined : dirname(initdb);
}

const HOW_TO_INSTALL = 'Postgres is not installed: apt-get install postgresql';

/** Why a test that needs Postgres is skipped; with REQUIRE_SERVICES it is not, and fails. */
export const noPostgres: string | false = skipWithout(findPrograms(), HOW_TO_INSTALL);

/** Starts one. Whoever starts it removes it. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  if (programs === undefined) throw new Error(HOW_TO_INSTALL);
  const folder = mkdtempSync(join(tmpdir(), 'google-bearer-postgres-'));
  const owner = unprivilegedUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const run = (program: string, args: readonly string[]): void =>
    void execFileSync(program, args, { ...owner, cwd: folder, stdio: 'pipe' });
  const cluster = await emptyCluster(join(programs, 'initdb'), owner);
  const data = join(folder, 'data');
  execFileSync('cp', ['-a', cluster.data, data]);
  const { password } = cluster;
  const port = await reservedPort();
  const urlOf = (database: string): string => `postgres://api:${password}@127.0.0.1:${port}/${database}`;
  const own = urlOf('postgres');
  let server: ChildProcess | undefined;

  const connect = async (url: string): Promise<Client> => {
    const client = new Client({ connectionString: url });
    // It may be killed at any time, and its statements tell.
    client.on('error', () => {});
    return await client.connect();
  };
  const query = async (statement: string, url = own) => {
    const client = await connect(url);
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    // Postgres is killed here, and no machine: what it has written stays written.
    const settings = [
      'fsync=off',
      'dynamic_shared_memory_type=mmap',
      `unix_socket_directories=${folder}`,
      'listen_addresses=127.0.0.1',
    ];
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawnWithin(join(programs, 'postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' });
    server = child;
    for (const deadline = Date.now() + 30_000; ; ) {
      try {
        await query('SELECT 1');
        return;
      } catch (error) {
        if (child.exitCode !== null || Date.now() > deadline) throw error;
        await sleep(10);
      }
    }
  };
  /** Sends a signal to every process of it; to the first one first when it may start others. */
  const signal = (name: NodeJS.Signals): void => {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    for (const pid of [server.pid, ...childrenOf(server.pid)]) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
    }
  };
  const kill = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    signal('SIGSTOP');
    signal('SIGKILL');
    await ended;
  };
  // The rest of it as well when this process fails.
  const atExit = (): void => signal('SIGKILL');
  process.on('exit', atExit);

  let databases = 0;
  await start();
  return {
    connect,
    query,
    kill,
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async createDatabase() {
      databases++;
      const name = `test_${databases}`;
      await query(`CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async enableTls() {
      const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
      run('openssl', ['req', '-x509', '-days', '1', ...names, ...curve, '-out', certificate]);
      await query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
      await query(`ALTER SYSTEM SET ssl_key_file = '${key}'`);
      await query('ALTER SYSTEM SET ssl = on');
      await kill();
      await start();
      return certificate;
    },
    async remove() {
      await kill();
      process.off('exit', atExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A cluster as `initdb` leaves it, made once: to do that takes longer than most tests. Its superuser has a password that only
 * this machine knows.
 */
async function emptyCluster(initdb: string, owner: User | undefined): Promise<{ data: string; password: string }> {
  const cache = join(import.meta.dirname, 'node_modules/.cache/google-bearer-postgres');
  const [data, passwordFile] = [join(cache, 'data'), join(cache, 'password')];
  await buildOnce({
    cache,
    sources: [initdb, import.meta.filename],
    mark: passwordFile,
    async build() {
      const folder = mkdtempSync(join(tmpdir(), 'google-bearer-initdb-'));
      const [made, secret] = [join(folder, 'data'), join(folder, 'password')];
      writeFileSync(secret, randomBytes(12).toString('hex'), { mode: 0o600 });
      if (owner !== undefined) for (const path of [folder, secret]) chownSync(path, owner.uid, owner.gid);
      const login = ['-U', 'api', '--auth=scram-sha-256', `--pwfile=${secret}`];
      const small = ['--no-sync', '--encoding=UTF8', '--no-locale', '--wal-segsize=1'];
      execFileSync(initdb, ['-D', made, ...login, ...small], { ...owner, cwd: folder, stdio: 'pipe' });
      rmSync(data, { recursive: true, force: true });
      execFileSync('cp', ['-a', made, secret, cache]);
      rmSync(folder, { recursive: true });
    },
  });
  return { data, password: readFileSync(passwordFile, 'utf8') };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function childrenOf(pid: number): readonly number[] {
  const text = existsSync('/proc')
    ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return text.split(/\s+/).filter(Boolean).map(Number);
}
