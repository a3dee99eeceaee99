import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that has said nothing useful for this long will not start any more. */
const START_MS = 60_000;

/** How long a program may take to end when it is asked to. */
const STOP_MS = 5_000;

/**
 * A server that was started, and what it printed.
 *
 * @typedef {{ url: string, output: () => string, stop: () => Promise<void> }} Program
 */

/**
 * Starts a Node program and waits until it prints where it is.
 *
 * @param {readonly string[]} args of node
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, prints: RegExp, signal: AbortSignal }} options `prints` has the URL as its group
 * @returns {Promise<Program>}
 * @throws {Error} with its output, when it ends or does not start
 */
export async function start(args, { cwd, env, prints, signal }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const closed = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`\`node ${args.join(' ')}\` ${why} in ${cwd}\n${output}`));
    const timer = setTimeout(() => fail(`printed no URL within ${START_MS / 1000} s`), START_MS);
    const listen = (text) => {
      output += text;
      const found = prints.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    closed.then((code) => fail(`ended with ${code}`));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    closed.then(() => clearTimeout(timer));
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const done = await Promise.race([exit.then(() => true), sleep(STOP_MS, false, { ref: false })]);
      if (!done) child.kill('SIGKILL');
      await exit;
    },
  };
}
