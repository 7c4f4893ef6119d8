// @ts-check
/**
 * Where messages are typed.
 *
 * @typedef {object} Hooks
 * @property {(line: string) => string} send says why not, or nothing
 * @property {() => string[]} names
 * @property {() => import('./completion.js').Command[]} commands asks for them when there are none
 * @property {() => void} newest
 * @property {(draft: string) => void} drafted
 */
import { command_completion, name_completion } from './completion.js';
import { $, el } from './dom.js';

const most_rows = 6, most_said = 100;

export class Composer {
  #hooks;
  #box = /** @type {HTMLTextAreaElement} */ ($('draft'));
  #offers = $('offers');
  #chosen = -1;
  /** @type {string[]} */ #said = [];
  #at = 0;
  /** @type {{start: number, words: string[], next: number, end: number} | undefined} what Tab goes through */ #cycle;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#box.addEventListener('keydown', (e) => this.#key(e));
    this.#box.addEventListener('input', () => this.#typed());
    $('composer').addEventListener('submit', (e) => {
      e.preventDefault();
      this.#send();
    });
  }

  get draft() {
    return this.#box.value;
  }

  /**
   * @param {string} text
   * @param {string} label
   */
  show(text, label) {
    this.#box.value = text;
    this.#box.placeholder = label;
    this.#box.setAttribute('aria-label', label);
    this.#at = this.#said.length;
    this.#typed();
  }

  focus() {
    this.#box.focus();
  }

  /** @param {string} text */
  complain(text) {
    $('complaint').textContent = text;
  }

  #typed() {
    this.#cycle = undefined;
    this.complain('');
    this.#grow();
    this.offer();
    this.#hooks.drafted(this.#box.value);
  }

  #grow() {
    const box = this.#box;
    box.style.height = 'auto';
    const line = parseFloat(getComputedStyle(box).lineHeight), edge = box.offsetHeight - box.clientHeight + 20;
    box.style.height = `${Math.min(box.scrollHeight, most_rows * line + edge)}px`;
    box.style.overflowY = box.scrollHeight > most_rows * line + edge ? 'auto' : 'hidden';
  }

  /** Offers the commands that begin like the draft. */
  offer() {
    const typed = this.#box.value.startsWith('/') && !this.#box.value.includes(' ');
    const found = typed ? command_completion(this.#box.value, this.#hooks.commands()) : [];
    this.#chosen = found.length ? 0 : -1;
    this.#offers.replaceChildren(...found.map((c, i) =>
      el('li', { role: 'option', id: `offer-${i}`, onmousedown: (/** @type {MouseEvent} */ e) => e.preventDefault(), onclick: () => this.#take(i) },
        el('b', {}, c.usage), ' ', c.help)));
    [...this.#offers.children].forEach((row, i) => Object.assign(/** @type {HTMLElement} */ (row).dataset, { word: found[i].words[0] }));
    this.#offers.hidden = !found.length;
    this.#choose(this.#chosen);
  }

  /** @param {number} which */
  #choose(which) {
    const rows = [...this.#offers.children];
    this.#chosen = rows.length ? (which + rows.length) % rows.length : -1;
    rows.forEach((row, i) => row.setAttribute('aria-selected', String(i === this.#chosen)));
    if (this.#chosen < 0) return this.#box.removeAttribute('aria-activedescendant');
    this.#box.setAttribute('aria-activedescendant', `offer-${this.#chosen}`);
    rows[this.#chosen].scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} which */
  #take(which) {
    this.#put(`/${/** @type {HTMLElement} */ (this.#offers.children[which]).dataset.word} `);
    this.focus();
  }

  /** @param {string} text */
  #put(text) {
    this.#box.value = text;
    this.#box.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    // Keys of an input method are its own: the Enter that ends a composition sends nothing.
    if (e.isComposing || e.keyCode === 229) return;
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const offering = !this.#offers.hidden;
    const act = {
      Enter: () => !e.shiftKey && this.#enter(offering),
      Tab: () => !e.shiftKey && (offering ? (this.#take(this.#chosen), true) : this.#complete()),
      Escape: () => this.#escape(offering),
      ArrowUp: () => (offering ? (this.#choose(this.#chosen - 1), true) : this.#recall(-1)),
      ArrowDown: () => (offering ? (this.#choose(this.#chosen + 1), true) : this.#recall(1)),
    }[e.key];
    if (act?.()) e.preventDefault();
  }

  /** @param {boolean} offering */
  #enter(offering) {
    const row = /** @type {HTMLElement | undefined} */ (this.#offers.children[this.#chosen]);
    if (offering && row && this.#box.value !== `/${row.dataset.word}`) this.#take(this.#chosen);
    else this.#send();
    return true;
  }

  /** @param {boolean} offering */
  #escape(offering) {
    if (offering) this.#offers.hidden = true;
    else this.#hooks.newest();
    return true;
  }

  #send() {
    const text = this.#box.value, lines = text.split('\n').filter((line) => line.trim());
    this.#put('');
    for (const [i, line] of lines.entries()) {
      const why = this.#hooks.send(line);
      if (!why) continue;
      this.#put(lines.slice(i).join('\n'));
      return this.complain(why);
    }
    if (lines.length && text !== this.#said.at(-1)) this.#said.push(text);
    if (this.#said.length > most_said) this.#said.shift();
    this.#at = this.#said.length;
    this.focus();
  }

  /**
   * Up and Down go through what was said, as long as nothing else is typed.
   * @param {number} by
   */
  #recall(by) {
    const shown = this.#said[this.#at] ?? '';
    if (this.#box.value !== shown || (by > 0 && this.#at >= this.#said.length)) return false;
    this.#at = Math.max(0, Math.min(this.#said.length, this.#at + by));
    this.#put(this.#said[this.#at] ?? '');
    return true;
  }

  /** Tab completes a name, and goes on to the next that fits; where nothing can be completed it moves on as it does everywhere. */
  #complete() {
    const box = this.#box, caret = box.selectionStart;
    if (!this.#cycle || this.#cycle.end !== caret) {
      const { start, words } = name_completion(box.value, caret, this.#hooks.names());
      if (!words.length) return false;
      this.#cycle = { start, words, next: 0, end: caret };
    }
    const cycle = this.#cycle, word = cycle.words[cycle.next++ % cycle.words.length] + (cycle.start === 0 ? ': ' : ' ');
    box.setRangeText(word, cycle.start, cycle.end, 'end');
    cycle.end = cycle.start + word.length;
    this.#hooks.drafted(box.value);
    return true;
  }
}
