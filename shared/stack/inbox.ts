import { z } from 'zod';
import type { Http } from './http.ts';

const entry = z.object({
  /** Increases from 1 in the order of arrival, for each channel. */
  id: z.number(),
  /** The inbox's own clock, ISO 8601 with milliseconds. */
  receivedAt: z.string(),
});
const message = entry.extend({
  title: z.string().nullish(),
  text: z.string().nullish(),
  color: z.string().nullish(),
  fields: z.array(z.object({ title: z.string(), value: z.string() })).default([]),
});
const mail = entry.extend({
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});
const page = entry.extend({
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedupKey: z.string(),
  summary: z.string(),
  severity: z.string(),
  source: z.string(),
  details: z.record(z.string(), z.unknown()),
});
const deadmanSwitch = z.object({
  name: z.string(),
  lastPingAt: z.string(),
  silent: z.boolean(),
  overdueAt: z.string(),
});

export type SlackMessage = z.infer<typeof message>;

/** The inbox's own API, described in shared/inbox/README.md. Lists hold ids above `since`, oldest first. */
export function inboxClient(http: Http) {
  return {
    messages: async (since = 0) =>
      (await http.get(`/api/messages?since=${since}`, z.object({ messages: z.array(message) })))
        .messages,
    mails: async (since = 0) =>
      (await http.get(`/api/mails?since=${since}`, z.object({ mails: z.array(mail) }))).mails,
    pages: async (since = 0) =>
      (await http.get(`/api/pages?since=${since}`, z.object({ pages: z.array(page) }))).pages,
    switches: async () =>
      (await http.get('/api/deadman', z.object({ switches: z.array(deadmanSwitch) }))).switches,
    metrics: () => http.text('/metrics'),
    /** Empties every channel. A switch that is armed stays. */
    clear: () => http.send('DELETE', '/api/messages'),
    /** Refuses the next `count` messages, in such a way that the sender tries again soon. */
    refuseNext: (count: number) => http.send('POST', '/api/failures', { next: count }),
  };
}
