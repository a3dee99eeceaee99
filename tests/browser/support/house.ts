import type { System } from '../../system/support/system.ts';
import type { PeoplesBrowser } from './person.ts';

/** What the chapters share: starting it takes longer than most of them. */
export interface House {
  readonly system: System;
  readonly browser: PeoplesBrowser;
}
