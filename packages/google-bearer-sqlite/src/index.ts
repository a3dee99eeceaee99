import './node-version.ts';

export { type SqliteRevocationLog, sqliteRevocationLog } from './log.ts';
export type { SqliteRevocationLogOptions } from './options.ts';
