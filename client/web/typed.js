// @ts-check
/** What is done with a line that was typed. */
import { meaning } from './completion.js';
import { fold } from './names.js';
import { show_rooms, show_search } from './panel.js';
import { save_name } from './saved.js';
import { chinese, t } from './texts.js';
import { last_of } from './timeline.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./desk.js').Desk} Desk
 * @typedef {import('./link.js').Event} Event
 */

/**
 * Says it here, or asks the server. Says why not, or nothing.
 * @param {Desk} desk
 * @param {string} line
 * @returns {string}
 */
export function typed(desk, line) {
  const { open } = desk, means = open.kind === 'private' && !/^\s*[/／]/u.test(line) ? { say: line } : meaning(line);
  if ('password' in means) return t('password');
  if ('command' in means) return run(desk, means.command);
  desk.log.unmark();
  const why = 'emote' in means ? desk.session.say(open, means.emote, true) : desk.session.say(open, means.say);
  if (!why) desk.log.to_newest();
  return why;
}

/**
 * A command. Those about a room are about this one unless they name another.
 * @param {Desk} desk
 * @param {string} line
 * @returns {string}
 */
function run(desk, line) {
  const [, word, rest] = /** @type {RegExpExecArray} */ (/^(\S+)\s*(.*)$/su.exec(line)), { open: here, session, chat } = desk;
  const name = here.kind === 'room' ? here.name : '';
  if (/^\/(json|tag|resume|heartbeat|ids|times)$/.test(word)) return t('for_programs', word);
  if (word === '/search') show_search(session, (m) => desk.go_to(m), rest);
  else if (word === '/rooms') show_rooms(session, (room) => desk.join(room));
  else if (word === '/join' || word === '/room') desk.join(room_name(rest));
  else if (word === '/history') desk.read_older(here);
  else if ((word === '/to' || word === '/msg') && /^\S+\s+\S/u.test(rest)) return whisper(desk, rest);
  else if (session.link.now.state !== 'open') return t('lost');
  else if (word === '/leave' && !rest) desk.leave(here);
  else if (word === '/topic' && name && !chat.find_room(room_name(rest.split(/\s/u)[0]))) ask(desk, `/topic ${name} ${rest}`.trim());
  else if (word === '/recall' && !rest) ask(desk, `/recall ${last_of(here.items, (i) => Boolean(i.own && i.id && !i.recalled))?.id ?? 0}`);
  else if (word === '/who' && !rest) ask(desk, `/who ${name || 'lobby'}`);
  else ask(desk, line);
  return '';
}

/** @param {string} text */
export const room_name = (text) => (fold(text) === '大厅' ? 'lobby' : text.replace(/^[#＃]/u, ''));

/**
 * @param {Desk} desk
 * @param {string} rest
 */
function whisper(desk, rest) {
  const [, name, text] = /** @type {RegExpExecArray} */ (/^@?(\S+)\s+(.*)$/su.exec(rest)), to = desk.person(name);
  const emote = /^\/me\s+(.*)$/su.exec(text);
  const why = desk.session.say(to, emote ? emote[1] : text, Boolean(emote));
  desk.show(to);
  return why;
}

/**
 * Asks, and shows the answer where it was asked.
 * @param {Desk} desk
 * @param {string} command
 */
export function ask(desk, command) {
  const { open, session, chat } = desk;
  session.ask(command, async (e) => {
    const text = e.type === 'error' ? await session.why(e) : answer(e);
    if (text) chat.tell(open, text);
    if (e.type === 'renamed') save_name(e.name);
  });
}

/**
 * An answer in words; nothing for those that are seen anyway.
 * @param {Event} e
 */
function answer(e) {
  switch (e.type) {
    case 'notice': return e.usage ? `${e.usage}: ${chinese ? e.zh : e.en}` : e.text;
    case 'count': return t('online', e.online);
    case 'users': return t('list', e.users.map((/** @type {any} */ u) => u.name).join(', '));
    case 'topic': return e.name ? '' : e.topic ? t('topic_of', e.topic) : t('no_topic');
    case 'back': return t('is_back', e.name);
    case 'away': return t('is_away', e.name, e.text);
    case 'pong': case 'ok': return t('done');
    case 'lost': return t('lost');
    default: return '';
  }
}

/** The commands, with the server's help. */
export class Commands {
  /** @type {import('./completion.js').Command[]} */ #known = [];
  #asking = false;

  /**
   * Those that are known; asks for them when there are none.
   * @param {import('./session.js').Session} session
   * @param {() => void} then
   */
  list(session, then) {
    if (this.#known.length || this.#asking) return this.#known;
    this.#asking = true;
    /** @type {import('./completion.js').Command[]} */
    const found = [];
    session.ask('/help', (e) => {
      if (e.type !== 'notice' || !e.usage || e.programs) return;
      found.push({ words: [e.command], usage: e.usage.replace(/^\/?/, '/'), help: chinese ? e.zh : e.en });
    }, { quiet: true });
    session.ask('/ping', () => {
      this.#asking = false;
      this.#known = found;
      if (found.length) then();
    });
    return this.#known;
  }
}
