import PostalMime, { type Address } from 'postal-mime';
import type { Mail, NewEntry } from './entries.ts';
import { mailRefusal as refusal } from './refusal.ts';

/** Mails have a few parts inside each other, and few headers. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 20_000 };

/**
 * Reads a mail as RFC 5322 and MIME write it.
 *
 * @param to whom the server was told to deliver it to, whatever the header says
 * @throws Refusal with invalid_message when it cannot be read, or has no sender: RFC 5322 asks for one
 */
export async function readMail(
  raw: Buffer,
  to: string[],
): Promise<Omit<NewEntry<Mail>, 'attempt'>> {
  const mail = await PostalMime.parse(raw, LIMITS).catch(() => undefined);
  if (!mail?.from) throw refusal('invalid_message');
  const html = mail.html ?? '';
  return {
    from: shown(mail.from),
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? textOf(html),
    html,
  };
}

const shown = ({ name, address }: Address): string =>
  name && address ? `${name} <${address}>` : (address ?? name ?? '');

const ENTITIES: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'", '#34': '"' },
};

/** What is inside of these is not read by people. */
const HIDDEN = /^<(!--|style|script|head|title)/i;

/** A new line begins behind these. */
const BLOCK = /^<(br|\/(p|div|tr|h\d|li|table))\b/i;

/** What somebody would read of HTML: no tags, a line for each block. Each character is looked at once, whatever it is. */
function textOf(html: string): string {
  let text = '';
  let end = 0;
  while (end < html.length) {
    const start = indexOr(html, '<', end);
    text += html.slice(end, start);
    const [, hidden = ''] = html.slice(start, start + 10).match(HIDDEN) ?? [];
    const from = hidden ? indexOr(html, hidden === '!--' ? '--' : `</${hidden}`, start + 4) : start;
    end = indexOr(html, '>', from) + 1;
    text += BLOCK.test(html.slice(start, start + 10)) ? '\n' : ' ';
  }
  return text
    .replace(/&(amp|lt|gt|quot|nbsp|#39|#34);/g, (_, name) => ENTITIES[name] ?? '')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n');
}

/** Where it stands next, or the end. */
function indexOr(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index < 0 ? text.length : index;
}
