import { Chat } from '/client/web/chat.js';
import { same, test } from './checks.js';

/** A chat with a view that looks at the conversations that it is told to. */
function made(room_for = 1000) {
  const told = { heard: [], seen: new Set() };
  const chat = new Chat({
    added() {}, changed() {}, removed() {}, listed() {}, together: (c, change) => change(), room_for: () => room_for,
    reading: (c) => told.seen.has(c.key), heard: (c, item) => told.heard.push(item.text),
  });
  chat.hear({ type: 'welcome', user: 7, name: 'me', addr: 'x', lang: 'en', online: 1, limits: { line: 100 } });
  return { chat, told };
}
const time = '2026-11-21T04:15:03.898Z';
const said = (id, more = {}) => ({ type: 'message', time, id, from: 'bob', user: 2, text: `m${id}`, ...more });
const whispered = (id, more = {}) => ({ type: 'private', time, id, from: 'bob', user: 2, to: 'me', to_user: 7, text: `w${id}`, ...more });

test('chat: what nobody looks at is unread, and what is shown again to a newcomer is not', () => {
  const { chat, told } = made();
  chat.hear(said(1, { past: true }));
  same([chat.lobby.unread, chat.lobby.read], [0, 1]);
  chat.hear(said(2));
  chat.hear(said(3, { text: 'Me: hi' }));
  chat.hear(said(4, { user: 7, from: 'me' }));
  same([chat.lobby.unread, chat.lobby.called, chat.lobby.mark], [2, true, 1]);
  chat.seen(chat.lobby);
  same([chat.lobby.unread, chat.lobby.called, chat.lobby.read], [0, false, 4]);
  told.seen.add('#lobby');
  chat.hear(said(5));
  same([chat.lobby.unread, chat.lobby.read, told.heard], [0, 5, ['m2', 'Me: hi']]);
  chat.hear(said(5));
  same(chat.lobby.items.length, 5);
  same(chat.last, 5);
});

test('chat: what was missed is unread', () => {
  const { chat } = made();
  chat.hear(said(1));
  chat.seen(chat.lobby);
  chat.hear({ type: 'welcome', user: 7, name: 'me', addr: 'x', lang: 'en', online: 1, resumed: true, complete: true, rooms: ['lobby', 'Tea'] });
  chat.hear(said(2, { past: true }));
  same(chat.lobby.unread, 1);
  same(chat.find_room('tea').in_it, true);
});

test('chat: private chat is with a person, whatever the name', () => {
  const { chat } = made();
  chat.hear(whispered(1));
  chat.hear({ type: 'renamed', time, old: 'bob', name: 'rob', user: 2 });
  chat.hear(whispered(2, { from: 'rob' }));
  same(chat.all.map((c) => c.key), ['#lobby', '@rob']);
  chat.hear(whispered(3, { from: 'bob', user: 3 }));
  same(chat.all.map((c) => c.key), ['#lobby', '@rob', '@bob']);
  chat.hear({ type: 'left', time, name: 'bob', user: 3, online: 2, reason: 'quit' });
  chat.hear(whispered(4, { from: 'bob', user: 4 }));
  const bob = chat.all[2];
  same([bob.user, bob.items.map((i) => i.kind)], [4, ['say', 'info', 'info', 'say']]);
  chat.hear(whispered(5, { from: 'me', user: 7, to: 'rob', to_user: 2 }));
  same(chat.all[1].items.at(-1).own, true);
  same(chat.all[1].unread, 2);
});

test('chat: numbers mean nothing after a server has forgotten us', () => {
  const { chat } = made();
  chat.hear(whispered(1));
  chat.hear({ type: 'welcome', user: 9, name: 'x', addr: 'x', lang: 'en', online: 1 });
  same([chat.all[1].user, chat.people.size, chat.me.user], [0, 0, 9]);
});

