import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Fixture } from './fixtures.ts';

/** Where the message of a wrong answer is recorded, below the repository's root. */
export const messagesFile = ({ step, topic }: Pick<Fixture, 'step' | 'topic'>): string =>
  `shared/checks/${step}/answers/${topic}.txt`;

/**
 * What learners get for the wrong answers of a topic, by the answers' names. In the file a name stands at the start of
 * a line, and below it the message as it is printed, where every line is indented. Empty when there is no such file.
 */
export function readMessages(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const entries = text.split(/^(?=\S)/m).map((entry): [string, string] => {
    const [name = '', ...message] = entry.replace(/\n+$/, '').split('\n');
    return [name, `${message.join('\n')}\n`];
  });
  return new Map(entries.filter(([name]) => name !== ''));
}

/** Records one message, in the place that its name has in the alphabet. */
export function writeMessage(file: string, name: string, message: string): void {
  const entries = [...readMessages(file).set(name, message)].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, entries.map(([name, text]) => `${name}\n${text}`).join('\n'));
}
