import { expectThat, readSettings, ruleFiles, type StepUnderTest } from '../../files/index.ts';
import { alertRules, rulesWith } from '../alert-rules.ts';
import { writing } from '../promtool.ts';
import { toolShell } from './tool.ts';

/** A wrong rule, and the test that must notice it. */
export interface Mutant {
  alert: string;
  /** What is wrong about it: "fires for a blip". */
  what: string;
  expr: string;
  /** Words that the name of the test is likely to hold, as a regular expression of JavaScript and of Go: "push|fail". */
  test: string;
  hint: string;
}

/** What to look at first, by which side of a failed comparison is empty. */
const EMPTY: Record<string, string> = {
  exp: 'exp is what the test expects: nothing. got is what your rules raise. Which is wrong? Compute by hand what the rule asks for at that minute.',
  got: 'exp is what the test expects, got is what your rules raise: nothing. A test has only the series that it lists, so a rule that asks for another one finds nothing.',
};

/** Shell lines that do in a copy of a folder what these do in it. Tests may name their rules by the whole path. */
const inCopy = (folder: string, lines: string): string => {
  const copy = `/tmp/wrong${folder}`;
  const copied = `mkdir -p ${copy}; cp -r ${folder}/. ${copy}`;
  const moved = `find ${copy} -type f -exec sed -i 's#${folder}/#${copy}/#g' {} +`;
  return `{ ${copied}; ${moved}\n${lines.replaceAll(folder, copy)}\n}`;
};

/**
 * The unit tests of the step pass with its own rules, and with each wrong rule one of them fails.
 *
 * @param otherwise the file to name where there are no tests
 * @throws CheckFailure
 */
export async function expectUnitTests(
  step: StepUnderTest,
  wrong: Mutant[],
  otherwise: string,
): Promise<void> {
  const { containerPath: settings } = readSettings(step, 'prometheus');
  const folder = settings.replace(/\/[^/]*$/, '');
  const tests = `find ${folder} -name '*.test.y*ml'`;
  const testing = (files: string, runs: string[], then: string) =>
    `files=$(${files}); if [ -z "$files" ] || { ${runs.join(' && ')}; }; then echo passed; ${then}; fi; echo "end of run"`;
  const all = 'promtool test rules $files';
  const ownTests = testing(tests, [all], ':');
  const changed = wrong
    .flatMap(({ alert, expr, test }) => [
      writing(rulesWith(step, alert, expr)),
      // The first one that nothing notices is told, and the others are not. The test of that name is likely to notice it.
      testing(
        `${tests} -exec grep -l ${alert} {} +`,
        [`! promtool test rules --run '(?i)${test}' $files 2>&1 | grep FAILED`, all],
        'exit',
      ),
      // The next one is wrong alone.
      writing(rulesWith(step, '', '')),
    ])
    .join('\n');
  // Side by side where a copy of the folder holds every rule: its owner waits seconds less.
  const isWhole = ruleFiles(step).every((it) => it.containerPath.startsWith(`${folder}/`));
  const script = isWhole
    ? `${inCopy(folder, changed)} > /tmp/wrong.txt 2>&1 &\n${ownTests}\nwait; cat /tmp/wrong.txt`
    : `${ownTests}\n${changed}`;
  const output = await toolShell(step, 'prometheus', script, { [settings]: undefined });
  const reports = output.split(/^end of run$/m);
  const [own = '', ...others] = reports.map((report) => report.trim());
  const placeOf = (alert = '', patterns: RegExp[] = []): string => {
    const path = step.files
      .all('prometheus')
      .find((it) => /\.test\.ya?ml$/.test(it) && step.files.text(it).includes(alert));
    if (!path) return `${otherwise} (missing)`;
    const places = patterns.map((pattern) => step.files.find(path, pattern));
    return places.find((place) => place !== path) ?? path;
  };
  const [, first = wrong[0]?.alert] = own.match(/^ *alertname: (\w+),/m) ?? [];
  const [, name = first] = own.match(/^ *name: (.*?),? *$/m) ?? [];
  const [, empty = ''] = own.match(/\b(exp|got):\[\]/) ?? [];
  expectThat(own.endsWith('passed'), {
    expected: `promtool test rules ${folder}/*.test.yaml to pass`,
    // The other files' tests pass, which says nothing about these.
    actual: own
      .replaceAll(/^ *SUCCESS$/gm, '')
      .trim()
      .slice(0, 1_500),
    where: placeOf(first, [new RegExp(`${name}`.replaceAll(/[^\w[\]: ]/g, '.'))]),
    hint:
      EMPTY[empty] ??
      'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
  });
  for (const [index, { alert, what, test, hint }] of wrong.entries()) {
    const isNoticed = !others[index]?.endsWith('passed');
    if (!isNoticed) expectKnownNames(step);
    expectThat(isNoticed, {
      expected: `a unit test that fails when ${alert} ${what}`,
      actual: 'all tests pass',
      where: placeOf(alert, [new RegExp(`name:.*(${test})`, 'i'), /TODO: prove/, /^tests:/]),
      hint,
    });
  }
}

/** The alert that a test is about. */
const ASKED = /^[ -]*alertname: *["']?(\w+)/gm;

/** @throws CheckFailure when a test asks about an alert that no rule raises: promtool takes it for one that never fires */
function expectKnownNames(step: StepUnderTest): void {
  const names = alertRules(step).map(({ name }) => name);
  for (const path of step.files.all('prometheus').filter((it) => /\.test\.ya?ml$/.test(it)))
    for (const [, name = ''] of step.files.text(path).matchAll(ASKED))
      expectThat(names.includes(name), {
        expected: `the name of a rule: ${names.filter(Boolean).join(', ')}`,
        actual: `alertname: ${name}`,
        where: step.files.find(path, new RegExp(`alertname: *["']?${name}\\b`)),
        hint: 'promtool does not look whether there is such an alert: one that nobody raises is silent in every test.',
      });
}
