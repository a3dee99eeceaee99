import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the processes of this machine can be listed. */
export const CAN_LIST: boolean = process.platform === 'linux';

/** Only what stays for good is a failure. */
const GONE_WITHIN_MS = 30_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** The processes that a process has started itself. */
export async function childrenOf(pid: number): Promise<readonly Process[]> {
  return (await living()).filter(({ parent }) => parent === pid);
}

/** Whether anybody is left of a process group, which has the id of its leader. */
export async function groupLives(leader: number): Promise<boolean> {
  return (await living()).some(({ group }) => group === leader);
}

/** Resolves once nobody is left of process groups; rejects when some stay. */
export async function groupsEnded(...leaders: number[]): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const left = (await living()).filter(({ group }) => leaders.includes(group));
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`left: ${left.map(({ command }) => command).join(', ')}`);
    await sleep(10);
  }
}

async function living(): Promise<readonly Process[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(names.map(read))).filter((found) => found !== undefined);
}

/** What `/proc` says; undefined when the process has ended, be it that nobody has asked how yet. */
async function read(pid: string): Promise<Process | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    // "pid (name) state parent group": the name may hold anything.
    const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if ('ZX'.includes(state)) return undefined;
    return { pid: Number(pid), parent: Number(parent), group: Number(group), command: command.replaceAll('\0', ' ') };
  } catch {
    return undefined;
  }
}
