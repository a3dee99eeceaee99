import { spawn } from 'node:child_process';
import { readEnvironment } from './env.ts';
import { machineEnv } from './part-env.ts';
import { WEB, webBuildArgs } from './programs.ts';

/** Builds the web client, whose build needs none of our variables, and tells nobody about it. */
const child = spawn(process.execPath, webBuildArgs(), {
  cwd: WEB,
  env: { ...machineEnv(readEnvironment().variables), NEXT_TELEMETRY_DISABLED: '1' },
  stdio: 'inherit',
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
