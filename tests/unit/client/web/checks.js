/** What the tests of the page's pure parts are written with. */
export const tests = [];

export const test = (title, body) => tests.push({ title, body });

export function same(found, wanted, about = '') {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${about} is ${a}, not ${b}`);
}