test('chat: ids that begin anew do not hide what is said', () => {
  const { chat } = made();
  for (const id of [1, 2, 3]) chat.hear(said(id));
  chat.hear({ type: 'welcome', user: 9, name: 'x', addr: 'x', lang: 'en', online: 1 });
  for (const id of [1, 2, 3]) chat.hear(said(id, { text: `new ${id}`, time: '2026-11-21T05:15:03.898Z' }));
  same(chat.lobby.items.map((i) => i.text), ['m1', 'm2', 'm3', 'new 1', 'new 2', 'new 3']);
});

test('chat: who is here is told, and a list empties what was known', () => {
  const { chat } = made();
  const person = (user, name, more = {}) => ({ user, name, addr: name, since: time, idle: 0, ...more });
  chat.present({ users: [person(7, 'me'), person(2, 'bob', { away: 'lunch' })], online: 2, end: true }, chat.lobby, true);
  same(chat.members_of(chat.lobby).map((p) => [p.name, p.away]), [['me', ''], ['bob', 'lunch']]);
  const tea = chat.room('tea');
  chat.hear({ type: 'joined', time, room: 'tea', name: 'bob', user: 2, members: 2 });
  chat.hear({ type: 'joined', time, name: 'eve', user: 3, online: 3 });
  chat.hear({ type: 'left', time, name: 'bob', user: 2, online: 2, reason: 'quit' });
  same([chat.members_of(chat.lobby).map((p) => p.name), chat.members_of(tea), tea.count, chat.online], [['me', 'eve'], [], 1, 2]);
  same(chat.lobby.items.map((i) => i.kind), ['moves']);
  chat.present({ users: [person(7, 'me')], online: 1, end: true }, chat.lobby, true);
  same(chat.members_of(chat.lobby).length, 1);
  chat.present({ users: [person(8, 'x')], online: 2, end: true }, chat.lobby, false);
  same(chat.members_of(chat.lobby).length, 2);
});

test('chat: a conversation holds so many, and the oldest go', () => {
  const { chat } = made(200);
  for (let id = 1; id <= 199; ++id) chat.hear(said(id));
  chat.lobby.more = false;
  same(chat.lobby.items.length, 199);
  chat.hear(said(200));
  same([chat.lobby.items.length, chat.lobby.more], [200, false]);
  chat.hear(said(201));
  same([chat.lobby.items.length, chat.lobby.items[0].id, chat.lobby.more === undefined], [101, 101, true]);
});

test('chat: so many private chats, of which the oldest that says nothing new goes', () => {
  const { chat } = made();
  for (let i = 0; i < 99; ++i) chat.person(`p${i}`);
  same(chat.all.length, 100);
  chat.person('p99');
  same(chat.all.length, 101);
  chat.person('p100');
  same([chat.all.length, chat.all[1].name], [101, 'p1']);
  chat.all[1].unread = 1;
  chat.person('p101');
  same([chat.all.length, chat.all[1].name, chat.all[2].name], [101, 'p1', 'p3']);
});

test('chat: a recalled message loses its text', () => {
  const { chat } = made();
  chat.hear(said(1));
  chat.hear({ type: 'recalled', time, id: 1 });
  same([chat.lobby.items[0].text, chat.lobby.items[0].recalled], ['', true]);
});

test('chat: events and fields that nobody knows yet do no harm', () => {
  const { chat } = made();
  chat.hear({ type: 'future', time, id: 3, x: 1 });
  chat.hear(said(4, { kind: 'sung', colour: 'red' }));
  same(chat.lobby.items.map((i) => [i.kind, i.text]), [['say', 'm4']]);
});

test('chat: an answer that is repeated over a restart is no sign of ids that begin anew', () => {
  const { chat } = made();
  for (const id of [1, 2, 3]) chat.hear(said(id));
  chat.hear({ type: 'welcome', user: 9, name: 'x', addr: 'x', lang: 'en', online: 1 });
  chat.hear(said(1, { user: 9, tag: 'a', repeated: true }));
  chat.hear(said(4));
  same(chat.lobby.items.map((i) => i.id), [1, 2, 3, 4]);
});
