// @ts-check
/**
 * The order of what is shown in a conversation. Pure.
 *
 * @typedef {object} Item what is shown: a message, a line of news, or people who came and went
 * @property {'say' | 'emote' | 'info' | 'moves'} kind
 * @property {number} time milliseconds
 * @property {string} text
 * @property {number} [id] of a message that the server has
 * @property {string} [from]
 * @property {number} [user]
 * @property {boolean} [own]
 * @property {string} [tag] of one's own message
 * @property {number} [heard] when it was confirmed, by the clock of this machine
 * @property {'waiting' | 'failed'} [state] of one's own message that the server does not have
 * @property {string} [why] it failed
 * @property {boolean} [recalled]
 * @property {Map<string, {name: string, first: boolean, last: boolean}>} [moves] who came (true) and went (false), first and last
 */

/**
 * Whether `item` stands behind a message with this id and time.
 * @param {Item} item
 * @param {{id?: number, time: number}} message
 */
function behind(item, message) {
  if (item.state) return true;
  if (item.id !== undefined && message.id !== undefined) return item.id > message.id;
  return item.time > message.time;
}

/**
 * Puts a message or a line where it belongs, and says where that is; -1 if the message is there already.
 * @param {Item[]} items in order
 * @param {Item} item
 */
export function insert(items, item) {
  let at = items.length;
  if (!item.state) while (at > 0 && behind(items[at - 1], item)) --at;
  if (item.id !== undefined) {
    // News without an id may stand between a message and its double.
    for (let i = at - 1; i >= 0; --i) {
      if (items[i].id === undefined) continue;
      if (items[i].id === item.id) return -1;
      break;
    }
  }
  items.splice(at, 0, item);
  return at;
}

/**
 * The last for which it holds.
 * @param {Item[]} items
 * @param {(item: Item) => boolean} holds
 */
export function last_of(items, holds) {
  for (let i = items.length - 1; i >= 0; --i) if (holds(items[i])) return items[i];
  return undefined;
}

/**
 * @param {number} a
 * @param {number} b
 */
export const same_day = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/**
 * Whether `item` begins under a head of its own: another sender, another day, or five minutes later.
 * @param {Item | undefined} before
 * @param {Item} item
 */
export const has_head = (before, item) =>
  item.kind === 'say' &&
  !(before && before.kind === 'say' && before.from === item.from && before.user === item.user &&
    item.time - before.time < 300_000 && same_day(before.time, item.time));

/**
 * Folds an arrival or departure into the line before it.
 * @param {Item} line
 * @param {string} key of the person
 * @param {string} name
 * @param {boolean} came
 */
export function fold_move(line, key, name, came) {
  const moves = (line.moves ??= new Map()), known = moves.get(key);
  moves.set(key, { name, first: known ? known.first : came, last: came });
}

/**
 * Who came, who went, and who did both, by name.
 * @param {Item} line
 */
export function folded(line) {
  /** @type {{came: string[], went: string[], passed: string[], back: string[]}} */
  const out = { came: [], went: [], passed: [], back: [] };
  for (const { name, first, last } of line.moves?.values() ?? [])
    out[first ? (last ? 'came' : 'passed') : last ? 'back' : 'went'].push(name);
  return out;
}
