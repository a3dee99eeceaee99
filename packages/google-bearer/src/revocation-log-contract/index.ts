import { appendCases } from './append-cases.ts';
import { blockCases } from './block-cases.ts';
import type { ContractCase, OpenLog } from './case.ts';
import { confirmCases } from './confirm-cases.ts';
import { followCases } from './follow-cases.ts';
import { noteCases } from './note-cases.ts';
import { sharingCases } from './sharing-cases.ts';

export type { ContractCase, OpenLog, RevocationLogHandle } from './case.ts';

/**
 * What every revocation log must do, as test cases for any test runner. If your log passes, google-bearer keeps its promises
 * about revocation on it.
 *
 * @param open makes a log on its own empty store; called once for each case
 * @returns cases whose `run` rejects with an `AssertionError` (node:assert) when the log breaks the contract, or when an
 *   expected event does not come within 20 s
 * @example
 * for (const { name, run } of revocationLogContract(() => ({ log: myLog(), close() {} }))) test(name, run);
 */
export function revocationLogContract(open: OpenLog): readonly ContractCase[] {
  return [
    ...appendCases(open),
    ...followCases(open),
    ...confirmCases(open),
    ...blockCases(open),
    ...noteCases(open),
    ...sharingCases(open),
  ];
}
