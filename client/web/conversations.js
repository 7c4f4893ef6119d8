// @ts-check
/**
 * The conversations and what stands in them. It tells a view what has changed. No DOM, no socket.
 *
 * @typedef {import('./timeline.js').Item} Item
 *
 * @typedef {object} View hears of changes
 * @property {(conversation: Conversation, item: Item) => void} added
 * @property {(conversation: Conversation, item: Item) => void} changed
 * @property {(conversation: Conversation, item: Item) => void} removed
 * @property {() => void} listed names, numbers, people, or conversations are others now
 * @property {(conversation: Conversation) => number} room_for how many items it may hold; the oldest go
 * @property {(conversation: Conversation, change: () => void) => void} together makes many changes that are no news
 * @property {(conversation: Conversation) => boolean} reading whether somebody sees what comes
 * @property {(conversation: Conversation, item: Item, called: boolean) => void} heard something new from somebody else
 */
import { Conversation } from './conversation.js';
import { fold } from './names.js';
import { t } from './texts.js';
import { insert } from './timeline.js';

const most_private = 100;

export class Conversations {
  lobby = new Conversation('room', 'lobby');
  /** @type {Conversation[]} */ all = [this.lobby];
  /** By the clock of the server, which may not be ours. */
  now = Date.now();

  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.lobby.in_it = true;
  }

  /** @param {string} name */
  find_room(name) {
    const key = `#${fold(name)}`;
    return this.all.find((c) => c.key === key);
  }

  /** @param {string} name */
  room(name) {
    const known = this.find_room(name);
    if (known) return known;
    const made = new Conversation('room', name);
    this.all.push(made);
    this.view.listed();
    return made;
  }

  /**
   * Private chat is with a person: found by number, then by name.
   * @param {string} name
   * @param {number} [user]
   */
  person(name, user = 0) {
    const known = this.all.filter((c) => c.kind === 'private'), key = `@${fold(name)}`;
    let it = (user && known.find((c) => c.user === user)) || known.find((c) => c.key === key);
    if (!it) {
      it = new Conversation('private', name);
      this.all.push(it);
      const quiet = known.find((c) => !c.unread && !c.draft && !this.view.reading(c));
      if (known.length >= most_private && quiet) this.forget(quiet);
      this.view.listed();
    } else if (user && it.user && it.user !== user) {
      this.tell(it, t('other_person', name));
    }
    if (user) it.user = user;
    it.name = name;
    return it;
  }

  /** @param {Conversation} gone */
  forget(gone) {
    this.all = this.all.filter((c) => c !== gone);
    this.view.listed();
  }

  /**
   * A line of news.
   * @param {Conversation} conversation
   * @param {string} text
   * @param {number} [time]
   */
  tell(conversation, text, time = this.now) {
    this.put(conversation, { kind: 'info', time, text });
  }

  /**
   * @param {Conversation} conversation
   * @param {Item} item
   */
  put(conversation, item) {
    if (insert(conversation.items, item) < 0) return false;
    this.view.added(conversation, item);
    const { items } = conversation;
    if (items.length > this.view.room_for(conversation)) {
      for (const old of items.splice(0, 100)) this.view.removed(conversation, old);
      if (conversation.more === false) conversation.more = undefined;
    }
    return true;
  }

  /**
   * One's own message, until the server has it.
   * @param {Conversation} conversation
   * @param {Item} item
   */
  wait(conversation, item) {
    this.put(conversation, item);
  }

  /**
   * @param {Conversation} conversation
   * @param {Item} item
   */
  failed(conversation, item) {
    this.view.changed(conversation, item);
  }

  /**
   * @param {Conversation} conversation
   * @param {Item} item
   */
  take_out(conversation, item) {
    const at = conversation.items.indexOf(item);
    if (at < 0) return;
    conversation.items.splice(at, 1);
    this.view.removed(conversation, item);
  }
}
