// @ts-check
/**
 * The conversation with the server: who we are there, what waits until the server has it, and what was asked.
 * Everything said has a tag and is kept until it is confirmed; after a break it is sent again with its tag, and the
 * server says it once.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./timeline.js').Item} Item
 * @typedef {import('./link.js').Event} Event
 * @typedef {{tag: string, to: Conversation, item: Item}} Unsent
 * @typedef {{hear: (event: Event) => void, quiet?: boolean}} Question
 */
import { as_said } from './completion.js';
import { Link } from './link.js';
import { is_guest } from './names.js';
import { problem_text, t } from './texts.js';

const most_waiting = 200, most_questions = 500, page = 50, most_pages = 20;
const last_of_answer = /^(error|ok|history|search|pong|room|topic|renamed|away|back|count|message|private|recalled|left|lost)$/;

export class Session {
  /** @type {Map<string, Unsent>} */ unsent = new Map();
  /** @type {Map<string, Question>} */ #questions = new Map();
  #chat;
  #place;
  #tags = 0;
  #resuming = false;
  #prefix = Math.random().toString(36).slice(2, 8);
  /** What is said waits until rooms and name are ours again. */
  ready = false;
  name = '';

  /**
   * @param {import('./chat.js').Chat} chat
   * @param {import('./saved.js').Place} place token and last id are kept there
   * @param {(now: import('./link.js').Condition) => void} changed
   * @param {() => void} settled called when we are in, first or again
   */
  constructor(chat, place, changed, settled) {
    this.#chat = chat;
    this.#place = place;
    this.settled = settled;
    chat.last = place.last;
    const url = new URL('ws', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    this.link = new Link(url.href, {
      opened: () => this.#greet(),
      event: (event) => this.#hear(event),
      changed: (now) => {
        if (now.state !== 'open') this.#lose();
        changed(now);
      },
    });
  }

  /** Takes our place again, or makes us a user under our name. */
  #greet() {
    this.#resuming = Boolean(this.#place.token);
    if (this.#resuming) this.link.send(`/resume ${this.#place.token} ${this.#chat.last}`);
    else if (this.name) this.rename(this.name);
    else this.link.send('');
  }

  #lose() {
    this.ready = false;
    const lost = [...this.#questions.values()];
    this.#questions.clear();
    for (const { hear } of lost) hear({ type: 'lost' });
  }

  #tag() {
    return this.#prefix + String(++this.#tags).padStart(4, '0'); // all are as long as each other: a line fits or not
  }

  /**
   * Asks something; `hear` gets each line of the answer, or `lost`. The chat does not hear `quiet` ones.
   * @param {string} command
   * @param {(event: Event) => void} [hear]
   * @param {{quiet?: boolean}} [how]
   */
  ask(command, hear = () => {}, how = {}) {
    if (this.link.now.state !== 'open') return hear({ type: 'lost' });
    if (this.#questions.size >= most_questions) this.#questions.delete([...this.#questions.keys()][0]);
    const tag = this.#tag();
    this.#questions.set(tag, { hear, ...how });
    this.link.send(`/tag ${tag} ${command}`);
    this.link.expect();
  }

  /**
   * @param {string} name
   * @param {(problem: string) => void} [refused] hears why
   */
  rename(name, refused) {
    this.ask(`/rename ${name}`, async (e) => {
      if (e.type !== 'error') return;
      const why = await this.why(e);
      if (refused) refused(why);
      else this.name_refused(why);
    });
  }

  /**
   * Hears why the name that we had could not be taken again.
   * @type {(why: string) => void}
   */
  name_refused = () => {};

  /** @param {Event} error */
  why(error) {
    return problem_text(/** @type {any} */ (error), this.#chat.lang);
  }

  /** @param {Event} e */
  #hear(e) {
    if (e.type === 'welcome') {
      this.#place.token = e.token ?? '';
      if (!e.resumed) this.#chat.last = 0;
    }
    if (e.type === 'renamed' && e.user === this.#chat.me.user) this.name = e.name;
    if (e.type === 'bye') return this.#bye(e.reason);
    const tag = e.own_tag ?? e.tag, question = e.tag && this.#questions.get(e.tag), mine = tag && this.unsent.get(tag);
    if (mine && (e.type === 'message' || e.type === 'private')) {
      this.unsent.delete(tag);
      this.#chat.hear(e, e.type === 'private' ? mine.to : undefined);
      return;
    }
    if (mine && e.type === 'error') return void this.#fail(mine, e);
    if (!question || !question.quiet) this.#chat.hear(e);
    if (question) {
      const ends = last_of_answer.test(e.type) || ((e.type === 'users' || e.type === 'rooms') && e.end);
      if (ends && !(e.past && (e.type === 'message' || e.type === 'private'))) this.#questions.delete(e.tag ?? '');
      question.hear(e);
    }
    if (e.type === 'welcome') this.#welcomed(e);
  }

  /** @param {Event} e */
  #welcomed(e) {
    this.link.settled();
    if (!e.resumed) this.#begin_again();
    else {
      if (!is_guest(e.name)) this.name = e.name;
      if (!e.complete) for (const c of this.#chat.all) if (c.items.length) this.#chat.tell(c, t('gap'));
      this.#flush();
    }
    this.ask('/who', this.people_of(this.#chat.lobby), { quiet: true });
    this.settled();
  }

  /** The server has no place of ours: rooms and name first, what was missed, and only then what waits. */
  #begin_again() {
    if (this.#resuming && this.name) this.rename(this.name);
    for (const c of this.#chat.all) {
      if (c.kind === 'private') for (const u of [...this.unsent.values()]) if (u.to === c) this.#set_failed(u, t('forgotten', c.name));
      if (c.kind !== 'room' || !c.in_it) continue;
      if (!c.is_lobby) this.ask(`/join ${c.name}`);
      if (c.items.length) this.catch_up(c);
    }
    this.ask('/ping', (e) => e.type === 'pong' && this.#flush());
  }

  /**
   * Reads what was said in a room while we were away, back to what we have.
   * @param {Conversation} c
   */
  catch_up(c) {
    const known = c.newest;
    let pages = 0;
    const read = (/** @type {number} */ before) =>
      this.#page(c, before, page, (e, first) => {
        if (e.type !== 'history' || !first || first <= known || !e.more) return;
        if (++pages < most_pages) read(first);
        else this.#chat.tell(c, t('gap'));
      });
    read(0);
  }

  /**
   * Asks for a page of the history; what it has is heard at once.
   * @param {Conversation} c
   * @param {number} before an id, or 0 for the newest
   * @param {number} messages
   * @param {(e: Event, first: number) => void} done hears `history`, `error` or `lost`, and the first id
   */
  #page(c, before, messages, done) {
    /** @type {Event[]} */
    const said = [], whose = c.kind === 'room' ? `#${c.name}` : `@${c.user || c.name}`;
    this.ask(`/history ${whose} ${messages}${before ? ` before ${before}` : ''}`, (e) => {
      if (e.type === 'message' || e.type === 'private') return void said.push(e);
      this.#chat.hear_page(said, c);
      done(e, said[0]?.id ?? 0);
    }, { quiet: true });
  }

  /**
   * Reads a page of what is older than what is shown.
   * @param {Conversation} c
   * @param {(e: Event) => void} done hears `history`, `error` or `lost`
   * @param {number} [messages]
   */
  older(c, done, messages = page) {
    this.#page(c, c.oldest, messages, (e) => {
      if (e.type === 'history') c.more = e.more;
      if (e.code === 'no-history') c.more = false;
      done(e);
    });
  }

