import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

export async function openStream(url: string): Promise<IncomingMessage> {
  const [answer] = await once(get(url), 'response');
  // A server that stops may cut the stream.
  return answer.on('error', () => {}).setEncoding('utf8');
}

/** Each event fits into one chunk here. */
export async function nextEvent(
  events: AsyncIterator<string>,
): Promise<{ event: string; data: unknown }> {
  const { value } = await events.next();
  const [, event, data] = String(value).match(/event: (\w+)\ndata: (.*)\n\n/) ?? [];
  return { event: event ?? '', data: JSON.parse(data ?? 'null') };
}
