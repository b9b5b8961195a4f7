import { localized } from '../language.ts';
import {
  type AlertTiming,
  crossingLimit,
  messageBounds,
  resolvedBounds,
  waitFor,
} from '../stack/index.ts';
import { asText, type Watched, waitForMessage } from './messages.ts';
import type { Timeline } from './timeline.ts';

export const ALERT_NAME = 'TooManyRequests';

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
export const MARGIN = 20;

/** One alert on its way: which stack, how long things may take, and where to write what happens. */
export interface Journey {
  stack: Watched;
  timing: AlertTiming;
  timeline: Timeline;
  /** Messages up to this id were there before. */
  lastMessageId: number;
  signal?: AbortSignal | undefined;
  /** What happens as soon as the alert is pending, and nobody has been told. */
  whenPending?: ((timeline: Timeline) => Promise<void>) | undefined;
}

/** Waits for an alert that is not pending, not firing, and for targets that all answer. */
export async function waitForQuiet(stack: Watched, timing: AlertTiming, signal?: AbortSignal) {
  await waitFor({
    what: `all targets to be up and ${ALERT_NAME} to be inactive`,
    withinSeconds: resolvedBounds(timing).most + MARGIN,
    look: async () => ({
      targets: (await stack.prometheus.targets()).map(({ health }) => health),
      alert: await stack.alert(ALERT_NAME).state(),
    }),
    until: ({ targets, alert }) => alert.state === 'inactive' && targets.every((h) => h === 'up'),
    signal,
  });
}

/**
 * Follows the alert from the first request to the message in the inbox.
 *
 * @returns seconds from crossing the threshold to the arrival, both by the containers' clock
 */
export async function followToMessage(journey: Journey, rate: number): Promise<number> {
  const { stack, timing, timeline, signal } = journey;
  const { most } = messageBounds(timing);
  const start = await stack.prometheus.now();
  const alert = stack.alert(ALERT_NAME);
  const expression = await alert.expression();

  await waitFor({
    what: `the request rate to rise above ${timing.threshold} per second`,
    withinSeconds: crossingLimit(timing, rate) + MARGIN,
    look: () => stack.prometheus.query(expression),
    until: (series) => series.length > 0,
    signal,
  });
  timeline.add(
    'threshold crossed',
    localized(
      `more than ${timing.threshold} requests/s over ${timing.window} s`,
      `${timing.window} 秒內平均每秒超過 ${timing.threshold} 個請求`,
    ),
  );

  await waitForState(journey, ['pending', 'firing'], most);
  timeline.add(
    'pending',
    localized(
      `${ALERT_NAME} must hold for ${timing.holdFor} s`,
      `${ALERT_NAME} 必須持續成立 ${timing.holdFor} 秒`,
    ),
  );
  await journey.whenPending?.(timeline);
  await waitForState(journey, ['firing'], most);
  timeline.add(
    'firing',
    localized(
      `Alertmanager collects for ${timing.groupWait} s before it sends`,
      `Alertmanager 先收集 ${timing.groupWait} 秒再送出`,
    ),
  );

  const message = await waitForMessage(journey, `FIRING: ${ALERT_NAME}`, most + MARGIN);
  timeline.add('message', asText(message));
  const arrival = Date.parse(message.receivedAt) / 1_000;
  return arrival - (await alert.crossedAt(start, arrival));
}

/** @returns seconds from now, the end of the load, to the resolved message */
export async function followToResolved(journey: Journey): Promise<number> {
  const began = journey.timeline.now();
  const { most } = resolvedBounds(journey.timing);
  const message = await waitForMessage(journey, `RESOLVED: ${ALERT_NAME}`, most + MARGIN);
  journey.timeline.add('resolved', asText(message));
  return journey.timeline.now() - began;
}

/** Waits for a message of the second alert, which travels as the first one does. */
export async function followErrors(journey: Journey, status: 'FIRING' | 'RESOLVED'): Promise<void> {
  const bounds = status === 'FIRING' ? messageBounds : resolvedBounds;
  const most = bounds(journey.timing).most + MARGIN;
  const message = await waitForMessage(journey, `${status}: TooManyErrors`, most);
  journey.timeline.add(status === 'FIRING' ? 'message' : 'resolved', asText(message));
}

function waitForState({ stack, signal }: Journey, states: string[], most: number) {
  return waitFor({
    what: `${ALERT_NAME} to be ${states.join(' or ')}`,
    withinSeconds: most + MARGIN,
    look: () => stack.alert(ALERT_NAME).state(),
    until: ({ state }) => states.includes(state),
    signal,
  });
}
