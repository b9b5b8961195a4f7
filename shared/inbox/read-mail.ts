import PostalMime, { type Address } from 'postal-mime';
import type { Mail, NewEntry } from './entries.ts';
import { MAIL, refuserOf } from './refusal.ts';

/** Mails have a few parts inside each other, and few headers. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 50_000 };

const refusal = refuserOf(MAIL);

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
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
};

/** What somebody would read of HTML: no tags, a line for each block. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b.*?<\/\1>|<!--.*?-->/gis, '')
    .replace(/<(br|\/(p|div|tr|h\d|li|table))\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|nbsp|#39|#34);/g, (_, name) => ENTITIES[name] ?? '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();
}
