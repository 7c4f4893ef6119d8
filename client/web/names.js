// @ts-check
/** Names: when two are the same, their colour and letters, and whether a text calls somebody. Pure. */

/** @param {string} name */
export const fold = (name) => name.normalize('NFKC').toLowerCase();

/**
 * Whoever has no name yet is called by an address.
 * @param {string} name
 */
export const is_guest = (name) => /^(\d+(\.\d+){3}|\[[\da-f:.]+\]):|^unix(\.\d+)?$|^\d+(\.\d+){3}(\.\d+)?$/i.test(name);

/**
 * The two letters of a tile.
 * @param {string} name
 */
export const letters = (name) =>
  is_guest(name) ? '··' : [...name.replace(/[_.-]/g, '')].slice(0, 2).join('').toUpperCase() || name.slice(0, 2);

/**
 * One of twelve colours, always the same for a name.
 * @param {string} name
 */
export function hue(name) {
  let sum = 7;
  for (const c of fold(name)) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 65521;
  return sum % 12;
}

/**
 * Whether `text` has `name` in it as a word of its own.
 * @param {string} text
 * @param {string} name
 */
export function calls(text, name) {
  if (!name || is_guest(name)) return false;
  const line = fold(text), word = fold(name), letter = /[\p{L}\p{M}\p{N}_]/u, ideograph = /\p{Script=Han}/u;
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const before = [...line.slice(Math.max(0, at - 2), at)].pop() ?? '', after = [...line.slice(at + word.length)][0] ?? '';
    /** @param {string} c */
    const apart = (c) => !letter.test(c) || ideograph.test(c) || ideograph.test(word);
    if (apart(before) && apart(after)) return true;
  }
  return false;
}
