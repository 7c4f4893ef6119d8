import { pieces } from '/client/web/links.js';
import { same, test } from './checks.js';

const links = (text) => pieces(text).filter((p) => p.href).map((p) => p.text);

test('links: every text is its pieces put together', () => {
  const parts = ['http://a.example', 'https://b.example/x?y=z#w', 'plain', '(', ')', '.', '，', '茶', ' ', 'javascript:alert(1)', 'http://', '<b>', '"', 'http://u@v/'];
  let count = 0;
  for (const a of parts) for (const b of parts) for (const c of parts) {
    const text = a + b + c;
    same(pieces(text).map((p) => p.text).join(''), text, text);
    for (const p of pieces(text)) if (p.href) same(/^https?:$/.test(new URL(p.href).protocol), true, text);
    ++count;
  }
  same(count, 14 ** 3);
});

test('links: what stands behind a link is not part of it', () => {
  for (const [text, wanted] of [
    ['see http://a.example/x.', ['http://a.example/x']],
    ['(http://a.example/x)', ['http://a.example/x']],
    ['http://a.example/x_(y)', ['http://a.example/x_(y)']],
    ['http://a.example/x_(y))', ['http://a.example/x_(y)']],
    ['http://a.example，好', ['http://a.example']],
    ['在http://a.example/茶。', ['http://a.example/茶']],
    ['http://a.example, https://b.example!', ['http://a.example', 'https://b.example']],
    ['"http://a.example/"', ['http://a.example/']],
    ['HTTP://A.example/', ['HTTP://A.example/']],
    ['ftp://a.example', []], ['javascript:alert(1)', []], ['http://', []], ['http://?', []],
    ['http://good.example@evil.example/', []], ['http://a:b@evil.example/', []], ['xhttp://a.example', []],
  ]) same(links(text), wanted, text);
});
