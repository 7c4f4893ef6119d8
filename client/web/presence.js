// @ts-check
/**
 * Who is here, and who comes, goes, is away or called otherwise.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./link.js').Event} Event
 * @typedef {{user: number, name: string, addr: string, away: string, lost: boolean}} Person
 */
import { Conversations } from './conversations.js';
import { listed, t } from './texts.js';
import { fold_move, folded, last_of, same_day } from './timeline.js';

const most_people = 20_000;

export class Presence extends Conversations {
  me = { user: 0, name: '', addr: '', away: false };
  online = 0;
  /** @type {Map<number, Person>} */ people = new Map();

  /** @param {Conversation} conversation */
  members_of(conversation) {
    const of = conversation.kind === 'private' || conversation.is_lobby ? this.people.keys() : conversation.members;
    return [...of].flatMap((user) => this.people.get(user) ?? []);
  }

  /** @param {Event} e */
  on_joined(e) {
    const in_room = e.room !== undefined && e.room !== 'lobby', to = in_room ? this.room(e.room) : this.lobby;
    this.#meet(e);
    if (in_room) {
      to.members.add(e.user);
      to.count = e.members;
    } else this.online = e.online;
    if (e.user === this.me.user) to.in_it = true;
    else this.#moved(to, e, true);
    this.view.listed();
  }

  /** @param {Event} e */
  on_left(e) {
    const in_room = e.room !== undefined && e.room !== 'lobby', to = in_room ? this.room(e.room) : this.lobby;
    if (in_room) {
      to.members.delete(e.user);
      to.count = e.members;
      if (e.user === this.me.user) return this.forget(to);
    } else {
      this.online = e.online;
      this.people.delete(e.user);
      for (const c of this.all) {
        if (c.kind === 'private' && c.user === e.user) this.tell(c, t('left_chat', e.name), Date.parse(e.time));
        if (c.members.delete(e.user)) --c.count;
      }
    }
    this.#moved(to, e, false);
    this.view.listed();
  }

  /**
   * @param {Conversation} to
   * @param {Event} e
   * @param {boolean} came
   */
  #moved(to, e, came) {
    const time = Date.parse(e.time), line = last_of(to.items, (i) => !i.state);
    const open = line?.kind === 'moves' && same_day(line.time, time) ? line : undefined;
    /** @type {import('./timeline.js').Item} */
    const item = open ?? { kind: 'moves', time, text: '' };
    fold_move(item, String(e.user), e.name, came);
    const { came: in_, went, passed, back } = folded(item);
    /** @type {['came' | 'went' | 'passed' | 'returned', string[]][]} */
    const parts = [['came', in_], ['went', went], ['passed', passed], ['returned', back]];
    item.text = parts.filter(([, names]) => names.length).map(([key, names]) => t(key, listed(names))).join(' · ');
    if (open) this.view.changed(to, item);
    else this.put(to, item);
  }

  /** @param {Event} e */
  #meet(e) {
    if (this.people.size >= most_people && !this.people.has(e.user)) return;
    const known = this.people.get(e.user);
    this.people.set(e.user, { user: e.user, name: e.name, addr: e.addr, away: known?.away ?? '', lost: false });
  }

  /** @param {Event} e */
  on_crowd(e) {
    this.online = e.online;
    this.tell(this.lobby, t('crowd', e.joined, e.left), Date.parse(e.time));
    this.view.listed();
  }

  /** @param {Event} e */
  on_room_crowd(e) {
    const to = this.room(e.room);
    to.count = e.members;
    this.tell(to, t('crowd', e.joined, e.left), Date.parse(e.time));
    this.view.listed();
  }

  /** @param {Event} e */
  on_count(e) {
    this.online = e.online;
    this.view.listed();
  }

  /** @param {Event} e */
  on_renamed(e) {
    const known = this.people.get(e.user), time = Date.parse(e.time), mine = e.user === this.me.user;
    if (mine) this.me.name = e.name;
    if (known) known.name = e.name;
    for (const c of this.all) {
      const with_them = c.kind === 'private' && c.user === e.user;
      if (with_them) c.name = e.name;
      if (mine ? c.is_lobby : with_them || c.is_lobby || c.members.has(e.user))
        this.tell(c, mine ? t('you_called', e.name) : t('is_called', e.old, e.name), time);
    }
    this.view.listed();
  }

  /**
   * A page of those who are here; the first of a list empties what was known.
   * @param {Event} e
   * @param {Conversation} to
   * @param {boolean} first
   */
  present(e, to, first) {
    if (first) {
      to.members.clear();
      if (to.is_lobby) this.people.clear();
    }
    for (const p of e.users) {
      if (this.people.size >= most_people && !this.people.has(p.user)) continue;
      this.people.set(p.user, { user: p.user, name: p.name, addr: p.addr, away: p.away ?? '', lost: Boolean(p.lost) });
      to.members.add(p.user);
      if (p.user === this.me.user) this.me.away = p.away !== undefined;
    }
    if (to.is_lobby) this.online = e.online;
    else to.count = e.room === undefined ? to.count : to.members.size;
    if (e.end) this.view.listed();
  }

  /** @param {Event} e */
  on_away(e) {
    const known = this.people.get(e.user);
    if (known) known.away = e.text || '…';
    if (e.user === this.me.user) this.me.away = true;
    else this.tell(this.person(e.name, e.user), t('is_away', e.name, e.text));
    this.view.listed();
  }

  /** @param {Event} e */
  on_back(e) {
    const known = this.people.get(e.user);
    if (known) known.away = '';
    if (e.user === this.me.user) this.me.away = false;
    this.view.listed();
  }
}
