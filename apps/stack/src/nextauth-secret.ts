import { randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret that NextAuth seals its cookies with: made at the first start and kept, so that people stay signed in.
 *
 * @param dataDir the folder it is kept in, made when it is not there
 * @throws {Error} when the file cannot be made or read, or is empty
 */
export async function keptNextAuthSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'nextauth-secret');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await makeUnlessThere(file);
  // It may come from a backup, or from somebody who put it there.
  await chmod(file, 0o600);
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret === '') throw new Error(`${file} is empty; delete it and a new secret is made`);
  return secret;
}

async function copyUnlessThere(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** A link is made only where nothing is and the file behind it is complete: of two at once, one wins, for both. */
async function makeUnlessThere(file: string): Promise<void> {
  const mine = `${file}.${randomUUID()}`;
  try {
    await writeFile(mine, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    await link(mine, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Where the file system knows no links, a copy has to do, which only a crash in its midst would leave incomplete.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') await copyUnlessThere(mine, file);
    else if (code !== 'EEXIST') throw error;
  } finally {
    await rm(mine, { force: true });
  }
}
