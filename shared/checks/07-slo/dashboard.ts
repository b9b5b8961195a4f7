import { dashboardPaths } from '../../verify/expect/grafana/index.ts';
import type { Series } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { dashboards } from '../03-grafana/dashboards.ts';
import { panels } from '../03-grafana/panels.ts';
import { describeUnit, expectWrittenAs, OWN_UNIT } from '../03-grafana/units.ts';
import { sloDashboards, sloQueries } from './panels.ts';
import { near, playedStory } from './played.ts';
import { BUDGET, MONTH, PAGE, percent, reach, recordingRules, TICKET, WINDOWS } from './rules.ts';
import { BURNING, QUIET, SLOW, wantedOf } from './story.ts';

/** The dashboard about the objective, by its files and by what its queries return in hours that are played. */
export const dashboard: Check[] = [
  ...defineTopic({ kind: 'static', task: 7, needs: ['slo-dashboard.file'] }, [
    {
      id: 'slo-dashboard.file',
      title: 'A dashboard asks the recorded series',
      needs: ['indicator.names'],
      run(step) {
        expectThat(sloDashboards(step).length > 0, {
          expected: `a dashboard with panels that ask ${recordingRules(step)[0]?.record}, and so on`,
          actual: dashboardPaths(step),
          where: 'grafana/dashboards/slo.json (missing)',
          hint: 'Build it in Grafana with the mouse, then save its JSON as this file; or copy another dashboard and change its title, its uid and its panels.',
        });
      },
    },
    {
      id: 'slo-dashboard.readable',
      title: 'Grafana can read every dashboard',
      async run(step) {
        // As in step 3.
        for (const { run } of [...dashboards, ...panels]) await run(step);
      },
    },
  ]),
  ...defineTopic({ kind: 'tool', task: 7, needs: ['slo-dashboard.queries'] }, [
    {
      id: 'slo-dashboard.queries',
      title: 'Prometheus understands every query of the dashboard, and has data for it',
      needs: ['indicator.history', 'slo-dashboard.readable'],
      run: expectAnswers,
    },
    {
      id: 'slo-dashboard.budget',
      title: 'A panel shows how much of the budget is left',
      run: expectBudget,
    },
    {
      id: 'slo-dashboard.burn',
      title: 'Panels show how fast the budget burns, over all four windows',
      run: expectBurn,
    },
    {
      id: 'slo-dashboard.states',
      title: 'A panel shows the state of both alerts',
      needs: ['slo-dashboard.queries', 'page.burns', 'ticket.burns'],
      run: expectStates,
    },
  ]),
];

type Shown = ReturnType<typeof sloQueries>[number] & {
  /** What it returns at each moment of the story, or why Prometheus cannot say. */
  at: Record<number, Series[] | string>;
};

async function shown(step: StepUnderTest): Promise<Shown[]> {
  const queries = sloQueries(step);
  const { values } = (await playedStory(step)).story;
  return queries.map((query, index) => ({
    ...query,
    at: Object.fromEntries(
      [QUIET, SLOW, BURNING].map((minute, at) => [
        minute,
        values[at * queries.length + index] ?? [],
      ]),
    ),
  }));
}

async function expectAnswers(step: StepUnderTest): Promise<void> {
  for (const { panel, query, expression, at } of await shown(step)) {
    const answer = at[BURNING] ?? [];
    expectThat(typeof answer !== 'string' && answer.length > 0, {
      expected: `numbers in "${panel.title}", while there is traffic`,
      actual: typeof answer === 'string' ? answer : `no data for ${expression}`,
      where: query.where,
      hint: 'A query for a name or a label that does not exist returns nothing, not an error. The names of the recorded series are those in your rules.',
    });
  }
}

const numbersAt = (shown: Shown[], minute: number): number[] =>
  shown.flatMap(({ at }) => {
    const series = at[minute] ?? [];
    return typeof series === 'string' ? [] : series.map(({ value }) => value);
  });

async function expectBudget(step: StepUnderTest): Promise<void> {
  const all = await shown(step);
  const { bad, all: requests, left, mistakes } = wantedOf(SLOW);
  const has = (wanted: number) => (one: Shown) =>
    numbersAt([one], SLOW).some((it) => near(it, wanted) || near(it, 100 * wanted));
  const right = all.filter(has(left));
  if (right.length > 0) {
    expectLater(step, right, left);
    return;
  }
  const mistake = mistakes.find(([, value]) => all.some(has(value)));
  const found = all.find(
    mistake ? has(mistake[1]) : ({ expression }) => reach(step, expression).includes(MONTH),
  );
  const [number = Number.NaN] = found ? numbersAt([found], SLOW) : [];
  fail({
    expected: `${percent(left)}, after 8 hours in which ${bad} of ${requests} requests were bad`,
    actual: found
      ? `"${found.panel.title}" shows ${mistake?.[0] ?? percent(number)}`
      : 'no panel shows it',
    where: found?.query.where ?? sloDashboards(step)[0]?.where('panels') ?? '',
    hint: `What is left is 1 minus the share of bad requests in 30 days divided by the share that may be bad, ${BUDGET}. One division over the whole time: an average of shares counts a quiet hour as much as a busy one.`,
  });
}

