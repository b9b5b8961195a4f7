import { rulesWith, writing } from '../../verify/expect/index.ts';
import { toolShell } from '../../verify/expect/play/index.ts';
import { expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { BUDGET, burnAlert, indicator, PAGE } from './rules.ts';

/** The step's own tests of its rules. */
export const unitTests: Check[] = defineTopic({ kind: 'tool', task: 6 }, [
  {
    id: 'rules.unit-tests',
    title: `Your unit tests pass, and fail when ${PAGE.name} is wrong`,
    needs: ['page.texts', 'ticket.texts', 'alerts.little-traffic'],
    run: expectUnitTests,
  },
]);

/** Wrong expressions, each of which the learner's tests must notice, by what is wrong. */
function mutants(step: StepUnderTest): Record<string, string> {
  const [long, short] = PAGE.windows.map((window) => indicator(step, window).record);
  const limit = PAGE.factor * BUDGET;
  const expr = burnAlert(step, PAGE).get('expr');
  return {
    'fires for a blip': `(${expr}) or (${short} > ${limit} and ${long} < ${limit})`,
    'fires for one failure among three requests': `${long} > ${limit} and ${short} > ${limit}`,
    'fires without traffic': `(${expr}) or (vector(1) unless on () ${long} >= 0)`,
  };
}

async function expectUnitTests(step: StepUnderTest): Promise<void> {
  const folder = readSettings(step, 'prometheus').containerPath.replace(/\/[^/]*$/, '');
  const run = `promtool test rules $(find ${folder} -name '*.test.y*ml') && echo passed; echo "end of run"`;
  const wrong = Object.entries(mutants(step));
  const changed = wrong.map(([, expr]) => `${writing(rulesWith(step, PAGE.name, expr))}\n${run}`);
  const reports = (await toolShell(step, 'prometheus', [run, ...changed].join('\n'))).split(
    /^end of run$/m,
  );
  const [own = '', ...others] = reports.map((report) => report.trim());
  const [, name] = own.match(/^ *name: (.*?),? *$/m) ?? [];
  const path = placeOfTests(step, name ?? 'A blip');
  expectThat(own.endsWith('passed'), {
    expected: `promtool test rules ${folder}/*.test.yaml to pass`,
    actual: own.slice(0, 1_500),
    where: path,
    hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
  });
  for (const [index, [what]] of wrong.entries()) {
    expectThat(!others[index]?.endsWith('passed'), {
      expected: `a unit test that fails when ${PAGE.name} ${what}`,
      actual: 'all tests pass',
      where: placeOfTests(step, 'exp_alerts: \\[\\]'),
      hint: 'A test that cannot fail proves nothing. Give it samples for which a right rule and this wrong one differ, look at a minute at which they do, and say that nothing fires.',
    });
  }
}

/** The line of the first test file that says something, else the file. */
function placeOfTests(step: StepUnderTest, text: string): string {
  const paths = step.files.all('prometheus').filter((path) => /\.test\.ya?ml$/.test(path));
  const path = paths.find((it) => step.files.text(it).includes(PAGE.name)) ?? paths[0];
  if (!path) return 'prometheus/slo-rules.test.yaml (missing)';
  return step.files.find(path, new RegExp(text.replaceAll(/[^\w\\[\]: ]/g, '.')));
}
