import type { Message } from '../entries.ts';
import { DEFAULTS, type Settings } from '../inbox.ts';
import { serve } from '../serve.ts';

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
  return {
    url,
    port: running.port,
    send,
    /** Delivers a payload to the right address. */
    deliver: (payload: unknown) => send('POST', DEFAULTS.webhookPath, payload),
    messages: async (since = 0): Promise<Message[]> => {
      const answer = await send('GET', `/api/messages?since=${since}`);
      return ((await answer.json()) as { messages: Message[] }).messages;
    },
    stop: running.stop,
    [Symbol.asyncDispose]: running.stop,
  };
}

/** Status and body, the two things that a sender looks at. */
export async function answerOf(response: Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  return [answer.status, await answer.text()];
}
