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

/** A wrong rule, and the test that must notice it. */
interface Mutant {
  what: string;
  expr: string;
  /** How the name of the test is likely to read. */
  test: RegExp;
  hint: string;
}

function mutants(step: StepUnderTest): Mutant[] {
  const [long, short] = PAGE.windows.map((window) => indicator(step, window).record);
  const limit = PAGE.factor * BUDGET;
  const expr = burnAlert(step, PAGE).get('expr');
  return [
    {
      what: 'looks at the five minutes alone, and so fires for a blip',
      expr: `(${expr}) or (${short} > ${limit} and ${long} < ${limit})`,
      test: /name:.*blip/i,
      hint: 'Let an hour of good answers come first. Then look while the bad ones are still among the last five minutes.',
    },
    {
      what: 'does not ask how many requests came, and so fires for one failure among three',
      expr: `${long} > ${limit} and ${short} > ${limit}`,
      test: /name:.*three/i,
      hint: 'A rate compares samples: let the counters grow, from 0 to 2 and to 1. Look within five minutes, because later the short window holds no request, and this rule is silent as well.',
    },
    {
      what: 'fires without traffic',
      expr: `(${expr}) or (vector(1) unless on () ${long} >= 0)`,
      test: /name:.*(no|without any) (traffic|request)/i,
      hint: 'Let the counters stand still, and look when they have done so for more than an hour.',
    },
  ];
}

/** What to look at first, by which side of a failed comparison is empty. */
const EMPTY: Record<string, string> = {
  exp: 'exp is what the test expects: nothing. got is what your rules raise. Which is wrong? Count how many requests your test sends in the hour, and which share of them is bad.',
  got: 'exp is what the test expects, got is what your rules raise: nothing. A test has only the series that it lists, so a rule that asks for another one finds nothing.',
};

async function expectUnitTests(step: StepUnderTest): Promise<void> {
  const folder = readSettings(step, 'prometheus').containerPath.replace(/\/[^/]*$/, '');
  const run = `promtool test rules $(find ${folder} -name '*.test.y*ml') && echo passed; echo "end of run"`;
  const wrong = mutants(step);
  const changed = wrong.map(({ expr }) => `${writing(rulesWith(step, PAGE.name, expr))}\n${run}`);
  const reports = (await toolShell(step, 'prometheus', [run, ...changed].join('\n'))).split(
    /^end of run$/m,
  );
  const [own = '', ...others] = reports.map((report) => report.trim());
  const [, name = PAGE.name] = own.match(/^ *name: (.*?),? *$/m) ?? [];
  const [, empty = ''] = own.match(/\b(exp|got):\[\]/) ?? [];
  expectThat(own.endsWith('passed'), {
    expected: `promtool test rules ${folder}/*.test.yaml to pass`,
    // The other file's tests pass, which says nothing about these.
    actual: own
      .replaceAll(/^ *SUCCESS$/gm, '')
      .trim()
      .slice(0, 1_500),
    where: placeOfTests(step, [new RegExp(name.replaceAll(/[^\w[\]: ]/g, '.'))]),
    hint:
      EMPTY[empty] ??
      'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
  });
  for (const [index, { what, test, hint }] of wrong.entries()) {
    expectThat(!others[index]?.endsWith('passed'), {
      expected: `a unit test that fails when ${PAGE.name} ${what}`,
      actual: 'all tests pass',
      where: placeOfTests(step, [test, /TODO: prove/, /^tests:/]),
      hint,
    });
  }
}

/** The line of the first pattern that a test of this step's alert has. */
function placeOfTests(step: StepUnderTest, patterns: RegExp[]): string {
  const path = step.files
    .all('prometheus')
    .find((it) => /\.test\.ya?ml$/.test(it) && step.files.text(it).includes(PAGE.name));
  if (!path) return 'prometheus/slo-rules.test.yaml (missing)';
  const places = patterns.map((pattern) => step.files.find(path, pattern));
  return places.find((place) => place !== path) ?? path;
}
