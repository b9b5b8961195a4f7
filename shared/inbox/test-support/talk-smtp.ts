import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What Alertmanager sends for one firing alert, in the main. */
export const MAIL = [
  'From: Alertmanager <alerts@example.org>',
  'To: team@example.org',
  'Subject: [FIRING:1] SlowBurn',
  'Content-Type: text/html; charset=UTF-8',
  '',
  '<h1>1 alert</h1><p>a &lt; b</p>',
].join('\r\n');

/** Base64, as AUTH LOGIN asks for name and password. */
export const encoded = (text: string): string => Buffer.from(text).toString('base64');

export const LOGIN = ['AUTH LOGIN', encoded('alertmanager'), encoded('secret')];

/** One mail, from its envelope to its end. */
export const delivery = (mail = MAIL, to = 'team@example.org'): string[] => [
  ...['MAIL FROM:<alerts@example.org>', `RCPT TO:<${to}>`, 'DATA', `${mail}\r\n.`],
];

/**
 * Says one line after the other to a mail server, each when the one before is answered.
 *
 * @returns the first line of each answer, that of the greeting too; fewer where the server hangs up
 */
export async function talkSmtp(port: number, lines: string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const received = createInterface({ input: socket })[Symbol.asyncIterator]();
  // A server that hangs up may do so in the middle of a line.
  socket.on('error', () => {});
  const answers: string[] = [];
  for (const line of [undefined, 'EHLO test', ...lines]) {
    if (line !== undefined) socket.write(`${line}\r\n`);
    const answer = await firstLine(received);
    answers.push(answer);
    if (answer === '') break;
  }
  socket.destroy();
  return answers;
}

/** An answer ends with the line that has no dash behind its number; '' where the server has hung up. */
async function firstLine(received: AsyncIterator<string>): Promise<string> {
  const first = await received.next();
  let last = first;
  while (!last.done && /^\d{3}-/.test(last.value)) last = await received.next();
  return first.done ? '' : first.value;
}
