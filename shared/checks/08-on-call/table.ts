import { integrationsOf } from '../../verify/expect/index.ts';
import {
  asList,
  expectThat,
  fail,
  isRecord,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { playTable } from './played.ts';
import { KINDS, settings } from './settings.ts';

const FILE = 'routing.yaml';

/** The learner's own table of alerts and who must get them. */
export const table: Check[] = defineTopic({ kind: 'static', task: 7 }, [
  {
    id: 'table.complete',
    title: 'The cases name every receiver, and what is silenced, what is not, and what waits',
    needs: ['receivers.kinds'],
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

function expectComplete(step: StepUnderTest): void {
  const file = step.files.yaml(FILE);
  const cases = asList(file.value)
    .filter(isRecord)
    .map(({ given, expect }) => ({ given: asList(given), ...(isRecord(expect) && expect) }) as Own);
  const named = cases.flatMap(({ receivers = [] }) => receivers);
  const kinds = named.flatMap((name) => integrationsOf(settings(step), name)).map((it) => it.kind);
  const kind = Object.keys(KINDS).find((it) => !kinds.includes(it));
  const missing = kind
    ? `one that reaches ${KINDS[kind]}`
    : !cases.some((it) => it.inhibited_by)
      ? 'one with inhibited_by'
      : !cases.some((it) => it.given.length > 0 && it.receivers)
        ? 'one with given, whose alert is told all the same'
        : !cases.some((it) => it.muted_by) && 'one with muted_by';
  expectThat(!missing, {
    expected: `among the cases ${missing}`,
    actual: `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}, none like that`,
    where: file.where([]),
    hint: 'A table that says only where alerts go does not notice a rule that silences too much. Write down what must stay silent, and what must not.',
  });
}

/** What a case may hold, as far as it can be known before it is read with care. */
interface Own {
  given: unknown[];
  receivers?: string | string[];
  inhibited_by?: unknown;
  muted_by?: unknown;
}

/** @throws CheckFailure at the first case that comes out differently, with the lines that decided */
async function expectTrue(step: StepUnderTest): Promise<void> {
  const played = await playTable(step, { file: FILE, text: step.files.text(FILE) });
  const wrong = played.find(({ passed }) => !passed);
  if (!wrong) return;
  const { name, where, expected, actual, decidedBy } = wrong;
  const decisions = decidedBy.map((it) => `\n${it.where}: ${it.what}`);
  fail({
    expected: `${name}: ${expected}`,
    actual: `${actual}${decisions.join('')}`,
    where,
    hint: 'One of the two is wrong: the table, or the settings. Ask which of them says what you want.',
  });
}
