import { existsSync, readdirSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { test } from 'tap';
import { partsOf } from '../src/profile/parts.ts';
import { type Profiled, profileTable } from '../src/profile/table.ts';

const DIST = 'file:///app/packages/google-bearer/dist';

function profile(...frames: [functionName: string, url: string, hitCount: number][]): Profiler.Profile {
  const nodes = frames.map(([functionName, url, hitCount], id) => ({
    id,
    callFrame: { functionName, scriptId: '0', url, lineNumber: 0, columnNumber: 0 },
    hitCount,
  }));
  return { nodes, startTime: 0, endTime: 1 };
}

test('samples are summed by what a function is there for, the largest part first', async (t) => {
  const parts = partsOf([
    profile(
      ['judge', `${DIST}/judging/judge.js`, 10],
      ['oneShotDigest', '', 40],
      ['revokesToken', `${DIST}/revocations/revocation-index.js`, 12],
      ['revokes', `${DIST}/revocations/subject-rules.js`, 18],
      ['get', `${DIST}/memory/known-tokens.js`, 5],
      ['#q', 'file:///app/node_modules/lru-cache/dist/esm/node/index.min.js', 15],
      ['(idle)', '', 0],
    ),
  ]);
  t.same(parts, [
    { what: 'SHA-256: OpenSSL, with the call into C++', share: 0.4, functions: ['oneShotDigest'] },
    { what: 'checking revocations', share: 0.3, functions: ['revokes', 'revokesToken'] },
    { what: 'finding the facts by their key: lru-cache', share: 0.2, functions: ['#q', 'get'] },
    { what: 'judging audience, expiry and scopes', share: 0.1, functions: ['judge'] },
  ]);
});

test('every file that judges a token serves a known purpose', async (t) => {
  const sources = new URL('../../../packages/google-bearer/src/', import.meta.url);
  const rooms = ['token', 'memory', 'judging', 'revocations'];
  const files = rooms.flatMap((room) => readdirSync(new URL(room, sources)).map((file) => `${room}/${file}`));
  for (const file of ['verifier.ts', 'lookup/google-clock.ts', ...files]) {
    t.ok(existsSync(new URL(file, sources)), file);
    const [part] = partsOf([profile(['f', `${DIST}/${file.replace('.ts', '.js')}`, 1])]);
    t.not(part?.what, '`f`', file);
  }
});

test('a function that serves no known purpose is named, one without a name too', async (t) => {
  const parts = partsOf([profile(['surprise', 'node:internal/new', 3]), profile(['', 'file:///x.js', 1])]);
  t.same(
    parts.map(({ what, share }) => [what, share]),
    [
      ['`surprise`', 0.75],
      ['`(anonymous)`', 0.25],
    ],
  );
});

test('the table has what each part costs, of the cost of the same call among few, without what the benchmark took', async (t) => {
  const drawn = 'file:///app/apps/bench/dist/tokens.js';
  const few = partsOf([profile(['oneShotDigest', '', 996], ['tiny', '', 3], ['less', '', 1], ['draw', drawn, 1_000])]);
  const many = partsOf([profile(['oneShotDigest', '', 500], ['(program)', '', 500], ['draw', drawn, 3_000])]);
  const columns: Profiled[] = [
    { call: 'peek', cost: 1, parts: few },
    { call: 'peek', among: 'tokens', cost: 4, parts: many },
  ];
  t.equal(
    profileTable({ few: 5_000, many: 1_000_000, columns }).replace(/ +/g, ' ').replace(/-{3,}/g, '---'),
    [
      '| | `peek` | `peek`, tokens |',
      '| --- | ---: | ---: |',
      '| SHA-256: OpenSSL, with the call into C++ | 99.6 % | 100.0 % |',
      "| V8's own: promises, builtins | 0.0 % | 100.0 % |",
      '| less than 0.5 % each: `tiny`, `less` | 0.4 % | 0.0 % |',
      '| in all | 100.0 % | 200.0 % |',
      '',
      'In per cent of what the call costs with 5 000 tokens, all in use, without what the benchmark itself takes. ' +
        '“Tokens”: 1 000 000, all in use. “Users”: 5 000 tokens, and 1 000 000 users signed out.',
    ].join('\n'),
  );
});
