import { join } from 'node:path';
import { describe, it, type RunnerTestCase } from 'vitest';
import { ensureImages, whyNot } from '../images/index.ts';
import { build } from '../lessons/index.ts';
import { ROOT } from '../root.ts';
import { CheckSkipped, StepUnderTest } from '../verify/files/index.ts';
import { computeVerdict, describeResult, loadDefinition, stepNumber } from '../verify/index.ts';
import type { Result } from '../verify/runner/index.ts';
import { type Fixture, readFixtures } from './fixtures.ts';
import { layOut } from './lay-out.ts';
import { messagesFile, readMessages } from './messages.ts';

/** A step's own program may need seconds of computing, and the machine may be busy. */
const LIMIT_MS = 240_000;

/** A machine that stalls for a second may spoil one judgement of a load; the reporter says what was judged twice. */
export const ONCE_MORE = { timeout: LIMIT_MS, retry: 1 };

/** Registers the proof for one step: each named answer gets exactly the verdict that is recorded for it. */
export function proveAnswers(step: string, { live }: { live: boolean }): void {
  const fixtures = readFixtures(step).filter((fixture) => (fixture.live !== false) === live);
  const named = (kind: Fixture['kind']) =>
    fixtures.filter((fixture) => fixture.kind === kind).map((it) => [it.name, it] as const);

  // All suites side by side, so that none waits for the slowest answer of another.
  describe.concurrent(`Proof of ${step}`, () => {
    describe('wrong', () => {
      it.concurrent.for(named('wrong'))(
        '%s gets its recorded message',
        ONCE_MORE,
        async ([name, fixture], { expect, skip, signal, task }) => {
          const missing = await whyMissing(fixture);
          if (missing) skip(missing);
          const results = await judge(fixture, signal, task);
          // CI may not record it, and what it requires was not available where it was made.
          if (
            fixture.requires &&
            process.env.CI &&
            !readMessages(join(ROOT, messagesFile(fixture))).has(name)
          )
            skip('its message has never been recorded');

          expect(idsOf(results, 'failed')).toEqual(fixture.fails);
          await expect(asLearnersSeeIt(results)).toMatchFileSnapshot(
            `${join(ROOT, messagesFile(fixture))}#${name}`,
          );
        },
      );
    });

    describe.skipIf(named('right').length === 0)('right', () => {
      it.concurrent.for(named('right'))(
        '%s passes',
        ONCE_MORE,
        async ([, fixture], { expect, signal, task }) => {
          const results = await judge(fixture, signal, task);

          expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
          expect(idsOf(results, 'passed').length).toBeGreaterThan(1);
        },
      );
    });
  });
}

const idsOf = (results: Result[], outcome: Result['outcome']): string[] =>
  results.filter((result) => result.outcome === outcome).map(({ id }) => id);

/** Why the server that an answer requires cannot run here; undefined where it can, or where it must be there. */
async function whyMissing({ requires, step }: Fixture): Promise<string | undefined> {
  const isAMust = requires === 'grafana' && process.env.REQUIRE_GRAFANA === '1';
  if (!requires || isAMust) return undefined;
  const solution = new StepUnderTest(join(ROOT, 'solutions', step));
  const [image] = await ensureImages([String(solution.compose().service(requires).image)]);
  return (
    image?.unavailable && new CheckSkipped(`${requires}-image`, { reason: whyNot(image) }).message
  );
}

/** Many answers hold the same program; what it does is looked at once. */
const shared = new Map<string, unknown>();

/** What spoiled a judgement must not be believed again, so those that are judged once more look once more, together. */
const onceMore = new Map<string, unknown>();

/** @param signal ends it, and removes its containers */
async function judge(fixture: Fixture, signal: AbortSignal, { result }: RunnerTestCase) {
  using laidOut = layOut(fixture);
  const verdict = await computeVerdict({
    number: stepNumber(fixture.step),
    dir: laidOut.directory,
    static: fixture.live !== true,
    also: fixture.live ? ['local', 'tool'] : ['local'],
    shared: result?.retryCount ? onceMore : shared,
    // The time of the first try is not that of the second one.
    signal: signal.aborted ? undefined : signal,
  });
  return verdict.results;
}

/** The failed checks, without times, the name of the temporary folder and the link, which follows from the id. */
function asLearnersSeeIt(results: Result[]): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  return `${failed
    .map(({ more: _, ...result }) => describeResult(result))
    .join('\n')
    .replaceAll(/\/\S*\/answer-[^/\s]*\/steps\//g, 'steps/')}\n`;
}

/** How many tasks the lesson of a step has, and the numbers that its checks name, without repetition. */
export async function tasksJudged(step: string): Promise<{ count: number; judged: number[] }> {
  const { lessons } = await build(ROOT);
  const { checks } = await loadDefinition(step);
  const numbers = checks.flatMap(({ task }) => task ?? []);
  const judged = [...new Set(numbers)].sort((a, b) => a - b);
  return { count: lessons.find(({ name }) => name === step)?.tasks.length ?? 0, judged };
}

/** The checks of a step that no wrong answer makes fail. */
export async function idleChecks(step: string): Promise<string[]> {
  const { checks } = await loadDefinition(step);
  const failing = new Set(readFixtures(step).flatMap(({ fails }) => fails));
  return checks.map(({ id }) => id).filter((id) => !failing.has(id));
}

/** Recorded messages of answers that are gone or stand in another topic, as `file: name`. */
export function strayMessages(step: string): string[] {
  const wrong = readFixtures(step).filter(({ kind }) => kind === 'wrong');
  const expected = wrong.map((fixture) => `${messagesFile(fixture)}: ${fixture.name}`);
  const files = [...new Set(readFixtures(step).map(messagesFile))];
  const recorded = files.flatMap((file) =>
    [...readMessages(join(ROOT, file)).keys()].map((name) => `${file}: ${name}`),
  );
  return recorded.filter((message) => !expected.includes(message));
}
