import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Inbox } from './inbox.ts';
import { readMail } from './read-mail.ts';
import { Refusal, mailRefusal as refusal } from './refusal.ts';

/** Alertmanager's own HTML with dozens of alerts stays below. */
const LARGEST_BYTES = 200_000;

const MOST_RECIPIENTS = 20;
const MOST_CLIENTS = 20;

/** How long a client may keep silent. */
const SILENCE_MS = 60_000;

/** What a mail client shows of a refusal. The first number is RFC 3463's, more exact than the status. */
const WORDS: Record<string, string> = {
  shutting_down: '4.3.2 Service shutting down, try again later',
  rate_limited: '4.7.0 Too many messages, slow down',
  local_error: '4.3.0 Local error in processing, try again later',
  mailbox_full: '4.2.2 Mailbox full, try again later',
  authentication_failed: '5.7.8 Authentication credentials invalid',
  mailbox_unavailable: '5.1.1 Mailbox unavailable',
  message_too_large: `5.3.4 Message larger than ${LARGEST_BYTES} bytes`,
  invalid_message: '5.6.0 Message refused: not as RFC 5322 wants it',
};

/** A mail server without TLS, which delivers to the page. It does not listen yet. */
export function mailServer({ settings, channels: { mail } }: Inbox): SMTPServer {
  const { smtpUser, smtpPassword } = settings;

  /** Counts a refusal, and makes of it what the library sends. */
  const refuse = (error: unknown): Error => {
    const refused = error instanceof Refusal ? error : refusal('local_error');
    if (refused !== error) console.error(error);
    mail.count(refused);
    return Object.assign(new Error(WORDS[refused.word]), { responseCode: refused.status });
  };

  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) => {
    try {
      // Without a password to compare with, whoever logs in is welcome, as with many a relay inside a company.
      const isRight = !smtpPassword || (username === smtpUser && password === smtpPassword());
      if (!isRight) throw refusal('authentication_failed');
      done(null, { user: username });
    } catch (error) {
      done(refuse(error));
    }
  };

  const onData: SMTPServerOptions['onData'] = async (stream, { envelope }, done) => {
    try {
      const chunks: Buffer[] = [];
      // Also what is too large has to be read to its end; it is not kept.
      for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
      if (stream.sizeExceeded) throw refusal('message_too_large');
      const raw = Buffer.concat(chunks);
      const to = envelope.rcptTo.map(({ address }) => address);
      const received = await readMail(raw, to);
      // Date and Message-ID are new in every attempt.
      const attempt = mail.admit([...to, received.subject, received.text].join('\n'));
      mail.keep({ attempt, ...received }, raw.length);
      mail.count('ok');
      done(null, '2.0.0 Message accepted');
    } catch (error) {
      done(refuse(error));
    }
  };

  const server = new SMTPServer({
    name: 'inbox',
    banner: 'The inbox of the workshop',
    ...{ size: LARGEST_BYTES, maxClients: MOST_CLIENTS, socketTimeout: SILENCE_MS },
    // There is no certificate that a client could trust.
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    // Go's client, and so Alertmanager, takes the first that it knows, and refuses to send PLAIN without TLS.
    authMethods: ['LOGIN', 'PLAIN'],
    authOptional: !smtpPassword,
    ...{ disableReverseLookup: true, logger: false, closeTimeout: 1_000 },
    onRcptTo({ address }, { envelope }, done) {
      const tooMany = envelope.rcptTo.length >= MOST_RECIPIENTS;
      // A bare name would be a mailbox of this machine, which has none.
      if (tooMany) return done(refuse(refusal('mailbox_full')));
      done(address.includes('@') ? null : refuse(refusal('mailbox_unavailable')));
    },
    onAuth,
    onData,
  });
  // A client that is gone in the middle of a sentence is no reason to stop.
  server.on('error', () => {});
  return server;
}
