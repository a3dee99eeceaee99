import { test } from 'tap';
import { readFacts } from '../src/lookup/tokeninfo/response.ts';
import { KnownToken } from '../src/memory/known-token.ts';
import { KnownTokens } from '../src/memory/known-tokens.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';

const facts = readFacts(user());

function known(key: string): KnownToken {
  if (facts === undefined) throw new Error('no facts');
  return new KnownToken(facts, { key, asker: test, statedAt: 0 });
}

for (const max of [1, 999, 1000, 1001, 12_345]) {
  test(`with room for ${max}, the one that was not used for longest leaves, and none before`, (t) => {
    const tokens = new KnownTokens(max);
    const all = Array.from({ length: max + 1 }, (_, index) => known(`${index}`));
    for (const [index, token] of all.entries()) {
      // The first is used all the time.
      if (index > 0 && max > 1) tokens.get('0');
      tokens.set(`${index}`, token);
    }
    t.equal(tokens.size, max);
    const gone = all.filter((token, index) => tokens.peek(`${index}`) !== token);
    t.same(gone.map(KnownToken.key), [max > 1 ? '1' : '0']);
    tokens.set('0', known('again'));
    tokens.delete('2');
    t.equal(tokens.peek('2'), undefined);
    t.end();
  });
}