/**
 * @param panels that show what is left while requests are slow, and none has failed yet
 * @throws CheckFailure unless one of them counts failures too, with a unit that says what it shows
 */
function expectLater(step: StepUnderTest, panels: Shown[], left: number): void {
  const later = wantedOf(BURNING).left;
  const isShare = (one: Shown) => numbersAt([one], SLOW).some((it) => near(it, left));
  const sharesOf = (one: Shown) =>
    numbersAt([one], BURNING).map((it) => (isShare(one) ? it : it / 100));
  const right = panels.filter((one) => sharesOf(one).some((it) => near(it, later)));
  const blind = right.length > 0 ? undefined : panels[0];
  const [share = Number.NaN] = blind ? sharesOf(blind) : [];
  expectThat(!blind, {
    expected: `${percent(later)}, after 20 more minutes in which all requests failed`,
    actual: `"${blind?.panel.title}" shows ${percent(share)}`,
    where: blind?.query.where ?? '',
    hint: 'A request that failed is bad, however fast: status_code!~"5..".',
  });
  const [first] = right;
  const month = right.some(({ expression }) => reach(step, expression).includes(MONTH));
  expectThat(month, {
    ...{ expected: 'the requests of 30 days: [30d]', actual: first?.expression ?? '' },
    where: first?.query.where ?? '',
    hint: 'The budget is for 30 days. Until the app is as old as its window, a shorter one shows the same; then it forgets.',
  });
  const isFitting = (one: Shown) =>
    OWN_UNIT.test(one.panel.unit) || one.panel.unit === (isShare(one) ? 'percentunit' : 'percent');
  const misread = right.some(isFitting) ? undefined : first;
  expectThat(!misread, {
    expected: '1 with the unit percentunit, or 100 with the unit percent, when all of it is left',
    actual: misread ? `${describeUnit(misread.panel)} in "${misread.panel.title}"` : '',
    where: misread?.panel.where('fieldConfig', 'defaults', 'unit') ?? '',
    hint: 'Grafana has two percent units: percentunit for shares from 0 to 1, and percent for 0 to 100.',
  });
}

async function expectBurn(step: StepUnderTest): Promise<void> {
  const all = await shown(step);
  const { shares } = wantedOf(BURNING);
  for (const [index, window] of WINDOWS.entries()) {
    const share = shares[index] ?? 0;
    const asShare = all.find((one) => numbersAt([one], BURNING).some((it) => near(it, share)));
    const right = all.filter((one) =>
      numbersAt([one], BURNING).some((it) => near(it, share / BUDGET)),
    );
    expectThat(right.length > 0, {
      expected: `${(share / BUDGET).toFixed(1)} for the window of ${window}, when ${percent(share)} of its requests were bad`,
      actual: asShare ? `"${asShare.panel.title}" shows the share itself` : 'no panel shows it',
      where: asShare?.query.where ?? sloDashboards(step)[0]?.where('panels') ?? '',
      hint: `The burn rate says how many times as fast as allowed the budget goes: the recorded share divided by ${BUDGET}. At 1 the budget lasts exactly its 30 days.`,
    });
    expectWrittenAs(step, 'total', right);
  }
}

/** The story goes from quiet to a ticket, and on to a page: the moments before and after each alert begins to fire. */
const TOLD = [
  { alert: TICKET, before: QUIET, after: SLOW },
  { alert: PAGE, before: SLOW, after: BURNING },
];

async function expectStates(step: StepUnderTest): Promise<void> {
  const asked = (await shown(step)).filter(({ expression }) => /\bALERTS\b/.test(expression));
  for (const { alert, before, after } of TOLD) {
    const changes = asked.some(
      ({ at }) => JSON.stringify(at[before]) !== JSON.stringify(at[after]),
    );
    expectThat(changes, {
      expected: `a panel that changes when ${alert.name} fires`,
      actual: asked.length ? 'none does' : 'no panel asks for ALERTS',
      where: asked[0]?.query.where ?? sloDashboards(step)[0]?.where('panels') ?? '',
      hint: 'For each alert that is pending or fires, Prometheus has a series ALERTS, with the labels alertname and alertstate. The dashboard of step 3 has such a panel.',
    });
  }
}
