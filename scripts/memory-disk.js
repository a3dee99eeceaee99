// Puts the temporary files of all tests into memory, where the machine has a disk there.
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** What Linux has in memory. In a container it is often too small. */
const MEMORY_DISK = '/dev/shm';
/** Bytes: several times what the tests need at once. */
const ENOUGH = 4 * 2 ** 30;

/**
 * Each Postgres is a thousand files, each of its databases three hundred, each browser a hundred, and all are deleted soon. After that
 * ext4 takes a millisecond of the processor for each new file, as it looks for one that was not deleted just now.
 */
export function temporaryFilesInMemory() {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY_DISK)) return;
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  if (bavail * bsize < ENOUGH) return;
  const folder = mkdtempSync(join(MEMORY_DISK, 'google-bearer-tests-'));
  // Postgres runs as another user.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.on('exit', remove);
  // tap then ends by the signal, without that event.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, remove);
}
