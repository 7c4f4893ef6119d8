// @ts-check
/** The links in a text. Pure. */

const url = /\bhttps?:\/\/[^\s<>"'`\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f\u2018-\u201f\ufffd]+/gi;

/**
 * What stands at the end of a link belongs to the sentence: a dot, and a bracket that was not opened within.
 * @param {string} link
 */
function without_end(link) {
  for (;;) {
    const last = link.at(-1) ?? '';
    const opening = { ')': '(', ']': '[', '}': '{' }[last];
    const extra = opening && link.split(last).length > link.split(opening).length;
    if (!extra && !'.,;:!?*'.includes(last)) return link;
    link = link.slice(0, -1);
  }
}

/**
 * `text` in pieces, plain ones and links. Only http and https are links, and only without a user name, which serves to
 * hide where a link goes.
 * @param {string} text
 * @returns {{text: string, href?: string}[]}
 */
export function pieces(text) {
  const out = [];
  let end = 0;
  for (const found of text.matchAll(url)) {
    const link = without_end(found[0]), at = found.index ?? 0;
    let target;
    try {
      target = new URL(link);
    } catch {
      continue;
    }
    if (target.username || target.password || !target.hostname) continue;
    if (at > end) out.push({ text: text.slice(end, at) });
    out.push({ text: link, href: target.href });
    end = at + link.length;
  }
  if (end < text.length) out.push({ text: text.slice(end) });
  return out;
}
