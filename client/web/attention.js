// @ts-check
/** Title, icon, and notifications: what says that there is something new while nobody looks. */
import { $ } from './dom.js';
import { t } from './texts.js';

const icon = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel=icon]'));
let shown = '';

/**
 * @param {number} unread
 * @param {string} label
 */
export function show_unread(unread, label) {
  const title = `${unread ? `(${unread}) ` : ''}${label ? `${label} · ` : ''}confab`, picture = unread ? 'icon-new.svg' : 'icon.svg';
  if (document.title !== title) document.title = title;
  if (shown !== picture) icon.setAttribute('href', (shown = picture));
}

const possible = 'Notification' in globalThis;
const wanted = () => {
  try {
    return localStorage.getItem('confab notify') === 'on';
  } catch {
    return false;
  }
};

/** Nobody is asked who has not clicked. */
export function offer_notifications() {
  const button = /** @type {HTMLButtonElement} */ ($('notify'));
  const draw = () => {
    const on = possible && Notification.permission === 'granted' && wanted(), never = !possible || Notification.permission === 'denied';
    button.textContent = t(never ? 'denied' : on ? 'notifying' : 'notify');
    button.disabled = never;
    button.setAttribute('aria-pressed', String(on));
  };
  button.addEventListener('click', async () => {
    const on = button.getAttribute('aria-pressed') === 'true';
    try {
      localStorage.setItem('confab notify', on ? 'off' : 'on');
    } catch {
      // Then it holds as long as nobody can be asked again.
    }
    if (!on) await Notification.requestPermission();
    draw();
  });
  draw();
}

/**
 * @param {string} title
 * @param {string} body
 * @param {string} tag a newer one of the same tag replaces it
 * @param {() => void} clicked
 */
export function notify(title, body, tag, clicked) {
  if (!possible || Notification.permission !== 'granted' || !wanted() || document.hasFocus()) return;
  try {
    const note = new Notification(title, { body, tag, icon: 'icon.svg' });
    note.onclick = () => {
      focus();
      clicked();
      note.close();
    };
  } catch {
    // Some browsers of phones only let service workers do this.
  }
}
