import { problems } from '/client/web/problems.js';
import { same, test } from './checks.js';

test('problems: each that docs/protocol.md lists is told in its words, and no other', async () => {
  const page = await (await fetch('/docs/protocol.md')).text();
  const listed = {};
  for (const [, name, en, zh] of page.matchAll(/^\| `[a-z-]+` \| `([a-z\d-]+)` \| (.+?) \| (.+?) \|$/gm)) listed[name] = [en, zh];
  same(Object.keys(listed).length > 30, true);
  same(problems, listed);
});
