import { revocationLogContract } from 'google-bearer/revocation-log-contract';
import { t } from 'tap';
import { type SqliteRevocationLog, sqliteRevocationLog } from '../src/index.ts';
import { temporaryFile } from './fixtures/folder.ts';

const contract = revocationLogContract(() => {
  const path = temporaryFile(t);
  const opened: SqliteRevocationLog[] = [];
  const reopen = () => {
    const log = sqliteRevocationLog({ path, pollIntervalMs: 5 });
    opened.push(log);
    return log;
  };
  return {
    log: reopen(),
    reopen,
    close() {
      for (const log of opened) log.close();
    },
  };
});

for (const { name, run } of contract) t.test(name, run);
