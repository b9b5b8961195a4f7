import { describeNext, Fault } from '../../engine/index.ts';
import { openSession, type Verdict, type VerifyOptions } from '../runner/index.ts';
import { Containers } from './containers.ts';
import { ResultCache } from './result-cache.ts';
import { watchSaves } from './saves.ts';

/**
 * Judges the step, then again on every save, until the signal. The containers stay up in between, and only what a save
 * can have changed is judged again.
 *
 * @param onVerdict called after each judgement
 * @param say gets what there is to say beside the verdicts
 * @throws MachineFault when the first judgement is not possible; later ones are said, and the next save is waited for
 */
export async function watch(
  options: VerifyOptions & { signal: AbortSignal },
  onVerdict: (verdict: Verdict) => Promise<void>,
  say: (words: string) => void,
): Promise<void> {
  const { signal } = options;
  const session = await openSession({ ...options, keep: true });
  const cache = new ResultCache(session.definition);
  const containers = new Containers(session, cache, signal);
  const saves = await watchSaves(session.step.files.directory);
  const judge = async (): Promise<void> => {
    const verdict = await session.judge({
      earlier: (check) => containers.earlier(check),
      isStale: () => saves.more || signal.aborted,
    });
    cache.keep(verdict.results);
    if (saves.more) return say('Saved again; judging anew.\n');
    if (signal.aborted) return;
    await onVerdict(verdict);
    const time = new Date().toLocaleTimeString();
    say(`\n${time}  judged ${verdict.contentHash}, waiting for the next save …\n`);
  };

  try {
    await judge();
    for (;;) {
      await containers.startStopped();
      const paths = await saves.next(signal);
      if (signal.aborted) return;
      containers.saved(paths);
      await judge().catch(explain);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await saves.close();
    await session.step.remove();
  }

  function explain(error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    say(`\n${error.message}\n\n${describeNext(error)}\nThen save again.\n`);
  }
}
