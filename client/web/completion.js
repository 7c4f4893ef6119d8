// @ts-check
/** What a draft means, and how it can be completed. Pure. */
import { fold } from './names.js';

/**
 * Names that begin like the word in front of the caret.
 * @param {string} text
 * @param {number} caret
 * @param {string[]} names
 * @returns {{start: number, words: string[]}}
 */
export function name_completion(text, caret, names) {
  const start = text.slice(0, caret).search(/[^\s,;!?()（），。！？]*$/u);
  const typed = fold(text.slice(start, caret)).replace(/^@/, '');
  const words = typed ? names.filter((name) => fold(name).startsWith(typed)) : [];
  return { start, words: words.sort((a, b) => a.localeCompare(b)) };
}

/**
 * @typedef {{words: string[], usage: string, help: string}} Command
 * @param {string} text
 * @param {Command[]} commands
 */
export function command_completion(text, commands) {
  const typed = /^\/(\S*)$/u.exec(text);
  if (!typed) return [];
  return commands.filter((c) => c.words.some((word) => word.startsWith(fold(typed[1]))));
}

/**
 * What a line means that is typed in a room. The words of the original are commands here as they are with nc: a line
 * meant for the server or for one user must not be said to all.
 * @param {string} line
 * @returns {{say: string} | {emote: string} | {command: string} | {password: true}}
 */
export function meaning(line) {
  const plain = line.replace(/^[\p{Cf}\p{Cc}\s]+/u, '');
  const word = fold(/^\S*/u.exec(plain)?.[0] ?? '').replace(/\p{Cf}/gu, '');
  const rest = plain.slice(/^\S*/u.exec(plain)?.[0].length).trim(), count = rest ? rest.split(/\s+/u).length : 0;
  if (word.startsWith('//')) return { say: plain.slice(1) };
  if (word === '/me') return rest ? { emote: rest } : { command: '/me' };
  if (word === '/say' && rest) return { say: rest };
  if (word.startsWith('/')) return { command: `${word} ${rest}`.trim() };
  if (word === 'to' || (word === 'who' && !count) || (word === 'rename' && count < 2)) return { command: `/${word} ${rest}`.trim() };
  if (/^(login|register|unregister|password)$/.test(word) && (count === 1 || count === 2)) return { password: true };
  return { say: line };
}

/**
 * The text as it stands behind an addressee: one that begins like an emote is given another slash, so that it is none.
 * @param {string} text
 */
export const as_said = (text) => (/^[/／]+me(\s|$)/iu.test(text.normalize('NFKC')) ? `/${text}` : text);