  /**
   * What hears a list of the people in a room.
   * @param {Conversation} c
   */
  people_of(c) {
    let first = true;
    return (/** @type {Event} */ e) => {
      if (e.type !== 'users') return;
      this.#chat.present(e, c, first);
      first = false;
    };
  }

  /** @param {string} reason */
  #bye(reason) {
    if (reason === 'resumed') return this.link.end('elsewhere');
    if (reason === 'quit') {
      this.#place.token = '';
      this.link.end('ended');
    } else if (reason === 'kicked' || reason === 'idle') this.link.end('kicked');
  }

  /**
   * Says something; it is shown at once, and waits until the server has it.
   * @param {Conversation} to
   * @param {string} text
   * @param {boolean} emote
   * @returns {string} why not, or nothing
   */
  say(to, text, emote = false) {
    if (this.unsent.size >= most_waiting) return t('too_many');
    /** @type {Item} */
    const item = { kind: emote ? 'emote' : 'say', time: Date.now(), text, from: this.#chat.me.name || this.name, user: this.#chat.me.user, own: true, tag: this.#tag(), state: 'waiting' };
    const extra = this.#line({ tag: item.tag ?? '', to, item }).length - this.#chat.limits.line;
    if (extra > 0) return t('too_long', extra);
    this.#add(to, item);
    return '';
  }

  /**
   * @param {Conversation} to
   * @param {Item} item
   */
  #add(to, item) {
    const unsent = { tag: item.tag ?? '', to, item };
    this.unsent.set(unsent.tag, unsent);
    this.#chat.wait(to, item);
    if (this.ready && item.state === 'waiting') this.#send(unsent);
  }

  /**
   * What waited when the page was reloaded.
   * @param {Conversation} to
   * @param {import('./saved.js').Waiting} kept
   */
  restore(to, kept) {
    this.#add(to, { kind: kept.emote ? 'emote' : 'say', time: kept.time, text: kept.text, from: this.name, own: true, tag: kept.tag, state: kept.why ? 'failed' : 'waiting', why: kept.why });
  }

  /**
   * As bytes.
   * @param {Unsent} unsent
   */
  #line({ tag, to, item }) {
    const whom = to.kind === 'room' ? `/in ${to.name}` : `to ${to.user ? `@${to.user}` : to.name}`;
    return new TextEncoder().encode(`/tag ${tag} ${whom} ${item.kind === 'emote' ? `/me ${item.text}` : as_said(item.text)}`);
  }

  /** @param {Unsent} unsent */
  #send(unsent) {
    this.link.send(new TextDecoder().decode(this.#line(unsent)));
    this.link.expect();
  }

  #flush() {
    this.ready = true;
    for (const unsent of this.unsent.values()) if (unsent.item.state === 'waiting') this.#send(unsent);
  }

  /**
   * @param {Unsent} unsent
   * @param {Event} error
   */
  async #fail(unsent, error) {
    this.#set_failed(unsent, await this.why(error));
  }

  /**
   * @param {Unsent} unsent
   * @param {string} why
   */
  #set_failed(unsent, why) {
    unsent.item.state = 'failed';
    unsent.item.why = why;
    this.#chat.failed(unsent.to, unsent.item);
  }

  /**
   * Sends again what failed. It was not said, so its tag is free.
   * @param {string} tag
   */
  again(tag) {
    const unsent = this.unsent.get(tag);
    if (!unsent) return;
    this.drop(tag);
    this.#add(unsent.to, { ...unsent.item, state: 'waiting', why: undefined, time: Date.now() });
  }

  /** @param {string} tag */
  drop(tag) {
    const unsent = this.unsent.get(tag);
    if (!unsent) return;
    this.unsent.delete(tag);
    this.#chat.take_out(unsent.to, unsent.item);
  }
}
