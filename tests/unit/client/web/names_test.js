import { calls, fold, hue, is_guest, letters } from '/client/web/names.js';
import { same, test } from './checks.js';

test('names: a name is called as a word of its own, whatever its case', () => {
  for (const [text, name, wanted] of [
    ['bob', 'bob', true], ['BOB: hi', 'bob', true], ['hi, bob!', 'bob', true], ['@bob', 'bob', true], ['bobby', 'bob', false],
    ['abob', 'bob', false], ['bob_', 'bob', false], ['bobby and bob', 'bob', true], ['小明你好', '小明', true], ['你好bob吗', 'bob', true],
    ['', 'bob', false], ['x', '', false], ['127.0.0.1:5', '127.0.0.1:5', false],
  ]) same(calls(text, name), wanted, `${text} / ${name}`);
});

test('names: who has no name yet is a guest', () => {
  for (const [name, wanted] of [['127.0.0.1:48296', true], ['[::1]:7', true], ['unix', true], ['unix.2', true], ['10.1.2.3', true], ['bob', false], ['unixy', false], ['小明', false]])
    same(is_guest(name), wanted, name);
});

test('names: colour and letters stay the same', () => {
  same(hue('Alice'), hue('alice'));
  same(fold('Ａlice'), 'alice');
  for (const [name, wanted] of [['alice', 'AL'], ['小明', '小明'], ['x', 'X'], ['a_b', 'AB'], ['127.0.0.1:5', '··']]) same(letters(name), wanted, name);
  const used = new Set();
  for (let i = 0; i < 200; ++i) used.add(hue(`name${i}`));
  same([...used].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
