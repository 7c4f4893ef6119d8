// @ts-check
/** Buttons, forms, keys and fingers. */
import { $ } from './dom.js';
import { close_panel, panel_open, show_rooms, show_search } from './panel.js';
import { save_name } from './saved.js';
import { chinese, t } from './texts.js';
import { ask, room_name } from './typed.js';

/** @param {string} id */
export const field = (id) => /** @type {HTMLInputElement} */ ($(id));

/**
 * @param {string} id
 * @param {() => void} what
 */
export const on_submit = (id, what) =>
  $(id).addEventListener('submit', (e) => {
    e.preventDefault();
    what();
  });

/** Puts the texts of this language where the page names them. */
export function name_everything() {
  document.documentElement.lang = chinese ? 'zh-CN' : 'en';
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-t], [data-label]'))) {
    const { t: text, label } = /** @type {any} */ (e.dataset);
    if (text) e.textContent = t(text);
    if (!label) continue;
    e.setAttribute('aria-label', t(label));
    if (e instanceof HTMLInputElement) e.placeholder = t(label);
    else if (e instanceof HTMLButtonElement) e.title = t(label);
  }
}

const drawer_open = () => document.body.classList.contains('drawer');

/** @param {boolean} shown */
export function drawer(shown) {
  document.body.classList.toggle('drawer', shown);
  $('menu').setAttribute('aria-expanded', String(shown));
  if (shown) $('side').querySelector('a')?.focus();
}

/** The list comes in from the edge, and goes back there. */
function fingers() {
  const edge = 24, far = 50;
  let x = 0, y = 0;
  addEventListener('touchstart', (e) => ([x, y] = [e.touches[0].clientX, e.touches[0].clientY]), { passive: true });
  addEventListener('touchend', ({ changedTouches: [end] }) => {
    if (Math.abs(end.clientY - y) > far) return;
    if (end.clientX - x > far && x < edge) drawer(true);
    else if (x - end.clientX > far && drawer_open()) drawer(false);
  }, { passive: true });
}

/**
 * @param {import('./desk.js').Desk} desk
 * @param {import('./composer.js').Composer} composer
 */
function keys(desk, composer) {
  addEventListener('keydown', (e) => {
    if (e.isComposing || $('app').hidden) return;
    if (e.altKey && !e.ctrlKey && e.code === 'KeyA') {
      const others = desk.chat.all.filter((c) => c.unread && c !== desk.open), next = others.find((c) => c.called) ?? others[0];
      if (next) desk.show(next);
      e.preventDefault();
    } else if (e.key === 'Escape' && !e.defaultPrevented) {
      if (panel_open()) return close_panel();
      if (drawer_open()) drawer(false);
      else desk.log.to_newest();
      composer.focus();
    }
  });
}

/** @param {import('./desk.js').Desk} desk */
function oneself(desk) {
  on_submit('rename', () => {
    const name = field('new-name').value.trim();
    $('me-why').textContent = '';
    if (!name) return;
    desk.session.rename(name, (why) => ($('me-why').textContent = why));
    save_name(name);
    field('new-name').value = '';
  });
  on_submit('away', () => {
    ask(desk, desk.chat.me.away ? '/back' : `/away ${field('away-text').value}`.trim());
    field('away-text').value = '';
  });
}

/**
 * @param {import('./desk.js').Desk} desk
 * @param {import('./composer.js').Composer} composer
 */
function topic(desk, composer) {
  /** @param {boolean} editing */
  const edit = (editing) => {
    $('topic-form').hidden = !editing;
    $('topic').hidden = editing;
    if (!editing) return composer.focus();
    field('new-topic').value = desk.open.topic;
    field('new-topic').focus();
  };
  $('topic').addEventListener('click', () => edit(true));
  field('new-topic').addEventListener('keydown', (e) => e.key === 'Escape' && (e.preventDefault(), edit(false)));
  on_submit('topic-form', () => {
    ask(desk, `/topic ${desk.open.name} ${field('new-topic').value.trim() || '-'}`);
    edit(false);
  });
}

/**
 * @param {import('./desk.js').Desk} desk
 * @param {import('./composer.js').Composer} composer
 */
export function connect_controls(desk, composer) {
  oneself(desk);
  topic(desk, composer);
  keys(desk, composer);
  fingers();
  $('add').addEventListener('click', () => show_rooms(desk.session, (name) => desk.join(room_name(name))));
  $('find').addEventListener('click', () => show_search(desk.session, (m) => desk.go_to(m)));
  $('leave').addEventListener('click', () => desk.leave(desk.open));
  $('newest').addEventListener('click', () => (desk.log.to_newest(), composer.focus()));
  $('menu').addEventListener('click', () => drawer(!drawer_open()));
  $('shade').addEventListener('click', () => drawer(false));
  $('side').addEventListener('click', (e) => e.target instanceof Element && e.target.closest('a[aria-current]') && drawer(false));
  // Where a keyboard on the screen covers the page instead of making it smaller.
  visualViewport?.addEventListener('resize', () => {
    const { scale, height } = /** @type {VisualViewport} */ (visualViewport);
    if (scale === 1) document.documentElement.style.setProperty('--height', `${height}px`);
  });
}
