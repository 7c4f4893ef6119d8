import { fold_move, folded, has_head, insert, last_of, same_day } from '/client/web/timeline.js';
import { same, test } from './checks.js';

const message = (id, time = id, more = {}) => ({ kind: 'say', id, time, text: `m${id}`, from: 'a', ...more });
const news = (time) => ({ kind: 'info', time, text: 'news' });
const waiting = (tag) => ({ kind: 'say', time: 0, text: tag, state: 'waiting', tag });
const texts = (items) => items.map((i) => i.text).join(' ');

test('timeline: in whatever order messages come, they stand by their ids, and once', () => {
  const orders = [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3], [3, 1, 4, 2], [1, 4, 2, 3]];
  for (const order of orders) {
    const items = [];
    for (const id of order) same(insert(items, message(id)) >= 0, true);
    for (const id of order) same(insert(items, message(id)), -1, `again ${id}`);
    same(texts(items), 'm1 m2 m3 m4', String(order));
  }
});

test('timeline: a message is found to be there whatever stands between', () => {
  const items = [];
  insert(items, message(1, 10));
  insert(items, news(20));
  insert(items, news(21));
  same(insert(items, message(1, 10)), -1);
  insert(items, message(2, 30));
  same(insert(items, message(1, 10)), -1);
  same(insert(items, message(2, 30)), -1);
  same(texts(items), 'm1 news news m2');
});

test('timeline: what waits stays at the end, in the order in which it was said', () => {
  const items = [];
  insert(items, message(1));
  insert(items, waiting('w1'));
  insert(items, waiting('w2'));
  same(insert(items, message(2)), 1);
  same(insert(items, news(5)), 2);
  same(texts(items), 'm1 m2 news w1 w2');
});

test('timeline: old messages go in front of the news that came after them', () => {
  const items = [];
  insert(items, message(10, 1000));
  insert(items, news(1500));
  insert(items, message(11, 2000));
  insert(items, message(9, 900));
  insert(items, message(8, 800));
  same(texts(items), 'm8 m9 m10 news m11');
});

test('timeline: random pages of a history make the same order as the history', () => {
  let seed = 5, runs = 0;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let run = 0; run < 50; ++run) {
    const items = [];
    for (let part = 0; part < 30; ++part) {
      const first = 1 + random(80);
      for (let id = first; id < first + 10; ++id) insert(items, message(id));
      if (random(3) === 0) insert(items, news(random(90)));
    }
    const ids = items.filter((i) => i.id).map((i) => i.id);
    same(ids, [...new Set(ids)].sort((a, b) => a - b));
    ++runs;
  }
  same(runs, 50);
});

test('timeline: a head stands above another sender, another day, and after five minutes', () => {
  const noon = new Date(2026, 10, 26, 12).getTime();
  const at = (time, more) => message(1, time, more);
  for (const [before, item, wanted] of [
    [undefined, at(noon), true], [at(noon), at(noon + 299_999), false], [at(noon), at(noon + 300_000), true],
    [at(noon), at(noon, { from: 'b' }), true], [at(noon, { user: 1 }), at(noon, { user: 2 }), true], [at(noon), at(noon, { kind: 'emote' }), false],
    [news(noon), at(noon), true], [at(noon, { kind: 'emote' }), at(noon), true],
    [at(new Date(2026, 10, 26, 23, 59, 59).getTime()), at(new Date(2026, 10, 27).getTime()), true],
  ]) same(has_head(before, item), wanted);
  same(same_day(new Date(2026, 0, 1).getTime(), new Date(2026, 0, 1, 23, 59).getTime()), true);
  same(last_of([1, 2, 3], (n) => n < 3), 2);
  same(last_of([], () => true) === undefined, true);
});

test('timeline: who comes and goes is folded', () => {
  const line = { kind: 'moves', time: 0, text: '' };
  for (const [key, came] of [['a', true], ['b', false], ['c', true], ['c', false], ['d', false], ['d', true], ['e', true], ['e', false], ['e', true]]) fold_move(line, key, key, came);
  same(folded(line), { came: ['a', 'e'], went: ['b'], passed: ['c'], back: ['d'] });
});
