// @ts-check
/** The bar that says how it stands with the connection. */
import { $ } from './dom.js';
import { t } from './texts.js';

let countdown = 0;

/**
 * @param {string} text
 * @param {string} button empty: there is nothing to do
 */
function say(text, button) {
  $('bar').hidden = false;
  if ($('bar-text').textContent !== text) $('bar-text').textContent = text;
  $('bar-act').textContent = button;
  $('bar-act').hidden = !button;
}

/** @param {import('./link.js').Condition} now */
export function show_condition(now) {
  clearInterval(countdown);
  if (now.state === 'open') $('bar').hidden = true;
  else if (now.state === 'connecting') say(t('connecting'), '');
  else if (now.state === 'ended') {
    if (now.why === 'elsewhere') say(t('elsewhere'), t('here_again'));
    else say(now.why === 'ended' ? t('ended') : now.why === 'kicked' ? t('kicked') : t('refused', now.why), t('come_back'));
  } else {
    const tick = () => say(t('retry', Math.max(0, Math.ceil((now.until - Date.now()) / 1000))), t('now'));
    tick();
    countdown = setInterval(tick, 1000);
  }
}
