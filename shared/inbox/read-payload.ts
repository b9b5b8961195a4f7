import type { Field, NewMessage } from './message-store.ts';
import { Refusal } from './refusal.ts';

type Json = Record<string, unknown>;

/** Deeper JSON would overflow the stack when it is written out again. Slack's own messages need about ten levels. */
const DEEPEST = 20;

/**
 * Reads the body of a delivery.
 *
 * @param body the JSON itself, or a form whose field `payload` holds it
 * @throws Refusal with invalid_payload or no_text
 */
export function readPayload(body: string): Omit<NewMessage, 'attempt'> {
  const payload = parse(body.trimStart().startsWith('{') ? body : formField(body));
  const attachment = objectsAt(payload, 'attachments')[0] ?? {};
  const blocks = objectsAt(payload, 'blocks');
  const ownText = textAt(payload, 'text') || blocks.map(blockText).filter(Boolean).join('\n');
  const hasAttachment = Object.keys(attachment).length > 0;

  const message = {
    channel: textAt(payload, 'channel'),
    username: textAt(payload, 'username') || 'incoming-webhook',
    pretext: [hasAttachment ? ownText : '', textAt(attachment, 'pretext')]
      .filter(Boolean)
      .join('\n'),
    title: textAt(attachment, 'title'),
    titleLink: textAt(attachment, 'title_link'),
    text: hasAttachment ? textAt(attachment, 'text') : ownText,
    color: textAt(attachment, 'color'),
    fields: objectsAt(attachment, 'fields').map(field),
    footer: textAt(attachment, 'footer'),
    fallback: textAt(attachment, 'fallback'),
    payload,
  };
  const { pretext, title, text, fallback, fields } = message;
  const hasContent = pretext || title || text || fallback || fields.length || blocks.length;
  if (!hasContent) throw new Refusal('no_text');
  return message;
}

const formField = (body: string): string => new URLSearchParams(body).get('payload') ?? '';

function parse(json: string): Json {
  let payload: unknown;
  try {
    payload = JSON.parse(json);
  } catch {
    throw new Refusal('invalid_payload');
  }
  if (!isObject(payload) || isDeeperThan(DEEPEST, payload)) throw new Refusal('invalid_payload');
  return payload;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

/** The text at a key, '' where there is none. @throws Refusal when something else stands there */
function textAt(object: Json, key: string): string {
  const value = object[key] ?? '';
  if (typeof value !== 'string') throw new Refusal('invalid_payload');
  return value;
}

/** The list of objects at a key, [] where there is none. @throws Refusal when something else stands there */
function objectsAt(object: Json, key: string): Json[] {
  const value = object[key] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new Refusal('invalid_payload');
  return value;
}

/** Block Kit keeps its text one level deeper: { type: 'section', text: { type: 'mrkdwn', text } } */
function blockText({ text }: Json): string {
  return isObject(text) ? textAt(text, 'text') : '';
}

function field(json: Json): Field {
  return { title: textAt(json, 'title'), value: textAt(json, 'value'), short: json.short === true };
}
