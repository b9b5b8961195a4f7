/**
 * Slack's mark-up, as far as alerts use it. Each pattern has one group: what stands between the marks.
 * https://docs.slack.dev/messaging/formatting-message-text/
 * A mark counts only at the edge of a word, so that http_requests_total stays as it is.
 */
const PATTERNS = {
  pre: '```([^`]+)```',
  code: '`([^`\\n]+)`',
  link: '<(https?://[^<>|\\s]+(?:\\|[^<>\\n]*)?)>',
  url: '(https?://[^\\s<>|]*[^\\s<>|.,;:!?)\\]\'"*_`])',
  strong: '(?<![\\w*])\\*(?! )([^*\\n]+)(?<! )\\*(?![\\w*])',
  em: '(?<![\\w_])_(?! )([^_\\n]+)(?<! )_(?![\\w_])',
  br: '(\\n)',
};
const NAMES = Object.keys(PATTERNS);
const ANY = new RegExp(Object.values(PATTERNS).join('|'), 'g');

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack escapes these three characters and no others. */
export function unescapeEntities(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/**
 * Turns a text with Slack's mark-up into nodes. No part of it is ever read as HTML.
 *
 * @param {string} text
 * @returns {Node[]}
 */
export function renderMrkdwn(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(ANY)) {
    const group = match.slice(1).findIndex((inner) => inner !== undefined);
    nodes.push(plain(text.slice(end, match.index)), element(NAMES[group], match[group + 1]));
    end = match.index + match[0].length;
  }
  nodes.push(plain(text.slice(end)));
  return nodes;
}

const plain = (text) => document.createTextNode(unescapeEntities(text));

function element(name, inner) {
  if (name === 'link') {
    const [url, ...label] = inner.split('|');
    return link(unescapeEntities(url), plain(label.join('|') || url));
  }
  if (name === 'url') return link(unescapeEntities(inner), plain(inner));
  const node = document.createElement(name);
  if (name === 'br') return node;
  // Bold may hold italics and links; between backquotes nothing counts as mark-up.
  node.append(...(name === 'code' || name === 'pre' ? [plain(inner)] : renderMrkdwn(inner)));
  return node;
}

/**
 * Makes a link that opens in a new tab. Without an http or https address it is no link, and only its content shows.
 *
 * @param {string} address
 * @param {...Node} content
 */
export function link(address, ...content) {
  const anchor = document.createElement('a');
  anchor.append(...content);
  if (/^https?:\/\//i.test(address)) {
    anchor.href = address;
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
  }
  return anchor;
}
