// @ts-check
/**
 * The messages of one conversation on the page. It stays at the newest until somebody scrolls up, and then does not
 * move, whatever comes. Rows are in chunks, of which the browser lays out only those that are seen.
 *
 * @typedef {import('./timeline.js').Item} Item
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {{older: () => void, moved: () => void, recall: (item: Item) => void, recall_for: () => number, again: (item: Item) => void, drop: (item: Item) => void}} Hooks
 */
import { el, soon } from './dom.js';
import { pieces } from './links.js';
import { hue, letters } from './names.js';
import { has_head, same_day } from './timeline.js';
import { day, hour, in_full, t } from './texts.js';

const in_a_chunk = 50, near = 600, second = 1000;

export class Log {
  /** @type {Map<Item, HTMLElement>} */ #rows = new Map();
  #hooks;
  #top = 0;
  /** Whether the newest is seen. */
  stuck = true;
  /** @type {HTMLElement | undefined} */ #rule;
  #note = el('p', { className: 'note' });

  /**
   * @param {Conversation} conversation
   * @param {Hooks} hooks
   */
  constructor(conversation, hooks) {
    this.conversation = conversation;
    this.#hooks = hooks;
    this.list = el('div', { className: 'list', role: 'log', 'aria-live': 'polite', 'aria-label': t('log', conversation.label) });
    this.box = el('div', { className: 'log', tabIndex: 0, role: 'group', 'aria-label': conversation.label }, this.#note, this.list);
    this.box.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.to_newest()).observe(this.box);
    this.quietly(() => [...conversation.items].forEach((item) => this.add(item)));
    if (conversation.unread) this.mark();
  }

  /**
   * What stands above the oldest.
   * @param {string} text
   */
  note(text) {
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }

  /**
   * Changes that a screen reader is not to read out.
   * @param {() => void} change
   */
  quietly(change) {
    const { box, list } = this, edge = box.getBoundingClientRect().top;
    /** @param {Element | undefined} within */
    const first_seen = (within) => [...(within?.children ?? [])].find((each) => each.getBoundingClientRect().bottom > edge);
    const seen = this.stuck ? undefined : first_seen(first_seen(list));
    const top = seen?.getBoundingClientRect().top ?? 0;
    list.setAttribute('aria-live', 'off');
    // The browser's own anchoring does nothing at the very top, so what is inserted there is done here.
    box.style.overflowAnchor = 'none';
    change();
    if (seen) this.#top = box.scrollTop += seen.getBoundingClientRect().top - top;
    this.mark_again();
    requestAnimationFrame(() => requestAnimationFrame(() => (box.style.overflowAnchor = '')));
    setTimeout(() => list.setAttribute('aria-live', 'polite'), 1000);
  }

  /** @param {Item} item */
  add(item) {
    const items = this.conversation.items, at = place_of(items, item), row = this.#row(item);
    this.#rows.set(item, row);
    const next = this.#rows.get(items[at + 1]), before = this.#rows.get(items[at - 1]);
    const first = this.list.firstElementChild, last = this.list.lastElementChild;
    if (!next) (last && last.childElementCount < in_a_chunk ? last : this.#chunk(null)).append(row);
    else if (before && Number(before.parentElement?.childElementCount) < 2 * in_a_chunk) before.after(row);
    else if (at === 0 && first && first.childElementCount >= in_a_chunk) this.#chunk(first).append(row);
    else next.before(row);
    this.#dress(at);
    if (next) this.#dress(at + 1);
    if (this.stuck) this.#follow();
  }

  /** @param {Element | null} before */
  #chunk(before) {
    const made = el('div', { className: 'chunk laid' });
    this.list.insertBefore(made, before);
    // Once it has been laid out, the browser knows its size and need not guess.
    requestAnimationFrame(() => requestAnimationFrame(() => made.classList.remove('laid')));
    return made;
  }

  /** @param {Item} item */
  remove(item) {
    const row = this.#rows.get(item), chunk = row?.parentElement;
    this.#rows.delete(item);
    row?.remove();
    if (chunk && !chunk.childElementCount) chunk.remove();
    this.#dress(0);
  }

  /** @param {Item} item */
  change(item) {
    const old = this.#rows.get(item), at = place_of(this.conversation.items, item);
    if (!old || at < 0) return;
    const row = this.#row(item);
    this.#rows.set(item, row);
    old.replaceWith(row);
    this.#dress(at);
    if (this.stuck) this.#follow();
  }

