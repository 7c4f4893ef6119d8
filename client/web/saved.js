// @ts-check
/**
 * What outlives a reload: the place on the server, and what was being read and written. It belongs to one tab. A tab
 * that is duplicated gets a copy of it, so a lock says whose it is.
 *
 * @typedef {{kind: 'room' | 'private', name: string, user: number, read: number, unread: number, called: boolean, draft: string, in_it: boolean}} Kept
 * @typedef {{tag: string, kind: 'room' | 'private', name: string, user: number, text: string, emote: boolean, time: number, why?: string}} Waiting
 * @typedef {{tab: string, token: string, last: number, open: string, conversations: Kept[], waiting: Waiting[]}} Place
 */

const key = 'confab';

/** @returns {Place} */
const nowhere = () => ({ tab: Math.random().toString(36).slice(2, 10), token: '', last: 0, open: '', conversations: [], waiting: [] });

/**
 * Holds the lock until the tab is closed. After a reload the document that was there may still have it for a moment.
 * @param {string} tab
 * @returns {Promise<boolean>}
 */
const hold = (tab) =>
  new Promise((resolve) => {
    if (!navigator.locks) return resolve(true);
    const held = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(`confab ${tab}`, { signal: /** @type {any} */ (AbortSignal).timeout(700) }, held).catch(() => resolve(false));
  });

/** The place of this tab, or a new one. */
export async function take_place() {
  /** @type {Place} */
  let place = nowhere();
  try {
    place = { ...place, ...JSON.parse(sessionStorage.getItem(key) ?? '{}') };
  } catch {
    // What cannot be read is forgotten.
  }
  if (await hold(place.tab)) return place;
  place = nowhere();
  await hold(place.tab);
  return place;
}

/** @param {Place} place */
export function save_place(place) {
  try {
    sessionStorage.setItem(key, JSON.stringify(place));
  } catch {
    // Without storage, or where it is full, a reload begins anew.
  }
}

/** The name of the last visit, and whether there was one. */
export const last_name = () => {
  try {
    return localStorage.getItem('confab name');
  } catch {
    return null;
  }
};

/** @param {string} name */
export const save_name = (name) => {
  try {
    localStorage.setItem('confab name', name);
  } catch {
    // Then it is asked for again.
  }
};
