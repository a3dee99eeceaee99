import { ErrorReply } from 'redis';

/** Why Redis refuses: what its errors say, before and after version 7, also from within a script. */

/** Scripts of Redis 6 put their own words before it. */
const NO_MASTER = /(?:^|: -)(?:READONLY|LOADING|MASTERDOWN|NOREPLICAS) /;

/**
 * Whether Redis refuses since it is no master any more or not yet, or is one that has lost its replicas. The address may lead
 * to another one by now, which nobody finds who keeps this connection.
 */
export function isNoMaster(error: unknown): boolean {
  return says(error, NO_MASTER);
}

/** Whether this user lacks a right. */
export function isForbidden(error: unknown): boolean {
  return says(error, /(?:^|: -)NOPERM |ACL failure in script|^ERR The user executing the script can't /);
}

/** Whether Redis writes nothing now, since its disk is full or broken. */
export function isDiskBroken(error: unknown): boolean {
  return says(error, /(?:^|: -)MISCONF /);
}

/** Whether Redis does not know a command, or not in this form: it is too old, or was told to forget it. */
export function isUnknownCommand(error: unknown): boolean {
  return says(error, /unknown (?:redis )?command|syntax error/i);
}

/** Whether a key holds something of another type. */
export function isWrongType(error: unknown): boolean {
  return says(error, /(?:^|: -)WRONGTYPE /);
}

/** Whether this node of a cluster does not have the key: another one has it, or none. */
export function isElsewhere(error: unknown): boolean {
  return says(error, /^(?:MOVED |ASK |CLUSTERDOWN Hash slot )/);
}

function says(error: unknown, words: RegExp): boolean {
  return error instanceof ErrorReply && words.test(error.message);
}
