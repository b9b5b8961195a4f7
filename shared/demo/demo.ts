import { announce, ensureEngine } from '../engine/index.ts';
import { whyNot } from '../images/index.ts';
import { localized } from '../language.ts';
import { messageBounds, resolvedBounds, type Stack, startStack } from '../stack/index.ts';
import {
  ALERT_NAME,
  followErrors,
  followToMessage,
  followToResolved,
  type Journey,
  waitForQuiet,
} from './observe-alert.ts';
import { PASSWORD_FILE, PROJECT_NAME, ROOT, refuseRealSlack } from './place.ts';
import { type DemoReport, measure } from './report.ts';
import { Timeline } from './timeline.ts';
import { LOAD, underLoad } from './under-load.ts';

export interface DemoOptions {
  /** Take the stack down at the end. */
  once: boolean;
  /** A tenth of the requests fails, so that the second alert comes too. */
  fail: boolean;
  /** Where the live timeline goes, line by line. */
  print: (line: string) => void;
  signal: AbortSignal;
  /** Awaited when all is quiet, just before the load begins. */
  beforeLoad?: () => Promise<void>;
}

/**
 * The main job: the finished stack comes up, load fires the alert, the message arrives, the alert resolves.
 *
 * @throws Fault when the machine or a file is in the way; then nothing is left running
 */
export async function demo(options: DemoOptions): Promise<DemoReport> {
  await refuseRealSlack();
  const { version, composeVersion } = await ensureEngine();
  options.print(
    localized(
      `Docker engine ${version}, compose ${composeVersion}`,
      `Docker 引擎 ${version}，compose ${composeVersion}`,
    ),
  );

  const { signal, once } = options;
  const stack = await startStack({
    directory: ROOT,
    name: PROJECT_NAME,
    ports: 'own',
    keep: true,
    signal,
  });
  try {
    const report = await fireAndResolve(stack, options);
    if (once) await remove(stack);
    return report;
  } catch (error) {
    await remove(stack);
    throw error;
  }
}

export const removing = () => localized('Removing the stack', '移除所有容器');
const remove = (stack: Stack) => announce(removing(), () => stack.takeDown());

/** Load, alert, message, resolved, on a stack that is up. */
export async function fireAndResolve(
  stack: Stack,
  { print, signal, once, fail, beforeLoad }: DemoOptions,
): Promise<DemoReport> {
  for (const [service, reason] of stack.leftOut) {
    const why = whyNot({ unavailable: reason });
    print(localized(`Left out: ${service}, because ${why}`, `略過 ${service}，原因：${why}`));
  }
  const timing = await stack.alert(ALERT_NAME).timing();
  const waiting = localized(
    'Waiting until every target is scraped and no alert is left from before',
    '等待每個目標都被抓取，而且沒有之前留下的告警',
  );
  await announce(waiting, () => waitForQuiet(stack, timing, signal));
  await beforeLoad?.();
  const messagesBefore = await stack.inbox.messages();

  print(localized('\nSeconds since the load began:\n', '\n負載開始後的秒數：\n'));
  const timeline = new Timeline(print);
  const lastMessageId = messagesBefore.at(-1)?.id ?? 0;
  const journey: Journey = { stack, timing, timeline, lastMessageId, signal };
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
    thresholdToMessage,
    loadEndToResolved,
    timing,
    timeline: timeline.events,
    load,
    images: stack.images,
    urls: await stack.urls(),
    leftOut: Object.fromEntries(stack.leftOut),
    grafanaPasswordFile: PASSWORD_FILE,
    stackIsUp: !once,
  };
}
