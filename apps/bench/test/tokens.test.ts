import { test } from 'tap';
import { HeaderTokens, mintTokens, TOKEN_LENGTH } from '../src/tokens.ts';

test('tokens look like Google’s, and each is another', (t) => {
  const tokens = mintTokens(1_000);
  const all = Array.from({ length: tokens.size }, (_, index) => tokens.token(index));
  t.equal(new Set(all).size, 1_000);
  t.ok(all.every((token) => token.length === TOKEN_LENGTH && /^ya29\.[\w-]+$/.test(token)));
  t.equal(tokens.header(7), `Bearer ${all[7]}`);
  t.end();
});

test('any text comes back as it went in, and what is drawn is among it', (t) => {
  const texts = ['a', 'bcd', '', 'e.f.g'];
  const tokens = new HeaderTokens(texts);
  t.same(
    texts.map((_, index) => tokens.token(index)),
    texts,
  );
  const drawn = tokens.draw(200);
  t.equal(drawn.length, 200);
  t.same(new Set(drawn), new Set(texts));
  t.end();
});
