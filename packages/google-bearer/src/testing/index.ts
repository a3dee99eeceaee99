import '../node-version.ts';

export type { FakePrincipal } from './fake-principal.ts';
export { type FakeVerifierOptions, fakeVerifier } from './fake-verifier.ts';
