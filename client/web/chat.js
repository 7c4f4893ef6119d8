// @ts-check
/**
 * What the page knows: it hears the events of the server.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./timeline.js').Item} Item
 * @typedef {import('./link.js').Event} Event
 */
import { calls, fold } from './names.js';
import { Presence } from './presence.js';
import { t } from './texts.js';

export class Chat extends Presence {
  lang = 'en';
  limits = { line: 4096, recall: 120 };
  last = 0;
  /** Nothing has been said since a server knew us no more. */
  #anew = false;

  /**
   * Everything up to the newest has been seen.
   * @param {Conversation} conversation
   */
  seen(conversation) {
    const before = conversation.unread;
    conversation.read = Math.max(conversation.read, conversation.newest);
    conversation.unread = 0;
    conversation.called = false;
    if (before) this.view.listed();
  }

  /**
   * Hears an event. `about`, the conversation that was asked for, is known for an answer of its history.
   * @param {Event} event
   * @param {Conversation} [about]
   */
  hear(event, about) {
    this.now = event.past ? this.now : Date.parse(event.time) || this.now;
    if (this.#anew && event.id && !event.past && !event.repeated && /^(message|private)$/.test(event.type)) this.#check_ids(event);
    if (event.id > this.last && event.type !== 'recalled') this.last = event.id;
    const rule = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this))[`on_${event.type}`];
    if (typeof rule === 'function') rule.call(this, event, about);
  }

  /**
   * A server without a history begins with 1 again: what was shown before keeps its place, and no id.
   * @param {Event} first that is said since
   */
  #check_ids(first) {
    this.#anew = false;
    if (this.all.every((c) => c.newest < first.id)) return;
    for (const c of this.all) {
      c.read = c.mark = 0;
      for (const item of c.items) item.id = undefined;
    }
  }

  /**
   * A page of the history, at once.
   * @param {Event[]} events
   * @param {Conversation} about
   */
  hear_page(events, about) {
    this.view.together(about, () => events.forEach((event) => this.hear(event, about)));
  }

  /** @param {Event} e */
  on_welcome(e) {
    this.me = { user: e.user, name: e.name, addr: e.addr, away: this.me.away && Boolean(e.resumed) };
    this.lang = e.lang;
    this.online = e.online;
    this.limits = { ...this.limits, ...e.limits };
    if (!e.resumed) {
      // Numbers mean nothing any more.
      this.#anew = true;
      for (const line of e.motd ?? []) this.tell(this.lobby, line);
      this.people.clear();
      for (const c of this.all) {
        c.members.clear();
        c.user = 0;
      }
    } else {
      for (const name of e.rooms ?? []) this.room(name).in_it = true;
      for (const c of this.all) c.in_it &&= c.is_lobby || (e.rooms ?? []).some((/** @type {string} */ r) => `#${fold(r)}` === c.key);
    }
    this.view.listed();
  }

  /** @param {Event} e */
  on_message(e) {
    const to = this.room(e.room ?? 'lobby');
    if (e.user === this.me.user) to.in_it = true;
    this.#said(to, e, e.user === this.me.user || e.own_tag !== undefined);
  }

  /**
   * @param {Event} e
   * @param {Conversation} [about]
   */
  on_private(e, about) {
    const mine = e.user ? e.user === this.me.user : e.own_tag !== undefined || Boolean(about && fold(e.from) !== fold(about.name));
    this.#said(about ?? (mine ? this.person(e.to, e.to_user) : this.person(e.from, e.user)), e, mine);
  }

  /**
   * @param {Conversation} to
   * @param {Event} e
   * @param {boolean} own
   */
  #said(to, e, own) {
    const waiting = own && to.items.find((i) => i.state && i.tag === (e.own_tag ?? e.tag));
    if (waiting) this.take_out(to, waiting);
    /** @type {Item} */
    const item = { kind: e.kind === 'emote' ? 'emote' : 'say', id: e.id, time: Date.parse(e.time), text: e.text, from: e.from, user: e.user, own };
    if (own && !e.past) Object.assign(item, { tag: e.own_tag ?? e.tag, heard: Date.now() });
    if (!this.put(to, item)) return;
    if (e.past && to.fresh) to.read = Math.max(to.read, e.id);
    if (!e.past) to.fresh = false;
    if (own) {
      if (!e.past && !to.unread) to.read = Math.max(to.read, e.id);
    } else if (e.id > to.read) {
      if (this.view.reading(to)) to.read = e.id;
      else {
        if (!to.unread++) to.mark = to.read;
        const called = to.kind === 'private' || calls(e.text, this.me.name);
        to.called ||= called;
        this.view.heard(to, item, called);
        this.view.listed();
      }
    }
  }

  /** @param {Event} e */
  on_recalled(e) {
    for (const c of e.room ? [this.room(e.room)] : this.all) {
      const item = c.items.find((i) => i.id === e.id);
      if (!item) continue;
      item.recalled = true;
      item.text = '';
      this.view.changed(c, item);
    }
  }

  /** @param {Event} e */
  on_topic(e) {
    const to = this.room(e.room), time = Date.parse(e.time);
    to.topic = e.topic;
    if (e.name) this.tell(to, e.topic ? t('topic_is', e.name, e.topic) : t('topic_gone', e.name), time);
    this.view.listed();
  }

  /** @param {Event} e */
  on_room(e) {
    const to = this.room(e.room);
    to.in_it = true;
    to.topic = e.topic;
    this.view.listed();
  }

  /** @param {Event} e */
  on_delivery(e) {
    const key = /** @type {const} */ ({ waiting: 'waiting_for', delivered: 'arrived', lost: 'not_read' })[/** @type {string} */ (e.state)];
    if (key) this.tell(this.person(e.name, e.user), t(key, e.name));
  }

  /** @param {Event} e */
  on_notice(e) {
    if (e.keeping !== undefined) this.tell(this.lobby, t(e.keeping ? 'kept' : 'not_kept'));
    else if (!e.tag && e.idle_left === undefined) this.tell(this.lobby, e.text);
  }
}
