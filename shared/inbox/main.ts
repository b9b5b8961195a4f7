import { readFileSync } from 'node:fs';
import { DEFAULTS } from './inbox.ts';
import { serve } from './serve.ts';

// README.md says what each variable means.
const { WEBHOOK_PATH, CHANNEL, SMTP_USER, STATE, BOARD } = process.env;

try {
  const inbox = await serve(wholeNumber('PORT', 8025), {
    webhookPath: WEBHOOK_PATH ?? DEFAULTS.webhookPath,
    channel: CHANNEL ?? DEFAULTS.channel,
    deliveriesPerSecond: wholeNumber('DELIVERIES_PER_SECOND', DEFAULTS.deliveriesPerSecond),
    smtpPort: wholeNumber('SMTP_PORT', 1025),
    smtpUser: SMTP_USER ?? DEFAULTS.smtpUser,
    smtpPassword: secret('SMTP_PASSWORD'),
    routingKey: secret('PAGER_ROUTING_KEY') ?? DEFAULTS.routingKey,
    deadmanSeconds: wholeNumber('DEADMAN_SECONDS', DEFAULTS.deadmanSeconds),
    state: STATE,
    board: BOARD,
  });
  console.log(
    `The inbox is at http://localhost:${inbox.port}, its mail server at port ${inbox.smtpPort}`,
  );

  // Docker stops a container with SIGTERM, Ctrl-C sends SIGINT. The process ends when nothing is left to do.
  process.once('SIGTERM', inbox.stop);
  process.once('SIGINT', inbox.stop);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  const advice = code === 'EADDRINUSE' ? '. Choose another port: PORT=8026 or SMTP_PORT=1026' : '';
  console.error(`The inbox cannot start: ${message}${advice}`);
  process.exitCode = 1;
}

/** @throws Error when the variable is set to something else than a whole number */
function wholeNumber(variable: string, fallback: number): number {
  const value = process.env[variable] ?? String(fallback);
  if (!/^\d+$/.test(value)) throw new Error(`${variable} is "${value}"; expected a whole number`);
  return Number(value);
}

/** Reads the file that VARIABLE_FILE names each time, or the variable itself; undefined when neither is set. */
function secret(variable: string): (() => string) | undefined {
  const { [`${variable}_FILE`]: file, [variable]: value } = process.env;
  if (file) return () => readFileSync(file, 'utf8').trim();
  return value ? () => value : undefined;
}
