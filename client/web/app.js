// @ts-check
/** Puts the parts of the page together, and begins. */
import { offer_notifications, show_unread } from './attention.js';
import { show_condition } from './bar.js';
import { Composer } from './composer.js';
import { connect_controls, drawer, field, name_everything, on_submit } from './controls.js';
import { Desk } from './desk.js';
import { $, soon } from './dom.js';
import { fold, is_guest } from './names.js';
import { close_panel, panel_open } from './panel.js';
import { last_name, save_name, save_place, take_place } from './saved.js';
import { address_of, draw_side, number_of, route, state_of } from './side.js';
import { t } from './texts.js';
import { Commands, typed } from './typed.js';

name_everything();
const place = await take_place();
const commands = new Commands();
const desk = new Desk(place, show_condition, { draw, keep: soon(keep), opened });
const { chat, session } = desk;
const keep_soon = soon(keep);
/** @type {Composer} */
const composer = new Composer({
  send: (line) => typed(desk, line),
  names: () => chat.members_of(desk.open).filter((p) => p.user !== chat.me.user).map((p) => p.name),
  commands: () => commands.list(session, () => composer.offer()),
  newest: () => (panel_open() ? close_panel() : desk.log.to_newest()),
  drafted: (draft) => {
    desk.open.draft = draft;
    keep_soon();
  },
});
let entered = false;
/** On a first visit the card is there until a name is taken, or none is wanted. */
let first_visit = false;

/** @param {import('./conversation.js').Conversation} c */
function opened(c) {
  drawer(false);
  composer.show(c.draft, t('message', c.label));
  if (!matchMedia('(pointer: coarse)').matches) composer.focus();
}

function draw() {
  if (!entered) return;
  if (!chat.all.includes(desk.open)) desk.show(chat.lobby);
  desk.tidy();
  const { open } = desk, { me } = chat, unread = chat.all.reduce((sum, c) => sum + c.unread, 0), elsewhere = unread - open.unread;
  draw_side(chat, open, (p) => p.user !== me.user && desk.show(chat.person(p.name, p.user)));
  $('title').textContent = open.label;
  $('topic').hidden = open.kind !== 'room' || !$('topic-form').hidden;
  $('topic').textContent = open.topic || t('no_topic');
  $('topic').classList.toggle('none', !open.topic);
  $('here').textContent = open.kind === 'room' ? t('here', number_of(chat, open)) : state_of(chat.people.get(open.user));
  $('leave').hidden = open.is_lobby;
  $('leave').textContent = t(open.kind === 'room' ? 'leave' : 'close');
  $('set-away').textContent = t(me.away ? 'back' : 'set_away');
  $('away-text').hidden = me.away;
  $('elsewhere').textContent = String(elsewhere || '');
  $('menu').setAttribute('aria-label', t('menu') + (elsewhere ? `, ${t('newer', elsewhere)}` : ''));
  show_unread(unread, open.label);
  if (me.name && !is_guest(me.name)) first_visit = false;
  desk.draw_newest();
  desk.ask_people(false);
  keep_soon();
}

function keep() {
  if (!entered) return;
  place.last = chat.last;
  place.open = address_of(desk.open);
  place.conversations = chat.all.map(({ kind, name, user, read, unread, called, draft, in_it }) => ({ kind, name, user, read, unread, called, draft, in_it }));
  place.waiting = [...session.unsent.values()].map(({ tag, to, item }) => ({ tag, kind: to.kind, name: to.name, user: to.user, text: item.text, emote: item.kind === 'emote', time: item.time, why: item.why }));
  save_place(place);
}

/** @param {{kind: 'room' | 'private', name: string, user: number}} kept */
const kept_in = ({ kind, name, user }) => (kind === 'room' ? chat.room(name) : chat.person(name, user));

/** @param {string} name empty: a guest */
function enter(name) {
  entered = true;
  show_card(false);
  session.name = name;
  for (const k of place.conversations) {
    const { read, unread, called, draft } = k, c = kept_in(k);
    Object.assign(c, { read, mark: read, unread, called, draft, in_it: k.in_it || c.is_lobby, fresh: false });
  }
  const hash = location.hash, { kind, name: to } = route(hash || place.open);
  desk.show(chat.all.find((c) => c.kind === kind && fold(c.name) === fold(to)) ?? chat.lobby);
  if (hash) history.replaceState(null, '', hash);
  for (const w of place.waiting) session.restore(kept_in(w), w);
  session.link.open();
}

/** @param {boolean} shown */
function show_card(shown) {
  $('card').hidden = !shown;
  $('app').hidden = shown;
  if (shown) field('card-name').focus();
  else composer.focus();
}

/** @param {string} why the last name was none */
function ask_name(why) {
  first_visit = true;
  $('card-why').textContent = why;
  show_card(true);
}

session.name_refused = (/** @type {string} */ why) => {
  session.name = '';
  if (first_visit) return ask_name(why);
  chat.tell(desk.open, `${why}. ${t('name_taken', chat.me.name)}`);
  $('me').setAttribute('open', '');
};

on_submit('card-form', () => {
  const name = field('card-name').value.trim();
  save_name(name);
  if (!entered) return enter(name);
  if (name) session.rename(name, ask_name);
  else first_visit = false;
  show_card(false);
});
connect_controls(desk, composer);
offer_notifications();
$('bar-act').addEventListener('click', () => session.link.open());
addEventListener('popstate', () => entered && desk.go(location.hash));
for (const event of ['focus', 'visibilitychange']) addEventListener(event, () => entered && (desk.look(), draw()));
addEventListener('pagehide', keep);

const name = last_name();
if (place.token || name !== null) enter(name ?? '');
else ask_name('');
