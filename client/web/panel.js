// @ts-check
/** What is laid over the messages for a moment: the search, and the list of rooms. */
import { $, el } from './dom.js';
import { hue } from './names.js';
import { in_full, t } from './texts.js';

/** @typedef {import('./link.js').Event} Event */

const panel = $('panel'), field = /** @type {HTMLInputElement} */ ($('panel-text')), results = $('panel-results'), status = $('panel-status');
/** @type {(text: string) => void} */
let submitted = () => {};
/** @type {HTMLElement | null} */
let before = null;

$('panel').addEventListener('submit', (e) => {
  e.preventDefault();
  if (field.value.trim()) submitted(field.value.trim());
});
$('panel-close').addEventListener('click', () => close_panel());

export const panel_open = () => !panel.hidden;

export function close_panel() {
  if (panel.hidden) return;
  panel.hidden = true;
  results.replaceChildren();
  if (before?.isConnected) before.focus();
}

/**
 * @param {string} label
 * @param {string} button
 * @param {(text: string) => void} submit
 */
function open_panel(label, button, submit) {
  if (panel.hidden) before = /** @type {HTMLElement} */ (document.activeElement);
  panel.hidden = false;
  field.value = '';
  field.placeholder = label;
  field.setAttribute('aria-label', label);
  $('panel-go').textContent = button;
  results.replaceChildren();
  status.textContent = '';
  submitted = submit;
  field.focus();
}

/**
 * @param {import('./session.js').Session} session
 * @param {(name: string) => void} join
 */
export function show_rooms(session, join) {
  open_panel(t('room_name'), t('enter'), (name) => {
    close_panel();
    join(name.replace(/^#/, ''));
  });
  session.ask('/rooms', (e) => {
    if (e.type !== 'rooms') return;
    for (const { room, members, topic } of e.rooms) {
      results.append(el('li', {}, el('button', { type: 'button', onclick: () => (close_panel(), join(room)) },
        el('b', { dir: 'auto' }, room === 'lobby' ? t('lobby') : `#${room}`), ' ', el('small', {}, t('here', members)), ' ', el('span', { dir: 'auto' }, topic))));
    }
  });
}

/**
 * @param {import('./session.js').Session} session
 * @param {(event: Event) => void} go to where a message was said
 * @param {string} [words]
 */
export function show_search(session, go, words = '') {
  /** @type {(words: string, before?: number) => void} */
  const search = (text, older) => {
    /** @type {Event[]} */
    const found = [];
    status.textContent = t('loading');
    session.ask(`/search ${older ? `before ${older} ` : ''}${text}`, async (e) => {
      if (e.type === 'message' || e.type === 'private') found.push(e);
      else if (e.type === 'error') status.textContent = await session.why(e);
      else if (e.type === 'search') {
        const button = el('button', { type: 'button', className: 'older', onclick: () => (button.remove(), search(text, found[0].id)) }, t('older'));
        results.append(...found.reverse().map((m) => result(m, go)));
        found.reverse();
        if (e.more && found.length) results.append(el('li', {}, button));
        const all = results.querySelectorAll('.result').length;
        status.textContent = all ? t('found', all) : t('nothing');
      } else status.textContent = t('lost');
    }, { quiet: true });
  };
  open_panel(t('words'), t('search'), (text) => {
    results.replaceChildren();
    search(text);
  });
  field.value = words;
  if (words) search(words);
}

/**
 * @param {Event} m
 * @param {(event: Event) => void} go
 */
function result(m, go) {
  const where = m.type === 'private' ? '' : m.room ? `#${m.room}` : t('lobby');
  return el('li', { className: 'result' }, el('button', { type: 'button', onclick: () => go(m) },
    el('b', { className: `c${hue(m.from)}`, dir: 'auto' }, m.from), ' ', el('small', {}, `${where} · ${in_full(Date.parse(m.time))}`),
    el('span', { className: 'text', dir: 'auto' }, m.text)));
}
