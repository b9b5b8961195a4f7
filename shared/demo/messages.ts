import { type SlackMessage, type Stack, waitFor } from '../stack/index.ts';

/** What an alert is watched through: a running stack, on one machine or on several. */
export type Watched = Pick<Stack, 'url' | 'prometheus' | 'alert' | 'inbox'>;

/** Where to look for a message: in the stack's inbox, after the last one that was there before. */
export interface Inbox {
  stack: Watched;
  lastMessageId: number;
  signal?: AbortSignal | undefined;
}

/** Waits until a message with this title has arrived. */
export async function waitForMessage(
  { stack, lastMessageId, signal }: Inbox,
  title: string,
  withinSeconds: number,
): Promise<SlackMessage> {
  const isWanted = (message: SlackMessage) => message.title === title;
  const messages = await waitFor({
    what: `the message "${title}" in the Slack inbox`,
    withinSeconds,
    look: () => stack.inbox.messages(lastMessageId),
    until: (seen) => seen.some(isWanted),
    signal,
  });
  return messages.find(isWanted) as SlackMessage;
}

/** A message as the timeline shows it: title, text and fields, without Slack's asterisks. */
export function asText({ title, text, fields }: SlackMessage): string {
  const body = (text ?? '').replaceAll('*', '').trim();
  const facts = fields.map((field) => `${field.title}: ${field.value}`).join('   ');
  return [title, body, facts].filter(Boolean).join('\n');
}
