/** Runs one server in a process of its own: `node run-server.js NAME`, started by start-server.ts, which it never outlives. */
import { once } from 'node:events';
import type { Credentials, RouteServer } from './contract.ts';

process.once('disconnect', () => process.exit());
const received = once(process, 'message');
const [name] = process.argv.slice(2);
const { server }: { server: RouteServer } = await import(`./${name}.js`);
const [credentials]: Credentials[] = await received;
if (credentials === undefined) throw new Error('there are no credentials');
process.send?.(await server.listen(credentials));
