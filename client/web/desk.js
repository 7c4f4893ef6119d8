// @ts-check
/**
 * What lies in front of the person: the open conversation with its log, and how one gets to others.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./timeline.js').Item} Item
 * @typedef {import('./link.js').Event} Event
 * @typedef {{draw: () => void, keep: () => void, opened: (c: Conversation) => void}} Hooks
 */
import { notify } from './attention.js';
import { Chat } from './chat.js';
import { $, soon } from './dom.js';
import { Log } from './log.js';
import { fold } from './names.js';
import { close_panel } from './panel.js';
import { Session } from './session.js';
import { address_of, route } from './side.js';
import { t } from './texts.js';

const most_open = 10_000, most_scrolled = 20_000, most_hidden = 1_000, people_every = 60_000, most_pages = 20, big_page = 200;

const watched = () => !document.hidden && document.hasFocus();

export class Desk {
  /** @type {Map<Conversation, Log>} */ #logs = new Map();
  /** @type {Set<Conversation>} */ #reading = new Set();
  #asked_people = 0;
  #hooks;

  /**
   * @param {import('./saved.js').Place} place
   * @param {(now: import('./link.js').Condition) => void} changed
   * @param {Hooks} hooks
   */
  constructor(place, changed, hooks) {
    this.#hooks = hooks;
    this.chat = new Chat({
      added: (c, item) => this.#logs.get(c)?.add(item),
      changed: (c, item) => this.#logs.get(c)?.change(item),
      removed: (c, item) => this.#logs.get(c)?.remove(item),
      listed: soon(hooks.draw),
      room_for: (c) => (c !== this.open ? most_hidden : this.log.stuck ? most_open : most_scrolled),
      together: (c, change) => (this.#logs.has(c) ? this.#log(c).quietly(change) : change()),
      reading: (c) => c === this.open && this.#logs.has(c) && watched() && this.log.stuck,
      heard: (c, item, called) => this.#heard(c, item, called),
    });
    /** @type {Conversation} */
    this.open = this.chat.lobby;
    this.session = new Session(this.chat, place, changed, () => this.#settled(place));
  }

  /** @param {Conversation} c */
  #log(c) {
    return /** @type {Log} */ (this.#logs.get(c));
  }

  get log() {
    return this.#log(this.open);
  }

  /**
   * @param {Conversation} c
   * @param {Item} item
   * @param {boolean} called
   */
  #heard(c, item, called) {
    const from = item.from ?? '';
    if (c.unread === 1) this.#logs.get(c)?.mark();
    if (called) notify(c.kind === 'private' ? from : t('new_by', from, c.label), item.text, c.key, () => this.show(c));
  }

  /** @param {Conversation} c */
  #make_log(c) {
    const { session, chat } = this;
    const made = new Log(c, {
      older: () => this.read_older(c),
      moved: this.draw_newest,
      recall: (item) => session.ask(`/recall ${item.id}`, async (e) => e.type === 'error' && chat.tell(c, await session.why(e))),
      recall_for: () => chat.limits.recall,
      again: (item) => session.again(item.tag ?? ''),
      drop: (item) => session.drop(item.tag ?? ''),
    });
    this.#logs.set(c, made);
    $('logs').append(made.box);
  }

