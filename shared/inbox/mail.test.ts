import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readMail } from './read-mail.ts';
import { startInbox } from './test-support/start-inbox.ts';
import { delivery, encoded, LOGIN, MAIL, talkSmtp } from './test-support/talk-smtp.ts';

const withPassword = { smtpPassword: () => 'secret' };

test('a mail from Alertmanager is kept, with the text of its HTML', async () => {
  await using inbox = await startInbox({
    ...withPassword,
    now: () => Date.UTC(2026, 0, 31, 9, 30),
  });

  const answers = await talkSmtp(inbox.smtpPort, [...LOGIN, ...delivery()]);

  expect(answers.at(-1)).toBe('250 2.0.0 Message accepted');
  expect(await inbox.mails()).toEqual([
    {
      ...{ id: 1, receivedAt: '2026-01-31T09:30:00.000Z', attempt: 1 },
      ...{ from: 'Alertmanager <alerts@example.org>', to: ['team@example.org'] },
      ...{ subject: '[FIRING:1] SlowBurn', text: '1 alert\na < b' },
      html: '<h1>1 alert</h1><p>a &lt; b</p>\n',
    },
  ]);
});

test('both parts of a mail, and a subject that is not English, are read', async () => {
  await using inbox = await startInbox();
  const part = (type: string, body: string) =>
    `--x\r\nContent-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}\r\n`;

  await inbox.mail(
    'From: a@example.org\r\nSubject: =?UTF-8?B?5ZGK6K2m?=\r\nMIME-Version: 1.0\r\n' +
      'Content-Type: multipart/alternative; boundary=x\r\n\r\n' +
      `${part('text/plain', 'gr=C3=BC=C3=9Fe')}${part('text/html', '<b>x</b>')}--x--`,
  );

  expect(await inbox.mails()).toMatchObject([
    { from: 'a@example.org', subject: '告警', text: 'grüße\n', html: '<b>x</b>\n' },
  ]);
});

test.each(['<', '<style', '<!--', '&amp', ' \n', '"<', '=?UTF-8?Q?'])(
  'a mail full of %j is read at once',
  async (odd) => {
    const many = odd.repeat(180_000 / odd.length);
    const start = performance.now();

    const mail = `From: a@example.org\r\nSubject: ${many.slice(0, 40_000)}\r\nContent-Type: text/html\r\n\r\n${many}`;
    await readMail(Buffer.from(mail), []).catch(() => {});

    expect(performance.now() - start).toBeLessThan(10_000);
  },
);

test('LOGIN is offered before PLAIN, which Alertmanager would refuse to use, and TLS is not', async () => {
  await using inbox = await startInbox(withPassword);

  expect((await talkSmtp(inbox.smtpPort, ['STARTTLS'])).at(-1)).toMatch(/^50\d /);
  const plain = `AUTH PLAIN ${encoded('\0alertmanager\0secret')}`;
  expect((await talkSmtp(inbox.smtpPort, [plain])).at(-1)).toMatch(/^235 /);
});

test.each<[string, string[], RegExp]>([
  ['without a login', delivery(), /^530 /],
  ['with a wrong password', ['AUTH LOGIN', encoded('alertmanager'), encoded('x')], /^535 5\.7\.8 /],
  ['with a wrong name', ['AUTH LOGIN', encoded('root'), encoded('secret')], /^535 5\.7\.8 /],
  ['to a bare name', [...LOGIN, 'MAIL FROM:<a@example.org>', 'RCPT TO:<team>'], /^5\d\d /],
  [
    'without a sender in its header',
    [...LOGIN, ...delivery('Subject: x\r\n\r\nx')],
    /^554 5\.6\.0 /,
  ],
  ['of 300 kB', [...LOGIN, ...delivery(`${MAIL}${'x'.repeat(300_000)}`)], /^552 /],
  [
    'to 21 people',
    [
      ...LOGIN,
      'MAIL FROM:<a@example.org>',
      ...Array.from({ length: 21 }, (_, i) => `RCPT TO:<${i}@example.org>`),
    ],
    /^452 /,
  ],
])('a mail %s is refused', async (_what, lines, refusal) => {
  await using inbox = await startInbox(withPassword);

  const answers = await talkSmtp(inbox.smtpPort, lines);

  expect(answers.find((line) => /^[45]/.test(line))).toMatch(refusal);
  expect(await inbox.mails()).toEqual([]);
});

test('a password file is read at each login, and one that is missing asks to come back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-'));
  const file = join(folder, 'password');
  await using inbox = await startInbox({ smtpPassword: () => readFileSync(file, 'utf8') });

  // What is wrong with the file goes to the log.
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});

  const before = await talkSmtp(inbox.smtpPort, LOGIN);
  writeFileSync(file, 'secret');
  const after = await talkSmtp(inbox.smtpPort, LOGIN);

  expect(before.at(-1)).toMatch(/^451 4\.3\.0 /);
  expect(after.at(-1)).toMatch(/^235 /);
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
  rmSync(folder, { recursive: true });
});

test.each([421, 451, 452, 550, 554])(
  'mails fail with %i as asked, then arrive at the third attempt',
  async (status) => {
    await using inbox = await startInbox();
    await inbox.send('POST', '/api/failures', { next: 2, status, channel: 'mail' });

    const answers = [
      await inbox.mail(),
      await inbox.mail(),
      await inbox.mail(`Date: now\r\n${MAIL}`),
    ];

    expect(answers.map((lines) => lines.at(-1)?.slice(0, 3))).toEqual([
      `${status}`,
      `${status}`,
      '250',
    ]);
    expect(await inbox.mails()).toMatchObject([{ attempt: 3 }]);
  },
);

test('too many mails in a second are put off', async () => {
  await using inbox = await startInbox({ deliveriesPerSecond: 1 });
  await inbox.mail();

  expect((await inbox.mail()).at(-1)).toMatch(/^450 4\.7\.0 /);
});
