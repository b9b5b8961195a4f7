import { announce } from '../engine/index.ts';
import { localized } from '../language.ts';
import { messageBounds, resolvedBounds } from '../stack/index.ts';
import type { Watched } from './messages.ts';
import {
  ALERT_NAME,
  followErrors,
  followToMessage,
  followToResolved,
  type Journey,
  waitForQuiet,
} from './observe-alert.ts';
import { type AlertRun, measure } from './report.ts';
import { Timeline } from './timeline.ts';
import { LOAD, underLoad } from './under-load.ts';

export interface RunOptions extends Pick<Journey, 'signal' | 'whenPending'> {
  /** A tenth of the requests fails, so that the second alert comes too. */
  fail: boolean;
  print: (line: string) => void;
  /** Awaited when all is quiet, just before the load begins. */
  beforeLoad?: (() => Promise<void>) | undefined;
}

/** Load fires the alert, the message arrives, the load ends, the alert resolves. */
export async function fireAndResolve(
  stack: Watched,
  { print, fail, beforeLoad, ...options }: RunOptions,
): Promise<AlertRun> {
  const timing = await stack.alert(ALERT_NAME).timing();
  const waiting = localized(
    'Waiting until every target is scraped and no alert is left from before',
    '等待每個目標都被抓取，而且沒有之前留下的告警',
  );
  await announce(waiting, () => waitForQuiet(stack, timing, options.signal));
  await beforeLoad?.();
  const messagesBefore = await stack.inbox.messages();

  print(localized('\nSeconds since the load began:\n', '\n負載開始後的秒數：\n'));
  const timeline = new Timeline(print);
  const lastMessageId = messagesBefore.at(-1)?.id ?? 0;
  const journey: Journey = { stack, timing, timeline, lastMessageId, ...options };
  const [seconds, load] = await underLoad(journey, fail, async () => {
    const crossedToMessage = await followToMessage(journey, LOAD.rate);
    if (fail) await followErrors(journey, 'FIRING');
    return crossedToMessage;
  });
  const resolved = await followToResolved(journey);
  if (fail) await followErrors(journey, 'RESOLVED');

  const thresholdToMessage = measure(seconds, messageBounds(timing));
  const loadEndToResolved = measure(resolved, resolvedBounds(timing));
  return {
    ok: thresholdToMessage.inside && loadEndToResolved.inside,
    ...{ thresholdToMessage, loadEndToResolved, timing, timeline: timeline.events, load },
  };
}
