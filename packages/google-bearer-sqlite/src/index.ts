export { type SqliteRevocationLog, sqliteRevocationLog } from './log.ts';
export type { SqliteRevocationLogOptions } from './options.ts';
