import type { RecordingCallLog } from './calls.ts';
import type { Clients } from './clients.ts';
import type { Clock } from './clock.ts';
import type { Codes } from './codes.ts';
import type { FaultSwitches } from './faults.ts';
import type { Grants } from './grants.ts';
import type { SigningKeys } from './keys.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

/** Everything one emulator knows; each route gets it. */
export interface State {
  /** Base of every URL, without a slash at its end; also the issuer of ID tokens. */
  readonly url: string;
  /** Host names, besides loopback, under which the console and the control routes answer. */
  readonly allowHosts: readonly string[];
  readonly tokenLifetimeS: number;
  readonly clock: Clock;
  readonly people: People;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly tokens: Tokens;
  readonly codes: Codes;
  readonly sessions: Sessions;
  readonly keys: SigningKeys;
  readonly calls: RecordingCallLog;
  readonly faults: FaultSwitches;
}
