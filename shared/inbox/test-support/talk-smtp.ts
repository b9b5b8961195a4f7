import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

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
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => {});
  const answers = [await answer(socket)];
  for (const line of ['EHLO test', ...lines]) {
    if (socket.destroyed || socket.readableEnded) break;
    socket.write(`${line}\r\n`);
    answers.push(await answer(socket));
  }
  socket.destroy();
  return answers;
}

/** An answer ends with the line that has no dash behind its number. */
async function answer(socket: Socket): Promise<string> {
  let text = '';
  while (!/^\d{3}( .*)?\r?\n$/m.test(text)) {
    const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    if (typeof chunk !== 'string') break;
    text += chunk;
  }
  return text.split('\r\n')[0] ?? '';
}
