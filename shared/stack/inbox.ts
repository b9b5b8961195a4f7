import { z } from 'zod';
import type { Http } from './http.ts';

const message = z.object({
  /** Increases from 1 in the order of arrival. */
  id: z.number(),
  /** The inbox's own clock, ISO 8601 with milliseconds. */
  receivedAt: z.string(),
  title: z.string().nullish(),
  text: z.string().nullish(),
  color: z.string().nullish(),
  fields: z.array(z.object({ title: z.string(), value: z.string() })).default([]),
});
const messages = z.object({ messages: z.array(message) });

export type SlackMessage = z.infer<typeof message>;

/** The Slack inbox's own API, described in shared/inbox/README.md */
export function slackInboxClient(http: Http) {
  return {
    /** Messages with a higher id than `since`, oldest first. */
    messages: async (since = 0) =>
      (await http.get(`/api/messages?since=${since}`, messages)).messages,
    metrics: () => http.text('/metrics'),
    clear: () => http.send('DELETE', '/api/messages'),
    /** Refuses the next `count` deliveries with the given HTTP status. */
    refuseNext: (count: number, status = 503) =>
      http.send('POST', '/api/failures', { next: count, status }),
  };
}

export type SlackInboxClient = ReturnType<typeof slackInboxClient>;
