import { appendCases } from './append-cases.ts';
import { blockCases } from './block-cases.ts';
import type { ContractCase, OpenLog } from './case.ts';
import { confirmCases } from './confirm-cases.ts';
import { followCases } from './follow-cases.ts';
import { noteCases } from './note-cases.ts';
import { sharingCases } from './sharing-cases.ts';

export type { ContractCase, OpenLog, RevocationLogHandle } from './case.ts';

/**
 * What every revocation log has to do, as cases for any test runner. For authors of logs: what google-bearer promises about
 * revocation holds on a log that passes.
 *
 * @param open makes a log on a store of its own, with nothing in it; called once for each case
 * @returns cases whose `run` rejects with an `AssertionError` (node:assert) when the log breaks the contract; after 20 s of
 *   waiting for something that does not come, too
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
