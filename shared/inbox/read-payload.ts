import type { Field, Message, NewEntry } from './entries.ts';
import { isObject, type Json, parseObject } from './json.ts';
import { slackRefusal as refusal } from './refusal.ts';

/**
 * Reads the body of a delivery.
 *
 * @param body the JSON itself, or a form whose field `payload` holds it
 * @throws Refusal with invalid_payload or no_text
 */
export function readPayload(body: string): Omit<NewEntry<Message>, 'attempt'> {
  const isForm = !body.trimStart().startsWith('{');
  const payload = parseObject(isForm ? new URLSearchParams(body).get('payload') : body);
  if (!payload) throw refusal('invalid_payload');
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
  if (!hasContent) throw refusal('no_text');
  return message;
}

/** The text at a key, '' where there is none. @throws Refusal when something else stands there */
function textAt(object: Json, key: string): string {
  const value = object[key] ?? '';
  if (typeof value !== 'string') throw refusal('invalid_payload');
  return value;
}

/** The list of objects at a key, [] where there is none. @throws Refusal when something else stands there */
function objectsAt(object: Json, key: string): Json[] {
  const value = object[key] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw refusal('invalid_payload');
  return value;
}

/** Block Kit keeps its text one level deeper: { type: 'section', text: { type: 'mrkdwn', text } } */
function blockText({ text }: Json): string {
  return isObject(text) ? textAt(text, 'text') : '';
}

function field(json: Json): Field {
  return { title: textAt(json, 'title'), value: textAt(json, 'value'), short: json.short === true };
}
