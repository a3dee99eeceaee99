import { median } from 'simple-statistics';
import { markdownTable } from '../report/markdown-table.ts';
import { whole } from '../report/whole.ts';
import { ratio } from '../statistics.ts';
import type { Case } from './case.ts';
import { KINDS, type Kind } from './good-client.ts';
import type { Size } from './redis-size.ts';

/** The medians of the rounds, as a Markdown table, and under it what became of the flood. */
export function floodTable(cases: readonly Case[]): string {
  const heads = ['p50 quiet', 'p50 flood', '×', 'p99 quiet', 'p99 flood', '×'];
  const rows = cases.flatMap(({ name, times }) =>
    KINDS.map((kind) => {
      const { quiet, flood } = times[kind];
      return [name, NAMES[kind], ...cells(quiet.p50Ms, flood.p50Ms), ...cells(quiet.p99Ms, flood.p99Ms)];
    }),
  );
  return [
    markdownTable([{ name: '' }, { name: 'ms' }, ...heads.map((name) => ({ name, isNumber: true }))], rows),
    '',
    ...cases.map(outcomeOf),
  ].join('\n');
}

const NAMES: Readonly<Record<Kind, string>> = { known: 'known token', new: 'new token', public: 'public route' };

function cells(quiet: readonly number[], flood: readonly number[]): string[] {
  return [median(quiet), median(flood), ratio(flood, quiet).value].map((value) => value.toFixed(2));
}

function outcomeOf({ name, floods, lookups, goodRefused, bytes, redis }: Case): string {
  const sent = floods.reduce((sum, flood) => sum + flood.sent, 0);
  const ms = floods.reduce((sum, flood) => sum + flood.ms, 0);
  const grown = (bytes.after / bytes.before - 1) * 100;
  return [
    `- ${name}: ${whole(sent)} unknown tokens, ${whole(Math.round((sent * 1000) / ms))} a second: ${lookups} lookups`,
    `${goodRefused} good requests refused`,
    `memory ${whole(bytes.before)} → ${whole(bytes.after)} bytes (${grown.toFixed(1)} %)`,
    ...(redis ? [`Redis without good tokens: ${inRedis(redis.before)} → ${inRedis(redis.after)}`] : []),
  ].join('; ');
}

function inRedis({ keys, bytes }: Size): string {
  return `${whole(keys)} keys of ${whole(bytes)} bytes`;
}
