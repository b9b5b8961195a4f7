import { expectThat, readSettings, type StepUnderTest } from '../../files/index.ts';
import { rulesWith } from '../alert-rules.ts';
import { writing } from '../promtool.ts';
import { toolShell } from './tool.ts';

/** A wrong rule that the step's own tests must notice. */
export interface Mutant {
  alert: string;
  expr: string;
  /** What is wrong about it: "fires for a blip". */
  what: string;
}

/** Where a test file says something: the line of a text, by which a failure is to be fixed. */
export interface TestPlaces {
  /** For a test that fails, where promtool names none. */
  first: string;
  /** For a test that is missing, or cannot fail. */
  missing: RegExp;
}

/**
 * The unit tests of the step pass with its own rules; with each of the wrong ones a test fails.
 *
 * @throws CheckFailure
 */
export async function expectUnitTests(
  step: StepUnderTest,
  mutants: Mutant[],
  places: TestPlaces,
): Promise<void> {
  const folder = readSettings(step, 'prometheus').containerPath.replace(/\/[^/]*$/, '');
  const testing = (files: string) =>
    `promtool test rules ${files} && echo passed; echo "end of run"`;
  const all = `$(find ${folder} -name '*.test.y*ml')`;
  const changed = mutants.map(({ alert, expr }) => {
    const about = `$(find ${folder} -name '*.test.y*ml' -exec grep -l ${alert} {} +)`;
    return `${writing(rulesWith(step, alert, expr))}\n${testing(about)}\n${writing(ownRules(step))}`;
  });
  const script = [testing(all), ...changed].join('\n');
  const reports = (await toolShell(step, 'prometheus', script)).split(/^end of run$/m);
  const [own = '', ...others] = reports.map((report) => report.trim());
  const [, name] = own.match(/^ *name: (.*?),? *$/m) ?? [];
  const alert = mutants[0]?.alert ?? '';
  expectThat(own.endsWith('passed'), {
    expected: `promtool test rules ${folder}/*.test.yaml to pass`,
    actual: own.slice(0, 1_500),
    where: placeOf(step, alert, new RegExp(escaped(name ?? places.first))),
    hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
  });
  for (const [index, { alert, what }] of mutants.entries()) {
    expectThat(!others[index]?.endsWith('passed'), {
      expected: `a unit test that fails when ${alert} ${what}`,
      actual: 'all tests pass',
      where: placeOf(step, alert, places.missing),
      hint: 'A test that cannot fail proves nothing. Give it samples for which a right rule and this wrong one differ, look at a minute at which they do, and say that nothing fires.',
    });
  }
}

/** The rule files as they are. */
const ownRules = (step: StepUnderTest): Record<string, string> => rulesWith(step, '', '');

/** The line of the first test file about an alert that says something, else the file. */
function placeOf(step: StepUnderTest, alert: string, text: RegExp): string {
  const paths = step.files.all('prometheus').filter((path) => /\.test\.ya?ml$/.test(path));
  const path = paths.find((it) => step.files.text(it).includes(alert)) ?? paths[0];
  return path ? step.files.find(path, text) : 'prometheus (no *.test.yaml)';
}

const escaped = (text: string): string => text.replaceAll(/[^\w\\[\]: ]/g, '.');
