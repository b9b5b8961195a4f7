import type { NewEntry, Page } from './entries.ts';
import { isObject, type Json, parseObject } from './json.ts';
import { pagerRefusal as refusal } from './refusal.ts';

const ACTIONS = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES = ['critical', 'warning', 'error', 'info'];

/** PagerDuty cuts a longer summary. */
const LONGEST_SUMMARY = 1_024;

const LONGEST_KEY = 255;

type Event = Omit<NewEntry<Page>, 'attempt' | 'dedupKey'> & { dedupKey?: string };

/**
 * Reads an event: https://developer.pagerduty.com/docs/send-alert-event
 *
 * @param routingKey the only right one
 * @throws Refusal that lists, a line each, everything that is wrong with it
 */
export function readEvent(body: string, routingKey: string): Event {
  const event = parseObject(body);
  if (!event) throw refusal('invalid_event', 'JSON parse error');
  const payload = isObject(event.payload) ? event.payload : {};
  const errors = [...keyErrors(event, routingKey), ...actionErrors(event)];
  if (event.event_action === 'trigger') errors.push(...payloadErrors(event, payload));
  if (errors.length > 0) throw refusal('invalid_event', errors.join('\n'));

  const { custom_details: details } = payload;
  const key = text(event.dedup_key);
  return {
    action: event.event_action as Page['action'],
    ...(key && { dedupKey: key }),
    summary: text(payload.summary).slice(0, LONGEST_SUMMARY),
    severity: text(payload.severity),
    source: text(payload.source),
    details: isObject(details) ? details : {},
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const missing = (object: Json, key: string, name = key): string[] =>
  text(object[key]).trim() ? [] : [`'${name}' is missing or blank`];

/** "'a', 'b' or 'c'" */
const CHOICE = new Intl.ListFormat('en-GB', { type: 'disjunction' });

function choiceErrors(object: Json, key: string, known: string[], name = key): string[] {
  const value = text(object[key]);
  if (!value.trim() || known.includes(value)) return missing(object, key, name);
  const choice = CHOICE.format(known.map((word) => `'${word}'`));
  return [`'${name}' is invalid (must be one of the following: ${choice})`];
}

function keyErrors(event: Json, routingKey: string): string[] {
  const key = text(event.routing_key);
  if (!key.trim()) return missing(event, 'routing_key');
  if (key.length !== routingKey.length) {
    return [`Length of 'routing_key' is incorrect (should be ${routingKey.length} characters)`];
  }
  return key === routingKey ? [] : ['Invalid routing key'];
}

function actionErrors(event: Json): string[] {
  const action = text(event.event_action);
  const key = text(event.dedup_key);
  return [
    ...choiceErrors(event, 'event_action', ACTIONS),
    ...(key.length > LONGEST_KEY
      ? [`Length of 'dedup_key' is incorrect (should be at most ${LONGEST_KEY} characters)`]
      : []),
    // Which incident would be acknowledged or resolved?
    ...(['acknowledge', 'resolve'].includes(action) ? missing(event, 'dedup_key') : []),
  ];
}

function payloadErrors(event: Json, payload: Json): string[] {
  if (!isObject(event.payload)) return ["'payload' is missing or blank"];
  return [
    ...missing(payload, 'summary', 'payload.summary'),
    ...missing(payload, 'source', 'payload.source'),
    ...choiceErrors(payload, 'severity', SEVERITIES, 'payload.severity'),
  ];
}
