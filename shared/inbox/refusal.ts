/**
 * What an incoming webhook answers when it refuses a delivery: the body, and the status that goes with it.
 * The words are Slack's own: https://api.slack.com/messaging/webhooks#handling_errors and
 * https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 * Only payload_too_large and service_unavailable are ours, because Slack documents no word for them here.
 */
export const REFUSALS = {
  invalid_payload: 400,
  no_text: 400,
  invalid_token: 403,
  action_prohibited: 403,
  no_team: 404,
  no_service: 404,
  channel_not_found: 404,
  channel_is_archived: 410,
  payload_too_large: 413,
  rate_limited: 429,
  rollup_error: 500,
  service_unavailable: 503,
} as const;

export type RefusalWord = keyof typeof REFUSALS;

/** Thrown on the way of a delivery to end it; its message is the word that the sender gets to read. */
export class Refusal extends Error {
  readonly word: RefusalWord;

  constructor(word: RefusalWord) {
    super(word);
    this.word = word;
  }
}
