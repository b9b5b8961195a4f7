import { integrationsOf } from '../../verify/expect/index.ts';
import { asList, expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { casesOf, FILE, readTable } from './cases.ts';
import { FIRST_OF_TABLE, outcomes } from './played.ts';
import { inWords, KINDS, placeOfRoute, settings } from './settings.ts';

/** The learner's own table of alerts and who must get them. */
export const table: Check[] = defineTopic({ kind: 'static', task: 7 }, [
  {
    id: 'table.cases',
    title: 'routing.yaml has cases, each with an alert and what must become of it',
    needs: ['alertmanager.file'],
    run: expectCases,
  },
  {
    id: 'table.complete',
    title: 'The cases name every receiver, and what is silenced, what is not, and what waits',
    needs: ['table.cases', 'receivers.kinds'],
    run: expectComplete,
  },
  {
    id: 'table.true',
    title: 'Every case of routing.yaml is what a real Alertmanager does',
    kind: 'tool',
    needs: ['table.complete', 'routes.night', 'inhibition.spares'],
    run: expectTrue,
  },
]);

const KEYS = ['alert', 'while', 'receivers', 'inhibited_by', 'muted_by'];

function expectCases(step: StepUnderTest): void {
  expectThat(step.files.exists(FILE), {
    expected: 'the table of alerts and their receivers',
    actual: 'no such file',
    where: `${FILE} (missing)`,
    hint: 'npm run diff 8 shows what the step had in the beginning.',
  });
  const file = readTable(step);
  for (const [index, it] of asList(file.get(['cases'])).entries()) {
    const place = ['cases', index];
    const keys = Object.keys(Object(it));
    const unknown = keys.find((key) => !KEYS.includes(key));
    const isJudged = keys.includes('receivers') || keys.includes('inhibited_by');
    const hasName = file.get([...place, 'alert', 'alertname']) !== undefined;
    const areLists = ['receivers', 'while'].every(
      (key) => !keys.includes(key) || Array.isArray(file.get([...place, key])),
    );
    if (!unknown && isJudged && hasName && areLists) continue;
    fail({
      expected: unknown
        ? `one of the keys ${KEYS.join(', ')}`
        : 'alert: with alertname among its labels, and receivers: or inhibited_by:',
      actual: unknown ?? (keys.join(', ') || String(it)),
      where: file.where(unknown ? [...place, unknown] : place),
      hint: 'A case is one entry below cases:. alert: is a map of labels with alertname among them, receivers: and while: are lists.',
    });
  }
}

function expectComplete(step: StepUnderTest): void {
  const cases = casesOf(step);
  const file = settings(step);
  const named = cases.flatMap(({ receivers = [] }) => receivers);
  const kinds = named.flatMap((name) => integrationsOf(file, name)).map(({ kind }) => kind);
  const kind = Object.keys(KINDS).find((it) => !kinds.includes(it));
  const missing = kind
    ? `one that reaches ${KINDS[kind]}`
    : !cases.some(({ inhibitedBy }) => inhibitedBy)
      ? 'one with inhibited_by'
      : !cases.some(({ inhibitedBy, others }) => !inhibitedBy && others.length > 0)
        ? 'one with while, whose alert is told all the same'
        : !cases.some(({ mutedBy }) => mutedBy) && 'one with muted_by';
  expectThat(!missing, {
    expected: `among the cases ${missing}`,
    actual: `${cases.length} cases, none like that`,
    where: readTable(step).where(['cases']),
    hint: 'A table that says only where alerts go does not notice a rule that silences too much. Write down what must stay silent, and what must not.',
  });
}

/** @throws CheckFailure at the first case that comes out differently, with the line that decided */
async function expectTrue(step: StepUnderTest): Promise<void> {
  const file = settings(step);
  for (const [index, own] of casesOf(step).entries()) {
    const { receivers = [], inhibitedBy } = (await outcomes(step))[FIRST_OF_TABLE + index] ?? {};
    const muted = receivers.flatMap(({ mutedBy }) => mutedBy)[0];
    const names = receivers.map(({ name }) => name).sort();
    const found: [key: string, expected: unknown, actual: unknown][] = [
      ['inhibited_by', own.inhibitedBy, inhibitedBy?.alertname],
      ['receivers', own.receivers && [...own.receivers].sort().join(', '), names.join(', ')],
      ['muted_by', own.mutedBy, muted],
    ];
    const wrong = found.find(([key, expected, actual]) =>
      key === 'inhibited_by' || expected !== undefined ? expected !== actual : false,
    );
    if (!wrong) continue;
    const [key, expected, actual] = wrong;
    fail({
      expected: `${inWords(own.alert)}: ${key}: ${expected ?? 'nothing'}`,
      actual: `${actual ?? 'nothing'} (${placeOfRoute(file, own.alert)})`,
      where: readTable(step).where([...own.place, ...(expected === undefined ? [] : [key])]),
      hint: 'One of the two is wrong: the table, or the settings. Ask which of them says what you want.',
    });
  }
}
