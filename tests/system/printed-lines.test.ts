import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t, { test } from 'tap';
import { startStack } from './support/stack.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

t.setTimeout(WITH_BUILD_MS);

const noService = process.env.REQUIRE_SERVICES ? false : await missing('bash', 'curl');

test('the printed lines work as pasted: a leaked token is denied at once, the other goes on', {
  skip: noService,
}, async (t) => {
  const stack = await startStack(t);
  const printed = stack.output().split('\n');
  const lines = printed.filter((line) => /^(TOKEN=|OTHER=|curl )/.test(line));
  t.equal(lines.length, 7);
  const where = printed.findIndex((line) => /Open {2}http:\/\/localhost:\d+ /.test(line));
  t.ok(where > 0 && where < printed.indexOf(lines[0] ?? ''), 'what to click comes first');
  t.notMatch(stack.output(), /http:\/\/127\.0\.0\.1:\d+$/m, 'and nothing else looks like it');
  const { stdout } = await promisify(execFile)('bash', ['-ec', lines.join('\n')]);
  const statuses = [...stdout.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  t.same(statuses, ['201', '200', '204', '401', '200']);
  t.match(
    stdout,
    /www-authenticate: Bearer realm="api", error="invalid_token", error_description="The access token has been revoked"/i,
  );
  t.match(stdout, /"code":"ERR_TOKEN_REVOKED"/);
  for (const part of ['api', 'web']) t.match(stack.output(), new RegExp(`^${part} \\| \\S`, 'm'), 'who says what');
  t.equal(await stack.stop('SIGINT'), 0);
  t.match(stack.output(), /Stopping/);
});

async function missing(...programs: string[]): Promise<string | false> {
  for (const program of programs) {
    try {
      await promisify(execFile)(program, ['--version']);
    } catch {
      return `${program} is not installed; on Debian: apt-get install ${program}`;
    }
  }
  return false;
}
