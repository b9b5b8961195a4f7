import type { Mail, Message, Page, Switch } from '../entries.ts';
import { DEFAULTS, type Settings } from '../inbox.ts';
import { serve } from '../serve.ts';
import { delivery, talkSmtp } from './talk-smtp.ts';

/** What Alertmanager sends for one firing alert, with the receiver of the lessons. */
export const FIRING = {
  channel: '#alerts',
  username: 'Alertmanager',
  attachments: [
    {
      title: 'FIRING: InstanceDown',
      title_link: 'http://localhost:9093/#/alerts?receiver=slack',
      text: '*app:8080 does not answer*\nSince 14:01:12 UTC\n',
      fallback: '[FIRING:1] InstanceDown | http://localhost:9093/#/alerts?receiver=slack',
      callback_id: '',
      fields: [
        { title: 'Severity', value: 'critical', short: true },
        { title: 'Job', value: 'web', short: false },
      ],
      footer: 'Alertmanager of the workshop',
      color: 'danger',
      mrkdwn_in: ['fallback', 'pretext', 'text'],
    },
  ],
};

/** What Alertmanager sends to a pager, in the main. */
export const TRIGGER = {
  routing_key: DEFAULTS.routingKey(),
  dedup_key: 'abc',
  event_action: 'trigger',
  payload: { summary: '[FIRING:1] FastBurn', source: 'Alertmanager', severity: 'critical' },
};

/** Starts an inbox for one test, on a free port unless one is given: `await using inbox = await startInbox()` */
export async function startInbox(settings: Partial<Settings> = {}, port = 0) {
  const running = await serve(port, settings);
  const url = `http://127.0.0.1:${running.port}`;

  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  const list = async <Entry>(name: string, path = `/api/${name}`): Promise<Entry[]> =>
    ((await (await send('GET', path)).json()) as Record<string, Entry[]>)[name] as Entry[];
  return {
    url,
    port: running.port,
    send,
    /** Delivers a payload to the right address. */
    deliver: (payload: unknown) => send('POST', DEFAULTS.webhookPath, payload),
    /** Sends an event to the pager. */
    enqueue: (event: unknown) => send('POST', '/v2/enqueue', event),
    ping: (name: string, body?: unknown) => send('POST', `/deadman/${name}`, body),
    /** Sends a mail, without logging in. */
    mail: (mail?: string) => talkSmtp(running.smtpPort, delivery(mail)),
    smtpPort: running.smtpPort,
    messages: (since = 0) => list<Message>('messages', `/api/messages?since=${since}`),
    mails: (since = 0) => list<Mail>('mails', `/api/mails?since=${since}`),
    pages: (since = 0) => list<Page>('pages', `/api/pages?since=${since}`),
    switches: () => list<Switch>('switches', '/api/deadman'),
    stop: running.stop,
    [Symbol.asyncDispose]: running.stop,
  };
}

/** Status and body, the two things that a sender looks at. */
export async function answerOf(response: Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  return [answer.status, await answer.text()];
}
