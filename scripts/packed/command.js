import { execFile } from 'node:child_process';

/** npm and npx are scripts of the shell's on Windows. */
const shell = process.platform === 'win32';

/** A command that outlasts this hangs. */
const TIMEOUT_MS = 300_000;

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal: AbortSignal }} options
 * @returns {Promise<string>} what it printed
 * @throws {Error} with all of its output, when it fails
 */
export function run(command, args, { cwd, env = process.env, signal }) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, signal, shell, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const how = error.killed
        ? `did not end within ${TIMEOUT_MS / 1000} s`
        : `failed (${error.code ?? error.message})`;
      reject(new Error(`\`${command} ${args.join(' ')}\` ${how} in ${cwd}\n${stdout}${stderr}`));
    });
  });
}