  /**
   * Head and day depend on the row before.
   * @param {number} at
   */
  #dress(at) {
    const { items } = this.conversation, item = items[at], before = items[at - 1], row = this.#rows.get(item);
    if (!row) return;
    row.classList.toggle('head', has_head(before, item));
    const day_begins = !before || !same_day(before.time, item.time);
    if (day_begins) row.dataset.day = day(item.time);
    else delete row.dataset.day;
  }

  /** Rules off what has not been read. */
  mark() {
    const { items, mark } = this.conversation;
    let first;
    for (let i = items.length - 1; i >= 0 && (items[i].id ?? mark + 1) > mark; --i) if (items[i].id && !items[i].own) first = items[i];
    const row = first && this.#rows.get(first);
    this.unmark();
    if (row) row.dataset.new = t('new_here');
    this.#rule = row;
  }

  /** What was read from the history may belong below the rule. */
  mark_again() {
    if (this.#rule) this.mark();
  }

  unmark() {
    if (this.#rule) delete this.#rule.dataset.new;
    this.#rule = undefined;
  }

  /** @param {Item} item */
  #row(item) {
    const who = item.from ?? '', says = item.kind === 'say' || item.kind === 'emote';
    const row = el('div', { className: `row ${item.kind} ${item.state ?? ''} ${item.own ? 'own' : ''} ${item.recalled ? 'gone' : ''}` });
    if (item.id) row.dataset.id = String(item.id);
    if (!says) {
      row.setAttribute('aria-live', 'off');
      row.append(el('p', { className: 'text', dir: 'auto', title: in_full(item.time) }, item.text));
      return row;
    }
    const time = el('time', { dateTime: new Date(item.time).toISOString(), title: in_full(item.time) }, hour(item.time));
    const name = el('b', { className: `name c${hue(who)}`, dir: 'auto' }, who);
    const text = el('p', { className: 'text', dir: 'auto' });
    if (item.recalled) text.append(t('recalled'));
    else {
      if (item.kind === 'emote') text.append(el('b', { className: `name c${hue(who)}` }, who), ' ');
      for (const { text: part, href } of pieces(item.text))
        text.append(href ? el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, part) : part);
    }
    row.append(el('span', { className: `tile c${hue(who)}`, 'aria-hidden': 'true' }, letters(who)), name, time, text);
    this.#buttons(row, item);
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {Item} item
   */
  #buttons(row, item) {
    if (item.state === 'failed') {
      row.append(el('p', { className: 'why', role: 'alert' }, item.why ?? '', ' ',
        el('button', { type: 'button', onclick: () => this.#hooks.again(item) }, t('again')), ' ',
        el('button', { type: 'button', onclick: () => this.#hooks.drop(item) }, t('drop'))));
    } else if (item.own && item.tag && item.id && !item.recalled) {
      const left = this.#hooks.recall_for() * second - (Date.now() - (item.heard ?? 0));
      if (left <= 0) return;
      const button = el('button', { type: 'button', className: 'recall', onclick: () => this.#hooks.recall(item) }, t('recall'));
      row.append(button);
      setTimeout(() => button.remove(), left);
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box, was = this.stuck;
    if (scrollHeight - scrollTop - clientHeight < 30) this.stuck = true;
    else if (scrollTop < this.#top - 1) this.stuck = false;
    this.#top = scrollTop;
    if (was !== this.stuck) this.#hooks.moved();
    if (scrollTop < near && !this.stuck) this.#hooks.older();
  }

  #follow = soon(() => this.stuck && this.to_newest());

  to_newest() {
    this.stuck = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.#top = this.box.scrollTop;
    this.#hooks.moved();
  }

  /** Reading begins where it had stopped. */
  to_mark() {
    if (this.#rule) this.box.scrollTop = Math.max(0, this.#rule.offsetTop - 60);
  }

  /** Whether all of it is seen, or nearly. */
  fits() {
    return this.box.scrollHeight <= this.box.clientHeight + 100;
  }

  /**
   * Shows a message, and says whether it is here.
   * @param {number} id
   */
  show(id) {
    const item = this.conversation.items.find((i) => i.id === id), row = item && this.#rows.get(item);
    if (!row) return false;
    this.stuck = false;
    row.scrollIntoView({ block: 'center' });
    row.classList.add('found');
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    return true;
  }
}

/**
 * Most are near the end.
 * @param {Item[]} items
 * @param {Item} item
 */
const place_of = (items, item) => items.lastIndexOf(item);
