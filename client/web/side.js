// @ts-check
/** The lists of rooms, private chats and people. */
import { $, el } from './dom.js';
import { fold, hue } from './names.js';
import { t } from './texts.js';

const most_shown = 200, most_sorted = 2000;

/**
 * @param {import('./conversation.js').Conversation} c
 * @param {boolean} open
 */
function entry(c, open) {
  const link = el('a', { href: address_of(c), className: `entry ${c.unread ? 'unread' : ''} ${c.called ? 'called' : ''}`, dir: 'auto' },
    el('span', { className: 'label' }, c.label));
  if (open) link.setAttribute('aria-current', 'page');
  if (c.unread) link.append(' ', el('span', { className: 'count', 'aria-label': t('newer', c.unread) }, c.unread > 999 ? '999+' : String(c.unread)));
  return el('li', {}, link);
}

/** @param {import('./conversation.js').Conversation} c */
export const address_of = (c) => `#/${c.kind === 'private' ? '@' : ''}${encodeURIComponent(c.name)}`;

/**
 * @param {import('./chat.js').Chat} chat
 * @param {import('./conversation.js').Conversation} open
 * @param {(person: import('./presence.js').Person) => void} talk_to
 */
export function draw_side(chat, open, talk_to) {
  const of = (/** @type {string} */ kind) => chat.all.filter((c) => c.kind === kind).map((c) => entry(c, c === open));
  const kept = document.activeElement instanceof HTMLElement && $('side').contains(document.activeElement) ? document.activeElement.dataset.key ?? document.activeElement.getAttribute('href') : null;
  $('rooms').replaceChildren(...of('room'));
  $('private').replaceChildren(...of('private'));
  $('private-head').hidden = !chat.all.some((c) => c.kind === 'private');
  const members = chat.members_of(open), people = members.length > most_sorted ? members : members.sort((a, b) => Number(Boolean(a.away || a.lost)) - Number(Boolean(b.away || b.lost)) || a.name.localeCompare(b.name));
  $('people-count').textContent = String(number_of(chat, open));
  const rows = people.slice(0, most_shown).map((p) => {
    const button = el('button', { type: 'button', className: `person ${p.away || p.lost ? 'absent' : ''}`, title: p.addr, onclick: () => talk_to(p) },
      el('span', { className: `label c${hue(p.name)}`, dir: 'auto' }, p.name));
    button.dataset.key = String(p.user);
    if (state_of(p)) button.append(' ', el('span', { className: 'state', title: p.away }, t(p.lost ? 'lost' : 'away')));
    return el('li', {}, button);
  });
  if (people.length > most_shown) rows.push(el('li', { className: 'state' }, t('more_people', people.length - most_shown)));
  $('people').replaceChildren(...rows);
  if (kept) /** @type {HTMLElement | null} */ ([...$('side').querySelectorAll('[data-key],a')].find((e) => e instanceof HTMLElement && (e.dataset.key ?? e.getAttribute('href')) === kept))?.focus();
  $('my-name').textContent = chat.me.name || '…';
  $('me').classList.toggle('absent', chat.me.away);
}

/**
 * What keeps somebody from answering; empty: nothing.
 * @param {import('./presence.js').Person} [person]
 */
export const state_of = (person) => (person?.lost ? t('lost') : person?.away ? `${t('away')}: ${person.away}` : '');

/**
 * @param {import('./chat.js').Chat} chat
 * @param {import('./conversation.js').Conversation} c
 */
export const number_of = (chat, c) => (c.kind === 'private' || c.is_lobby ? chat.online : c.count);

/**
 * What a link in the address means.
 * @param {string} hash
 */
export function route(hash) {
  let name = hash.replace(/^#\/?/, '');
  try {
    name = decodeURIComponent(name);
  } catch {
    // As it stands.
  }
  if (name.startsWith('@')) return { kind: /** @type {const} */ ('private'), name: name.slice(1) };
  return { kind: /** @type {const} */ ('room'), name: name.replace(/^#/, '') };
}
