/** Who may import whom. `pnpm check` fails on anything else. */

const ADAPTERS = 'google-bearer-sqlite|google-bearer-redis|google-risc';
const FRAMEWORKS = 'fastify-google-bearer|next-auth-google-bearer';

/** The rooms of google-bearer, and what each may know of the others. */
const ROOMS = {
  errors: [],
  token: ['errors'],
  judging: ['principal', 'errors'],
  memory: ['principal', 'token'],
  lookup: ['principal', 'loopback', 'clock-difference', 'stats', 'errors', 'judging', 'memory'],
  revocations: ['stats', 'loopback', 'clock-difference', 'errors', 'token', 'memory'],
};

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid('no-circle', 'Imports run one way.', {}, { circular: true }),
    forbid('resolvable', 'An import that leads nowhere is a mistake.', {}, { couldNotResolve: true }),
    forbid('no-package-to-app', 'Apps use packages, never the reverse.', { path: '^packages/' }, { path: '^apps/' }),
    forbid(
      'core-alone',
      'google-bearer stands on no other package of ours.',
      { path: '^packages/google-bearer/src/' },
      { path: '^packages/(?!google-bearer/)' },
    ),
    forbid(
      'adapters-apart',
      'An adapter knows google-bearer and no other adapter.',
      { path: `^packages/(${ADAPTERS})/src/` },
      { path: '^packages/', pathNot: ['^packages/google-bearer/', '^packages/$1/'] },
    ),
    forbid(
      'frameworks-apart',
      'A framework package knows google-bearer and the adapters, never another framework package or the emulator.',
      { path: `^packages/(${FRAMEWORKS})/src/` },
      { path: '^packages/', pathNot: [`^packages/(google-bearer|${ADAPTERS})/`, '^packages/$1/'] },
    ),
    forbid(
      'emulator-alone',
      'The emulator shares none of our code, so that it cannot share our mistakes. Its tests neither.',
      { path: '^packages/google-oauth-emulator/' },
      { path: '^(packages/(?!google-oauth-emulator/)|apps/)' },
    ),
    forbid(
      'kit-alone',
      'The test kit knows none of our packages, so that each may be tested with it.',
      { path: '^tests/kit/' },
      { path: '^(packages|apps|tests/(?!kit/))' },
    ),
    forbid(
      'no-tests-in-sources',
      'What ships knows nothing that is for tests.',
      { path: '^(packages|apps)/[^/]+/src/' },
      { path: '^(tests|(packages|apps)/[^/]+/test)/' },
    ),
    forbid(
      'public-entry-only',
      'Others are used through what they export.',
      { path: '^(packages|apps)/([^/]+)/' },
      {
        path: '^(packages|apps)/[^/]+/src/',
        pathNot: ['^$1/$2/', '^packages/[^/]+/src/(index|react|revocation-log-contract/index|testing/index)\\.ts$'],
      },
    ),
    ...Object.entries(ROOMS).map(([room, known]) =>
      forbid(
        `core-${room}`,
        `Inside google-bearer, ${room} knows ${known.join(', ') || 'nothing'} and itself.`,
        { path: `^packages/google-bearer/src/${room}/` },
        { path: '^packages/', pathNot: `^packages/google-bearer/src/(${[room, ...known].join('|')})(/|\\.ts$)` },
      ),
    ),
    forbid(
      'core-verifier-above-all',
      'Inside google-bearer the verifier uses the rooms, and none of them knows it; what helps to test uses it.',
      { path: '^packages/google-bearer/src/', pathNot: '(/index\\.ts$|/src/testing/)' },
      { path: '^packages/google-bearer/src/(index|verifier)\\.ts$' },
    ),
    forbid(
      'network-apart-from-meaning',
      'What a reply of Google means is told without a network.',
      { path: '^packages/google-bearer/src/lookup/tokeninfo/response\\.ts$' },
      { path: ['undici', '/request\\.ts$', '^(node:)?(http|https|net|tls)$'] },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['google-bearer-source', 'types', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
