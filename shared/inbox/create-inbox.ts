import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import { announce } from './announce.ts';
import { api } from './api.ts';
import { Channel } from './channel.ts';
import { deadman } from './deadman.ts';
import { DeadmanSwitches } from './deadman-switches.ts';
import type { Entry, Mail, Message, Page } from './entries.ts';
import { handOn } from './hand-on.ts';
import { DEFAULTS, type Inbox, type Settings } from './inbox.ts';
import { LiveStream } from './live-stream.ts';
import { Metrics } from './metrics.ts';
import { pager } from './pager.ts';
import { lastResort, notFound, securityHeaders } from './plain-answers.ts';
import { DEADMAN, MAIL, PAGER, SLACK } from './refusal.ts';
import { webhook } from './webhook.ts';

const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/**
 * Makes the parts of an inbox. Nothing listens yet.
 *
 * @throws Error when the webhook path has not the shape of Slack's
 */
export function createInbox(options: Partial<Settings> = {}): Inbox {
  const settings = { ...DEFAULTS, ...options };
  settings.channel = settings.channel.replace(/^#/, '');
  if (!/^\/services(\/[\w-]+){3}$/.test(settings.webhookPath)) {
    throw new Error(
      `The webhook path is "${settings.webhookPath}"; expected something like ${DEFAULTS.webhookPath}`,
    );
  }

  const { deliveriesPerSecond, now, deadmanSeconds, state, stopping } = settings;
  const stream = new LiveStream();
  const switches = new DeadmanSwitches(deadmanSeconds, now, (name, became) =>
    announce(inbox, name, became),
  );
  const metrics = new Metrics(() => switches.all);
  const shared = { stream, metrics, deliveriesPerSecond, state, now };
  // The first word of each list is what its switch refuses with unless told otherwise: the one after which a sender
  // tries again soon.
  const channels: Inbox['channels'] = {
    slack: new Channel<Message>({
      ...{ name: 'slack', event: 'message', refusals: SLACK, ...shared },
      onRequest: [
        'service_unavailable',
        'action_prohibited',
        'channel_not_found',
        'channel_is_archived',
        'rate_limited',
        'rollup_error',
      ],
    }),
    mail: new Channel<Mail>({
      ...{ name: 'mail', event: 'mail', refusals: MAIL, ...shared },
      onRequest: [
        'local_error',
        'shutting_down',
        'mailbox_full',
        'mailbox_unavailable',
        'invalid_message',
      ],
    }),
    pager: new Channel<Page>({
      ...{ name: 'pager', event: 'page', refusals: PAGER, ...shared },
      onRequest: ['service_unavailable', 'invalid_event', 'rate_limited', 'server_error'],
    }),
    deadman: new Channel<Entry>({
      ...{ name: 'deadman', event: 'ping', refusals: DEADMAN, ...shared },
      onRequest: ['service_unavailable', 'not_found', 'rate_limited', 'server_error'],
    }),
  };
  const inbox: Inbox = { settings, channels, switches, stream, metrics };
  stopping.addEventListener('abort', () => {
    stream.end();
    switches.stop();
  });
  return inbox;
}

/** Everything that an inbox answers over HTTP. */
export function createApp(inbox: Inbox): Express {
  const { registry } = inbox.metrics;
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(webhook(inbox), pager(inbox), deadman(inbox));
  app.use('/api', api(inbox));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/metrics', async (_request, response) => {
    // Without this content type Prometheus 3 refuses the scrape.
    response.set('Content-Type', registry.contentType);
    response.send(await registry.metrics());
  });
  if (inbox.settings.board) app.use('/class', handOn(inbox.settings.board));
  app.use(express.static(PAGE));
  // Requests come here only when nothing above has answered.
  app.use(notFound);
  app.use(lastResort);
  return app;
}
