import fc from 'fast-check';
import { test } from 'tap';
import { breaches, delays, type HistoryEvent, type Revocation, type Verdict } from './support/history.ts';

const BOUND_MS = 100;

const use = (token: string, sentAt: number, verdict: Verdict, answeredAt = sentAt + 1): HistoryEvent => ({
  kind: 'use',
  token,
  at: 0,
  sentAt,
  answeredAt,
  verdict,
});
const revocation = (token: string, sentAt: number, answeredAt: number, acknowledged = true): HistoryEvent => ({
  kind: 'revocation',
  token,
  at: 0,
  sentAt,
  answeredAt,
  acknowledged,
});

const stream = (token: string, openAsOf: number, code?: string, endedAt = openAsOf + 1): HistoryEvent => ({
  kind: 'stream',
  token,
  at: 0,
  openedAt: 0,
  openAsOf,
  endedAt,
  code,
});

const cases: { what: string; history: HistoryEvent[]; rules: string[] }[] = [
  { what: 'nothing', history: [], rules: [] },
  { what: 'a token that nobody revokes', history: [use('a', 1, 'accepted'), use('a', 999, 'accepted')], rules: [] },
  { what: 'accepted until the bound', history: [revocation('a', 1, 10), use('a', 110, 'accepted')], rules: [] },
  {
    what: 'accepted after the bound',
    history: [revocation('a', 1, 10), use('a', 111, 'accepted')],
    rules: ['accepted too late'],
  },
  {
    what: 'the same, recorded the other way round',
    history: [use('a', 111, 'accepted'), revocation('a', 1, 10)],
    rules: ['accepted too late'],
  },
  {
    what: 'sent in time and answered late',
    history: [revocation('a', 1, 10), use('a', 100, 'accepted', 9999)],
    rules: [],
  },
  { what: 'another token', history: [revocation('a', 1, 10), use('b', 999, 'accepted')], rules: [] },
  {
    what: 'a revocation without an answer',
    history: [revocation('a', 1, 10, false), use('a', 999, 'accepted')],
    rules: [],
  },
  {
    what: 'acknowledged at the second time',
    history: [
      revocation('a', 1, 10, false),
      revocation('a', 500, 510),
      use('a', 600, 'accepted'),
      use('a', 611, 'accepted'),
    ],
    rules: ['accepted too late'],
  },
  {
    what: 'the first acknowledgement counts',
    history: [revocation('a', 500, 510), revocation('a', 1, 10), use('a', 200, 'accepted')],
    rules: ['accepted too late'],
  },
  { what: '503 is no acceptance', history: [revocation('a', 1, 10), use('a', 999, 'unavailable')], rules: [] },
  { what: 'a stream that goes on until the bound', history: [revocation('a', 1, 10), stream('a', 110)], rules: [] },
  {
    what: 'a stream that goes on after the bound',
    history: [revocation('a', 1, 10), stream('a', 111)],
    rules: ['open too long'],
  },
  {
    what: 'a stream that goes on, recorded before the revocation',
    history: [stream('a', 111), revocation('a', 1, 10)],
    rules: ['open too long'],
  },
  {
    what: 'a stream whose end is read late',
    history: [revocation('a', 1, 10), stream('a', 100, 'ERR_TOKEN_REVOKED', 9999)],
    rules: [],
  },
  {
    what: 'a stream of a token whose revocation was not acknowledged',
    history: [revocation('a', 1, 10, false), stream('a', 999)],
    rules: [],
  },
  { what: 'a stream of another token', history: [revocation('a', 1, 10), stream('b', 999)], rules: [] },
  {
    what: 'a stream that ended because the view was stale',
    history: [stream('a', 5, 'ERR_REVOCATIONS_STALE')],
    rules: [],
  },
  {
    what: 'a stream that ended although nobody asked',
    history: [stream('a', 5, 'ERR_TOKEN_REVOKED')],
    rules: ['ended by nobody'],
  },
  {
    what: 'a stream that ended before anybody asked',
    history: [stream('a', 5, 'ERR_TOKEN_REVOKED', 6), revocation('a', 7, 10)],
    rules: ['ended by nobody'],
  },
  { what: 'refused although nobody asked', history: [use('a', 5, 'revoked')], rules: ['revoked by nobody'] },
  {
    what: 'refused before anybody asked',
    history: [use('a', 5, 'revoked', 6), revocation('a', 7, 10)],
    rules: ['revoked by nobody'],
  },
  { what: 'refused while it is asked', history: [use('a', 5, 'revoked', 8), revocation('a', 7, 10, false)], rules: [] },
];
for (const { what, history, rules } of cases) {
  test(what, (t) => {
    t.same(
      breaches(history, BOUND_MS).map(({ rule }) => rule),
      rules,
    );
    t.end();
  });
}

/** What a correct API would answer: it learns of each revocation at some time between asking and the bound. */
const correct = fc
  .array(
    fc.record({
      sentAt: fc.nat(1000),
      takes: fc.nat(50),
      learns: fc.nat(100),
      acknowledged: fc.boolean(),
      uses: fc.array(fc.nat(2000), { maxLength: 20 }),
      streams: fc.array(fc.nat(2000), { maxLength: 5 }),
    }),
  )
  .map((tokens) =>
    tokens.flatMap(({ sentAt, takes, learns, acknowledged, uses, streams }, index) => {
      const token = String(index);
      const known = sentAt + Math.min(learns, takes + BOUND_MS);
      return [
        revocation(token, sentAt, sentAt + takes, acknowledged),
        ...uses.map((time) => use(token, time, time >= known ? 'revoked' : 'accepted')),
        ...streams.map((time) => (time < known ? stream(token, time) : stream(token, known - 1, 'ERR_TOKEN_REVOKED'))),
      ];
    }),
  );

test('a correct API is never accused, in whatever order its answers are recorded', (t) => {
  fc.assert(
    fc.property(
      correct.chain((history) => fc.shuffledSubarray(history, { minLength: history.length })),
      (history) => {
        t.same(breaches(history, BOUND_MS), []);
      },
    ),
  );
  t.end();
});

test('one late acceptance, and one stream that goes on, are found in any history', (t) => {
  fc.assert(
    fc.property(correct, fc.integer({ min: 1, max: 5000 }), (history, late) => {
      const revoked = history.find((event): event is Revocation => event.kind === 'revocation' && event.acknowledged);
      fc.pre(revoked !== undefined);
      const tooLate = revoked.answeredAt + BOUND_MS + late;
      for (const wrong of [use(revoked.token, tooLate, 'accepted'), stream(revoked.token, tooLate)]) {
        t.same(
          breaches([wrong, ...history], BOUND_MS).map(({ event }) => event),
          [wrong],
        );
      }
    }),
  );
  t.end();
});

test('delays count from the acknowledgement to the last acceptance', (t) => {
  t.same(
    delays([
      revocation('a', 1, 10),
      use('a', 12, 'accepted'),
      use('a', 9, 'accepted'),
      revocation('b', 5, 20),
      use('b', 3, 'accepted'),
    ]),
    [0, 2],
  );
  t.end();
});
