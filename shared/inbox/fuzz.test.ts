import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULTS } from './inbox.ts';
import { answerOf, FIRING, startInbox, TRIGGER } from './test-support/start-inbox.ts';
import { delivery, MAIL, talkSmtp } from './test-support/talk-smtp.ts';

const INPUTS = 1_000;

/** As many at a time as a mail server here lets in. */
const TOGETHER = 10;

const unlimited = { deliveriesPerSecond: Number.POSITIVE_INFINITY };

/** Sends inputs, a few at a time, and returns those that were answered with something else than a refusal. */
async function accepted<Input>(inputs: Input[], send: (input: Input) => Promise<string>) {
  const odd: { input: Input; answer: string }[] = [];
  for (let at = 0; at < inputs.length; at += TOGETHER) {
    await Promise.all(
      inputs.slice(at, at + TOGETHER).map(async (input) => {
        const answer = await send(input);
        if (!/^4/.test(answer)) odd.push({ input, answer });
      }),
    );
  }
  return odd;
}

/** JSON that stops in the middle, and bytes that are none at all. */
const broken = (valid: object) => {
  const json = JSON.stringify(valid);
  return fc.oneof(
    fc.integer({ min: 1, max: json.length - 1 }).map((end) => json.slice(0, end)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }).map((text) => `${text}{`),
    fc
      .integer({ min: 30, max: 5_000 })
      .map((deep) => `{"x":${'['.repeat(deep)}${']'.repeat(deep)}}`),
  );
};

const odd = fc.oneof(fc.integer(), fc.boolean(), fc.constant([]), fc.constant([[{}]]));

const CASES: [string, string, fc.Arbitrary<{ path: string; body: string }>][] = [
  [
    'the Slack webhook',
    'slack',
    fc
      .oneof(
        broken(FIRING),
        odd.map((text) => JSON.stringify({ ...FIRING, text })),
        odd.map((title) => JSON.stringify({ attachments: [{ title }] })),
        fc
          .dictionary(fc.string({ minLength: 1 }), fc.constant('x'))
          .map((it) => JSON.stringify({ x: it })),
      )
      .map((body) => ({ path: DEFAULTS.webhookPath, body })),
  ],
  [
    'the pager',
    'pager',
    fc
      .oneof(
        broken(TRIGGER),
        fc
          .tuple(
            fc.constantFrom('routing_key', 'event_action', 'payload'),
            fc.oneof(odd, fc.string()),
          )
          .map(([key, value]) => JSON.stringify({ ...TRIGGER, [key]: value })),
        fc
          .tuple(fc.constantFrom('summary', 'severity', 'source'), odd)
          .map(([key, value]) =>
            JSON.stringify({ ...TRIGGER, payload: { ...TRIGGER.payload, [key]: value } }),
          ),
      )
      .map((body) => ({ path: '/v2/enqueue', body })),
  ],
  [
    "the dead man's switch",
    'deadman',
    fc.oneof(
      broken({ status: 'firing', alerts: [] }).map((body) => ({ path: '/deadman/x', body })),
      fc
        .string({ unit: 'binary', minLength: 1, maxLength: 80 })
        .filter((name) => !/^[\w.-]{1,64}$/.test(name))
        .map((name) => ({ path: `/deadman/${encodeURIComponent(name)}`, body: '' })),
    ),
  ],
];

test.each(CASES)(
  '%s answers 1,000 malformed inputs with a 4xx, and stays up',
  async (_what, channel, input) => {
    await using inbox = await startInbox(unlimited);
    const inputs = fc.sample(
      fc.tuple(input, fc.constantFrom('application/json', 'application/json; charset=odd')),
      INPUTS,
    );

    const wrong = await accepted(inputs, async ([{ path, body }, type]) => {
      const answer = fetch(`${inbox.url}${path}`, {
        ...{ method: 'POST', body: body, headers: { 'Content-Type': type } },
      });
      return (await answerOf(answer)).join(' ');
    });

    expect(wrong).toEqual([]);
    expect(await inbox.switches()).toEqual([]);
    await inbox.deliver(FIRING);
    await inbox.enqueue(TRIGGER);
    await inbox.ping('x');
    const kept = [await inbox.messages(), await inbox.pages(), await inbox.switches()];
    expect(kept.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(await (await inbox.send('GET', '/metrics')).text()).toContain(
      `{channel="${channel}",result="ok"} 1`,
    );
  },
);

const KNOWN =
  /^\s*(auth|data|ehlo|expn|hel[op]|help|lhlo|mail|noop|quit|rcpt|rset|starttls|vrfy|xclient|xforward)/i;

const line = fc
  .string({ unit: 'binary-ascii', minLength: 1, maxLength: 60 })
  .map((it) => it.replace(/[\r\n]/g, '?'));

/** Lines of which the last must be refused. */
const session = fc.oneof(
  line.filter((it) => !KNOWN.test(it)).map((it) => [it]),
  fc
    .constantFrom('DATA', 'RCPT TO:<a@example.org>', 'MAIL', 'RCPT', 'AUTH', 'STARTTLS')
    .map((it) => [it]),
  line.map((it) => [`MAIL FROM:${it.replace(/[<>]/g, '?')}`]),
  line.map((it) => ['MAIL FROM:<a@example.org>', `RCPT TO:<${it.replace(/[@>]/g, '?')}>`]),
  line.map((it) => [`AUTH ${it.replace(/^(login|plain)/i, '?')}`]),
  line.map((it) => ['AUTH PLAIN', `*${it}`]),
  // No header, a header that never ends, one without a sender, and parts inside each other.
  line.map((it) => delivery(it.replace(/^from/i, '?'))),
  line.map((it) => delivery(`X: ${it}${'y'.repeat(60_000)}\r\n${MAIL}`)),
  line.map((it) => delivery(`Subject: ${it}\r\n\r\n${it.replace(/^\./, '?')}`)),
);

test('the mail server answers 1,000 malformed sessions with a refusal, and stays up', async () => {
  await using inbox = await startInbox({ ...unlimited, smtpPassword: undefined });

  const wrong = await accepted(fc.sample(session, INPUTS), async (lines) => {
    const last = (await talkSmtp(inbox.smtpPort, lines)).at(-1) ?? '';
    // A 5xx refuses for good; and a client that talks nonsense may be hung up on.
    return last.replace(/^5|^$/, '4');
  });

  expect(wrong).toEqual([]);
  expect(await inbox.mails()).toEqual([]);
  expect((await inbox.mail()).at(-1)).toMatch(/^250 /);
});
