import { as_said, command_completion, meaning, name_completion } from '/client/web/completion.js';
import { same, test } from './checks.js';

test('meaning: what is a command with nc is one here, and nothing else is', () => {
  for (const [line, wanted] of [
    ['hello', { say: 'hello' }], ['who', { command: '/who' }], ['WHO', { command: '/who' }], ['ｗｈｏ', { command: '/who' }], ['who is there?', { say: 'who is there?' }],
    ['to bob hi', { command: '/to bob hi' }], ['To bob  hi ', { command: '/to bob  hi' }], ['to', { command: '/to' }], ['tomorrow is fine', { say: 'tomorrow is fine' }],
    ['rename bob', { command: '/rename bob' }], ['rename it to that', { say: 'rename it to that' }], ['\u200bto bob hi', { command: '/to bob hi' }], ['t\u200bo bob hi', { command: '/to bob hi' }],
    ['/me waves', { emote: 'waves' }], ['/me', { command: '/me' }], ['//me waves', { say: '/me waves' }], ['//shrug', { say: '/shrug' }], ['／join tea', { command: '/join tea' }],
    ['/say who', { say: 'who' }], ['/JOIN Tea', { command: '/join Tea' }], ['login bob', { password: true }], ['login bob x', { password: true }], ['login', { say: 'login' }],
    ['password is not what I said', { say: 'password is not what I said' }], ['  spaced', { say: '  spaced' }],
  ]) same(meaning(line), wanted, line);
});

test('meaning: a text that begins like an emote is none behind an addressee', () => {
  for (const [text, wanted] of [['/me waves', '//me waves'], ['//me waves', '///me waves'], ['/me', '//me'], ['／ME x', '/／ME x'], ['/mean', '/mean'], ['/shrug', '/shrug'], ['me', 'me']])
    same(as_said(text), wanted, text);
});

test('completion: names that begin like the word at the caret', () => {
  const names = ['Bob', 'bobby', 'alice', '小明'];
  for (const [text, caret, wanted] of [
    ['bo', 2, { start: 0, words: ['Bob', 'bobby'] }], ['hi BOBB', 7, { start: 3, words: ['bobby'] }], ['hi @al', 6, { start: 3, words: ['alice'] }], ['你好，小', 4, { start: 3, words: ['小明'] }],
    ['al x', 2, { start: 0, words: ['alice'] }], ['', 0, { start: 0, words: [] }], ['zz', 2, { start: 0, words: [] }], ['bob ', 4, { start: 4, words: [] }],
  ]) same(name_completion(text, caret, names), wanted, text);
});

test('completion: commands that begin like the draft, as long as it is one word', () => {
  const commands = [{ words: ['join'], usage: '/join ROOM', help: '' }, { words: ['rename', 'nick'], usage: '/rename NAME', help: '' }];
  const found = (text) => command_completion(text, commands).map((c) => c.usage);
  same(found('/'), ['/join ROOM', '/rename NAME']);
  same(found('/J'), ['/join ROOM']);
  same(found('/ni'), ['/rename NAME']);
  same(found('/join '), []);
  same(found('join'), []);
  same(found('//j'), []);
});
