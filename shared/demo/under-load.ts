import { runLoad } from '../../solutions/05-load-test/load-test/run-load.ts';
import { WrongResult } from '../engine/index.ts';
import { localized } from '../language.ts';
import { crossingLimit, messageBounds } from '../stack/index.ts';
import { type Journey, MARGIN } from './observe-alert.ts';

/** Two and a half times the threshold of the alert, in requests per second. */
export const LOAD = { connections: 10, rate: 50, timeout: 5 };

/** How many of them fail, where the second alert is asked for: twice its threshold of 5 %. */
const FAILING = { connections: 5, rate: 5, timeout: 5 };

/** How often the timeline shows the traffic. Seconds. */
const TRAFFIC_EVERY = 5;

/** What became of the load. */
export interface LoadSummary {
  /** Responses, whatever their status. */
  requests: number;
  /** Requests without a response. */
  errors: number;
  /** Responses with a status other than 200 to 299. */
  non2xx: number;
}

/**
 * Sends load while `work` runs, and stops it when `work` is done.
 *
 * @param failing a tenth of the requests is for /fail
 * @returns what `work` gave, and the load's summary
 */
export async function underLoad<T>(
  { stack, timing, timeline, signal }: Journey,
  failing: boolean,
  work: () => Promise<T>,
): Promise<[T, LoadSummary]> {
  const target = await stack.url('app');
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  const rate = failing ? LOAD.rate - FAILING.rate : LOAD.rate;
  timeline.add(
    'load started',
    localized(
      `${LOAD.rate} requests/s from ${LOAD.connections} connections to ${target}${failing ? `, ${FAILING.rate} of them to /fail` : ''}`,
      `${LOAD.connections} 條連線，每秒 ${LOAD.rate} 個請求送往 ${target}${failing ? `，其中 ${FAILING.rate} 個送往 /fail` : ''}`,
    ),
  );
  // Never longer than the alert may need, whatever happens to this process's other work.
  const duration = Math.ceil(
    crossingLimit(timing, LOAD.rate) + messageBounds(timing).most + 2 * MARGIN,
  );
  const silence = watchSilence(LOAD.timeout);
  const load = Promise.all([
    runLoad(
      { ...LOAD, rate, url: `${target}/`, duration, maxErrors: 0 },
      (seconds, requests, failed) => {
        silence.look(requests - failed);
        if (seconds % TRAFFIC_EVERY === 0)
          timeline.add(
            'traffic',
            localized(
              `${silence.lastSecond} requests/s, ${requests} in all`,
              `每秒 ${silence.lastSecond} 個請求，共 ${requests} 個`,
            ),
          );
      },
      stopped,
    ),
    ...(failing
      ? [runLoad({ ...FAILING, url: `${target}/fail`, duration, maxErrors: 1 }, () => {}, stopped)]
      : []),
  ]);
  const working = work();
  try {
    const result = await Promise.race([working, silence.fell, load.then(() => working)]);
    stop.abort();
    const all = await load;
    const sum = (of: (run: (typeof all)[number]) => number) =>
      all.reduce((total, run) => total + of(run), 0);
    const summary = {
      requests: sum(({ requests }) => requests.total),
      errors: sum(({ errors }) => errors),
      non2xx: sum(({ non2xx }) => non2xx),
    };
    timeline.add(
      'load stopped',
      localized(
        `after ${summary.requests} requests, ${summary.errors} errors`,
        `共 ${summary.requests} 個請求，${summary.errors} 個錯誤`,
      ),
    );
    return [result, summary];
  } finally {
    stop.abort();
    await Promise.allSettled([load]);
    working.catch(() => {});
  }
}

/** Notices an app that stops responding: no good response for so many seconds ends the wait at once. */
function watchSilence(seconds: number) {
  let [total, quiet] = [0, 0];
  let tell: (error: WrongResult) => void = () => {};
  const fell = new Promise<never>((_, reject) => {
    tell = reject;
  });
  fell.catch(() => {});
  return {
    fell,
    /** Good responses of the last second. */
    lastSecond: 0,
    look(good: number) {
      this.lastSecond = good - total;
      quiet = good === total ? quiet + 1 : 0;
      total = good;
      if (quiet < seconds) return;
      tell(
        new WrongResult(
          localized(
            `The app stopped responding under load, after ${good} good responses.`,
            `app 在負載下停止回應；在那之前有 ${good} 個正常的回應。`,
          ),
          localized(
            'npm run demo, and while it runs: docker compose logs --follow app',
            'npm run demo，執行時同時看：docker compose logs --follow app',
          ),
        ),
      );
    },
  };
}
