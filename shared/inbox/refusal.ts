/** What a channel answers when it refuses: a word for each reason, and the status that goes with it. */
export type Refusals = Record<string, number>;

/** Thrown on the way of a delivery to end it. */
export class Refusal extends Error {
  /** The reason, one of a few: also the value of a metric's label. */
  readonly word: string;
  readonly status: number;

  /** @param message what the sender reads; the word, where nothing else is said */
  constructor(word: string, status: number, message = word) {
    super(message);
    this.word = word;
    this.status = status;
  }
}

/**
 * What an incoming webhook answers. The words are Slack's own: https://api.slack.com/messaging/webhooks#handling_errors
 * and https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 * Only payload_too_large and service_unavailable are ours, because Slack documents no word for them here.
 */
export const SLACK = {
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

/** https://developer.pagerduty.com/docs/events-api-v2-overview#api-response-codes--retry-logic */
export const PAGER = {
  invalid_event: 400,
  payload_too_large: 413,
  rate_limited: 429,
  server_error: 500,
  service_unavailable: 503,
} as const;

/** RFC 5321 and RFC 3463. A server refuses for good with 5xx, and asks to try again with 4xx. */
export const MAIL = {
  shutting_down: 421,
  rate_limited: 450,
  local_error: 451,
  mailbox_full: 452,
  authentication_failed: 535,
  mailbox_unavailable: 550,
  message_too_large: 552,
  invalid_message: 554,
} as const;

export const DEADMAN = {
  invalid_name: 400,
  invalid_payload: 400,
  not_found: 404,
  too_many_switches: 409,
  payload_too_large: 413,
  rate_limited: 429,
  server_error: 500,
  service_unavailable: 503,
} as const;

/** For a channel's table: makes the refusal with that word. */
const refuserOf =
  <Table extends Refusals>(table: Table) =>
  (word: keyof Table & string, message?: string): Refusal =>
    new Refusal(word, table[word] as number, message);

export const slackRefusal = refuserOf(SLACK);
export const pagerRefusal = refuserOf(PAGER);
export const mailRefusal = refuserOf(MAIL);
export const deadmanRefusal = refuserOf(DEADMAN);
