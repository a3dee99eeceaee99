import { type Column, markdownTable } from '../report/markdown-table.ts';
import { whole } from '../report/whole.ts';
import type { Deployment, Lookups } from './simulation.ts';
import type { TrafficModel } from './traffic.ts';

/** A deployment under some traffic, and what Google got to do. */
export type QuotaRow = Deployment & {
  /** Of the Zipf distribution of requests over users. */
  readonly exponent: number;
  readonly lookupsPerHour: number;
  readonly shareOfRequests: number;
  readonly peakSecond: number;
  readonly peakMinute: number;
};

/** What the suite `quota` finds out. */
export type QuotaDetails = {
  readonly model: TrafficModel;
  /** How long lookups were counted, in the steady state. */
  readonly countedMs: number;
  readonly rows: readonly QuotaRow[];
  /** What a memory without limits would look up in an hour of the steady state: each token once. */
  readonly tokensPerHour: number;
};

/** What was counted, as a row: scaled to an hour. */
export function quotaRow(deployment: Deployment, exponent: number, counted: Lookups, countedMs: number): QuotaRow {
  const { requests, lookups, peakSecond, peakMinute } = counted;
  return {
    ...deployment,
    exponent,
    lookupsPerHour: Math.round((lookups * 3_600_000) / countedMs),
    shareOfRequests: lookups / requests,
    peakSecond,
    peakMinute,
  };
}

const COLUMNS: readonly Column[] = [
  { name: 'instances' },
  ...['`maxEntries`', '`maxAgeMs`', 'lookups/hour', 'of requests', 'busiest second', 'busiest minute'].map((name) => ({
    name,
    isNumber: true,
  })),
];

/** The rows as a Markdown table, and under it what they are about. */
export function quotaTable({ model, countedMs, rows, tokensPerHour }: QuotaDetails): string {
  const { users, requestsPerHour, exponent } = model;
  const odd = rows.find((row) => row.exponent !== exponent);
  return [
    markdownTable(
      COLUMNS,
      rows.map((row) => cellsOf(row, row.exponent === exponent ? '' : `, exponent ${row.exponent}`)),
    ),
    '',
    `${whole(users)} users, ${whole(requestsPerHour)} requests an hour at random moments; the k-th busiest user sends ` +
      `1/k${exponent === 1 ? '' : `^${exponent}`} as many as the busiest${odd ? ' unless the row says otherwise' : ''}. ` +
      `Each token is replaced every 50 minutes: ${whole(tokensPerHour)} tokens come for the first time in an hour, which is ` +
      `the least that could be asked about${odd ? ` where the exponent is ${exponent}` : ''}. ` +
      `Counted over ${countedMs / 60_000} minutes of the steady state.`,
  ].join('\n');
}

function cellsOf(row: QuotaRow, note: string): string[] {
  const { instances, sharedCache, maxEntries, maxAgeMs, lookupsPerHour, shareOfRequests, peakSecond, peakMinute } = row;
  return [
    `${instances}${sharedCache ? ', shared cache' : ''}${note}`,
    whole(maxEntries),
    `${maxAgeMs / 60_000} min`,
    whole(lookupsPerHour),
    `${(shareOfRequests * 100).toFixed(1)} %`,
    whole(peakSecond),
    whole(peakMinute),
  ];
}