  /**
   * Opens a conversation.
   * @param {Conversation} c
   */
  show(c) {
    close_panel();
    if (location.hash !== address_of(c)) history.pushState(null, '', address_of(c));
    if (c !== this.open || !this.#logs.has(c)) {
      const before = this.#logs.get(this.open);
      if (before) {
        before.box.hidden = true;
        if (!this.open.unread) before.unmark();
      }
      this.open = c;
      if (!this.#logs.has(c)) this.#make_log(c);
      this.log.box.hidden = false;
      this.log.to_newest();
      if (c.more === undefined) this.read_older(c);
      this.ask_people(true);
      if (c.unread) this.log.to_mark();
    }
    this.#hooks.opened(c);
    this.look();
    this.#hooks.draw();
    this.#hooks.keep();
  }

  /** What is seen is read. */
  look() {
    if (watched() && this.log?.stuck) this.chat.seen(this.open);
    this.draw_newest();
  }

  draw_newest = soon(() => {
    const { open, log } = this;
    if (!log) return;
    $('newest').hidden = log.stuck;
    $('newest').textContent = `${open.unread ? t('newer', open.unread) : t('newest')} ↓`;
    if (log.stuck && watched() && open.unread) this.look();
  });

  /** Logs of conversations that are no more go, too. */
  tidy() {
    for (const [c, log] of this.#logs) {
      if (this.chat.all.includes(c)) continue;
      log.box.remove();
      this.#logs.delete(c);
    }
  }

  /** @param {string} name */
  join(name) {
    const { chat, session } = this, known = chat.find_room(name);
    if (known?.in_it || !name) return this.show(known ?? this.open);
    session.ask(`/join ${name}`, async (e) => {
      if (e.type === 'room') this.show(chat.room(e.room));
      else if (e.type === 'error') {
        chat.tell(this.open, await session.why(e));
        if (location.hash !== address_of(this.open)) history.replaceState(null, '', address_of(this.open));
      }
    });
  }

  /** @param {Conversation} c */
  leave(c) {
    if (c.kind === 'private') this.chat.forget(c);
    else if (!c.is_lobby) this.session.ask(`/leave ${c.name}`, (e) => e.type === 'left' && this.chat.forget(c));
  }

  /**
   * A private chat with whoever has that name.
   * @param {string} name
   */
  person(name) {
    const known = [...this.chat.people.values()].find((p) => fold(p.name) === fold(name));
    return this.chat.person(known?.name ?? name, known?.user);
  }

  /**
   * Opens what an address names.
   * @param {string} hash
   */
  go(hash) {
    const { kind, name } = route(hash), { chat } = this;
    if (!name) return this.show(chat.lobby);
    if (kind === 'private') return this.show(this.person(name));
    if (chat.find_room(name)?.in_it) return this.show(chat.room(name));
    this.join(name);
  }

  /** @param {import('./saved.js').Place} place */
  #settled(place) {
    const { kind, name } = route(location.hash || place.open), { open } = this;
    // Somebody may be typing there: it is not opened anew.
    if (kind !== open.kind || fold(name) !== fold(open.name)) this.go(location.hash || place.open);
    else this.ask_people(true);
    if (this.open.more === undefined) this.read_older(this.open);
  }

  /**
   * Reads what is older than what is shown.
   * @param {Conversation} c
   * @param {(more: boolean) => void} [then]
   * @param {number} [messages]
   */
  read_older(c, then, messages) {
    if (this.#reading.has(c) || c.more === false || c.items.length >= most_scrolled) return then?.(false);
    const log = this.#logs.get(c);
    this.#reading.add(c);
    log?.note(t('loading'));
    this.session.older(c, (e) => {
      this.#reading.delete(c);
      log?.note(c.more === false ? t(e.type === 'history' ? 'start' : 'no_history') : '');
      then?.(Boolean(c.more));
      if (c === this.open && log && c.more && log.fits()) this.read_older(c);
    }, messages);
  }

  /**
   * Goes to a message that a search has found, if need be by reading back to it.
   * @param {Event} m
   */
  go_to(m) {
    const { chat } = this, mine = m.user === chat.me.user;
    const c = m.type !== 'private' ? chat.room(m.room ?? 'lobby') : mine ? chat.person(m.to, m.to_user) : chat.person(m.from, m.user);
    this.show(c);
    let pages = 0;
    const look_for = () => {
      if (this.#logs.get(c)?.show(m.id)) return;
      if (c.oldest > m.id && ++pages <= most_pages) this.read_older(c, (more) => (more || c.oldest <= m.id) && look_for(), big_page);
      else chat.tell(c, t('not_here'));
    };
    look_for();
  }

  /**
   * Nobody tells who is away, so it is asked when it may matter: nothing runs while nothing happens.
   * @param {boolean} now
   */
  ask_people(now) {
    if (!this.session.ready || (!now && Date.now() - this.#asked_people < people_every)) return;
    this.#asked_people = Date.now();
    const c = this.open.kind === 'room' ? this.open : this.chat.lobby;
    if (c.in_it) this.session.ask(c.is_lobby ? '/who' : `/who ${c.name}`, this.session.people_of(c), { quiet: true });
  }
}
