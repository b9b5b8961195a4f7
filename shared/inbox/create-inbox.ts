import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import { api } from './api.ts';
import { FailureSwitch } from './failure-switch.ts';
import { DEFAULTS, type Inbox, type Settings } from './inbox.ts';
import { LiveStream } from './live-stream.ts';
import { MessageStore } from './message-store.ts';
import { createMetrics } from './metrics.ts';
import { lastResort, notFound, securityHeaders } from './plain-answers.ts';
import { webhook } from './webhook.ts';

const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/**
 * Makes a Slack inbox as an Express app. It does not listen yet.
 *
 * @throws Error when the webhook path has not the shape of Slack's
 */
export function createInbox(options: Partial<Settings> = {}): Express {
  const settings = { ...DEFAULTS, ...options };
  settings.channel = settings.channel.replace(/^#/, '');
  if (!/^\/services(\/[\w-]+){3}$/.test(settings.webhookPath)) {
    throw new Error(
      `The webhook path is "${settings.webhookPath}"; expected something like ${DEFAULTS.webhookPath}`,
    );
  }

  const store = new MessageStore();
  const stream = new LiveStream();
  const failures = new FailureSwitch((state) => stream.send('failures', state));
  const metrics = createMetrics(() => store.size);
  const inbox: Inbox = { settings, store, failures, stream, metrics };
  settings.stopping.addEventListener('abort', () => stream.end());

  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(webhook(inbox));
  app.use('/api', api(inbox));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/metrics', async (_request, response) => {
    // Without this content type Prometheus 3 refuses the scrape.
    response.set('Content-Type', metrics.registry.contentType);
    response.send(await metrics.registry.metrics());
  });
  app.use(express.static(PAGE));
  // Requests come here only when nothing above has answered.
  app.use(notFound);
  app.use(lastResort);
  return app;
}
