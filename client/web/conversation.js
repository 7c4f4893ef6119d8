// @ts-check
/** A room or a private chat, as the page has it. No DOM. */
import { fold } from './names.js';
import { t } from './texts.js';
import { last_of } from './timeline.js';

export class Conversation {
  /** @type {import('./timeline.js').Item[]} */ items = [];
  /** @type {Set<number>} by user number */ members = new Set();
  user = 0;
  count = 0;
  topic = '';
  draft = '';
  in_it = false;
  /** The id up to which it has been read, and where the rule stands above what is new. */
  read = 0;
  mark = 0;
  unread = 0;
  called = false;
  /** Nothing has been said since we came: what is shown again is not new. */
  fresh = true;
  /** Whether there may be older messages on the server; undefined until it was asked. */
  /** @type {boolean | undefined} */ more;

  /**
   * @param {'room' | 'private'} kind
   * @param {string} name
   */
  constructor(kind, name) {
    this.kind = kind;
    this.name = name;
  }

  get key() {
    return (this.kind === 'room' ? '#' : '@') + fold(this.name);
  }

  get is_lobby() {
    return this.kind === 'room' && fold(this.name) === 'lobby';
  }

  /** As people read it. */
  get label() {
    return this.is_lobby ? t('lobby') : this.kind === 'room' ? `#${this.name}` : this.name;
  }

  get newest() {
    return last_of(this.items, (item) => Boolean(item.id))?.id ?? 0;
  }

  get oldest() {
    return this.items.find((item) => item.id)?.id ?? 0;
  }
}
