import { describeNext, Fault } from '../../engine/index.ts';
import { localized } from '../../language.ts';
import { prepare, type VerifyEvent, type VerifyOptions } from '../runner/index.ts';
import { Containers } from './containers.ts';
import { Marks } from './marks.ts';
import { watchSaves } from './saves.ts';

/**
 * Judges the step, then again on every save, until the signal. The containers stay up in between, and only what a save
 * can have changed is judged again.
 *
 * @throws MachineFault when the first judgement is not possible; later ones are a notice, and the next save is waited for
 */
export async function* watch(
  options: VerifyOptions & { signal: AbortSignal },
): AsyncGenerator<VerifyEvent, void> {
  const { signal } = options;
  const { step, definition, judge } = await prepare({ ...options, keep: true });
  const containers = new Containers(step, definition, signal);
  const saves = await watchSaves(step.files.directory);
  const marks = process.env.WORKSHOP_MARKS ? new Marks(step.files) : undefined;
  try {
    yield* judgeSaved();
    for (;;) {
      await containers.startStopped();
      const paths = await saves.next(signal);
      signal.throwIfAborted();
      containers.saved(paths);
      try {
        yield* judgeSaved();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        yield {
          notice: `\n${error.message}\n\n${describeNext(error)}\n${localized('Then save again.', '然後再存一次檔。')}\n`,
        };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await saves.close();
    await step.remove();
  }

  async function* judgeSaved(): AsyncGenerator<VerifyEvent, void> {
    for await (const event of judge(containers)) {
      yield event;
      if ('result' in event) containers.results.store(event.result);
      const lines = (await marks?.after(event)) ?? [];
      if ('verdict' in event) {
        const time = new Date().toLocaleTimeString();
        const { contentHash } = event.verdict;
        const waiting = localized(
          `judged ${contentHash}, waiting for the next save …`,
          `已驗證 ${contentHash}，等待下一次存檔 …`,
        );
        yield { notice: `\n${[...lines, `${time}  ${waiting}`].join('\n')}\n` };
      } else if (lines.length > 0) {
        yield { notice: lines.join('\n') };
      } else if (saves.hasMore()) {
        return yield {
          notice: localized('Saved again; judging again.\n', '又存了檔；重新驗證。\n'),
        };
      }
    }
  }
}
