import t from 'tap';
import { Gate } from '../src/gate.ts';

const { signal: present } = new AbortController();

/** Lets every promise that can settle do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function visitor(gate: Gate, signal: AbortSignal = present) {
  const visit = { inside: false, refused: false, leave: () => {} };
  gate.enter(signal).then(
    (leave) => Object.assign(visit, { inside: true, leave }),
    () => Object.assign(visit, { refused: true }),
  );
  return visit;
}

t.test('so many are inside; the others come in, in their order, as places are given back', async (t) => {
  const gate = new Gate(2);
  const visitors = Array.from({ length: 5 }, () => visitor(gate));
  const inside = async () => {
    await settle();
    return visitors.map((one) => one.inside);
  };
  t.same(await inside(), [true, true, false, false, false]);
  visitors[1]?.leave();
  t.same(await inside(), [true, true, true, false, false]);
  visitors[0]?.leave();
  visitors[2]?.leave();
  t.same(await inside(), [true, true, true, true, true]);
});

t.test('who goes away while waiting is passed over, and costs no place', async (t) => {
  const gate = new Gate(1);
  const first = visitor(gate);
  const [leaving, gone] = [new AbortController(), new AbortController()];
  const second = visitor(gate, leaving.signal);
  const third = visitor(gate);
  gone.abort();
  const late = visitor(gate, gone.signal);
  leaving.abort();
  await settle();
  t.match([second, late], [{ refused: true }, { refused: true }]);
  first.leave();
  await settle();
  t.ok(third.inside);
  third.leave();
  const last = visitor(gate);
  await settle();
  t.ok(last.inside, 'the place is free again');
});

t.test('the signal of somebody inside has nothing more to say', async (t) => {
  const gate = new Gate(1);
  const caller = new AbortController();
  const first = visitor(gate, caller.signal);
  const second = visitor(gate);
  await settle();
  caller.abort();
  await settle();
  t.notOk(second.inside, 'the place is still taken');
  first.leave();
  await settle();
  t.ok(second.inside);
});
