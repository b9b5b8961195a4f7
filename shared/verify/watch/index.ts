import { describeNext, Fault } from '../../engine/index.ts';
import { explanation, localized } from '../../language.ts';
import { prepare, type Verdict, type VerifyEvent, type VerifyOptions } from '../runner/index.ts';
import { Containers } from './containers.ts';
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
      if ('verdict' in event) {
        const time = new Date().toLocaleTimeString();
        const { contentHash } = event.verdict;
        // An editor reads them; to a person they say once more what stands above.
        const marks = process.env.WORKSHOP_MARKS ? marksOf(event.verdict) : [];
        const waiting = localized(
          `judged ${contentHash}, waiting for the next save …`,
          `已驗證 ${contentHash}，等待下一次存檔 …`,
        );
        yield { notice: `\n${[...marks, `${time}  ${waiting}`].join('\n')}\n` };
      } else if (saves.hasMore()) {
        return yield {
          notice: localized('Saved again; judging again.\n', '又存了檔；重新驗證。\n'),
        };
      }
    }
  }
}

/**
 * A line for each failure, in the form that editors know: "steps/01-app/docker-compose.yaml:23: ✗ …". The problem matcher
 * of .vscode/tasks.json reads it.
 */
const marksOf = ({ directory, results }: Verdict): string[] =>
  results.flatMap(({ title, finding, more }) => {
    if (!finding) return [];
    const { where, expected, actual } = finding;
    const [, path = where, line = 1] = where.match(/^(.+?)(?::(\d+)| \(.*\))$/) ?? [];
    const meaning = explanation(more) ?? finding.hint;
    const message = `${title}. expected: ${expected}; actual: ${actual}. ${meaning}`;
    return `${directory}/${path}:${line}: ✗ ${message.replaceAll(/\s+/g, ' ')}`;
  });
