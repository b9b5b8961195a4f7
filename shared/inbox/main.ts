import { DEFAULTS } from './inbox.ts';
import { serve } from './serve.ts';

// README.md says what each variable means.
const { WEBHOOK_PATH, CHANNEL } = process.env;

try {
  const inbox = await serve(wholeNumber('PORT', 8025), {
    webhookPath: WEBHOOK_PATH ?? DEFAULTS.webhookPath,
    channel: CHANNEL ?? DEFAULTS.channel,
    deliveriesPerSecond: wholeNumber('DELIVERIES_PER_SECOND', DEFAULTS.deliveriesPerSecond),
  });
  console.log(`The Slack inbox is at http://localhost:${inbox.port}`);

  // Docker stops a container with SIGTERM, Ctrl-C sends SIGINT. The process ends when nothing is left to do.
  process.once('SIGTERM', inbox.stop);
  process.once('SIGINT', inbox.stop);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  const advice = code === 'EADDRINUSE' ? '. Choose another port: PORT=8026' : '';
  console.error(`The Slack inbox cannot start: ${message}${advice}`);
  process.exitCode = 1;
}

/** @throws Error when the variable is set to something else than a whole number */
function wholeNumber(variable: string, fallback: number): number {
  const value = process.env[variable] ?? String(fallback);
  if (!/^\d+$/.test(value)) throw new Error(`${variable} is "${value}"; expected a whole number`);
  return Number(value);
}
