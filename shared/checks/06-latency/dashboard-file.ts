// The file of the dashboard Latency. Until it is there, and right, all that is not about it is judged all the same.
import { basename, dirname } from 'node:path';
import {
  dashboardPaths,
  type Panel,
  readDashboards,
  records,
} from '../../verify/expect/grafana/index.ts';
import { isSinceStart } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { dashboards } from '../03-grafana/dashboards.ts';
import { panels } from '../03-grafana/panels.ts';

/** The dashboards of the steps before. */
const BEFORE = /^(prometheus-server|web-service)$/;
const FILE = 'grafana/dashboards/latency.json';

export const dashboardFile: Check[] = defineTopic(
  { kind: 'static', task: 7, needs: ['dashboard.file'] },
  [
    {
      id: 'dashboard.file',
      title: 'There is one more dashboard, and Grafana can read it',
      needs: ['compose.file'],
      separate: true,
      async run(step) {
        expectOwnNames(step);
        expectThat(latencyDashboards(step).length > 0, {
          expected: 'a dashboard about latency, beside the two of the steps before',
          actual: dashboardPaths(step),
          where: `${FILE} (missing)`,
          hint: 'Build it in Grafana with the mouse, then save its JSON as this file; or write the file by hand. Its uid is its own.',
        });
        // As in step 3.
        for (const { run } of [...dashboards, ...panels]) await run(step);
      },
    },
    {
      id: 'dashboard.rates',
      title: 'Panels ask how fast buckets grow, not how full they are',
      separate: true,
      run(step) {
        const queries = latencyDashboards(step).flatMap(({ panels }) =>
          panels.flatMap((panel) => panel.queries.map((query) => ({ ...query, panel }))),
        );
        const old = queries.find(
          ({ expression }) => expression.includes('_bucket') && isSinceStart(expression),
        );
        expectThat(!old, {
          expected: `rate(…[$__rate_interval]) around the buckets, in "${old?.panel.title}"`,
          actual: `${old?.expression}`,
          where: old?.where ?? '',
          hint: 'A bucket counts since the app started. After a day a slow hour hardly moves what is made of it; rate() makes it speak of the last minute.',
        });
      },
    },
    {
      id: 'dashboard.heatmap',
      title: 'A heatmap asks for buckets, and says so',
      separate: true,
      run(step) {
        const all = latencyDashboards(step).flatMap((dashboard) => dashboard.panels);
        const heatmaps = all.filter(({ value }) => value.type === 'heatmap');
        expectThat(heatmaps.length > 0, {
          expected: 'a panel of the type heatmap',
          actual: 'none',
          where: endOf(step),
          hint: 'A heatmap shows all buckets over time: two kinds of request are two bands, where a quantile is one line in between.',
        });
        const wrong = heatmaps.find((panel) => !isOfBuckets(panel));
        expectThat(!wrong, {
          expected: `"format": "heatmap" in the query of "${wrong?.title}", and no "calculate": true`,
          actual: describeHeatmap(wrong),
          where: wrong?.where('targets', 0, 'format') ?? '',
          hint: 'Prometheus counts cumulatively: each bucket holds those below it, too. Only with the format Heatmap does Grafana take the buckets for what they are; with calculate it would make buckets of the counts.',
        });
      },
    },
  ],
);

/** A file that was copied has another uid and another title than the one it was copied from. @throws CheckFailure */
function expectOwnNames(step: StepUnderTest): void {
  const all = readDashboards(step);
  for (const { path, value, where } of all) {
    if (/^(prometheus|web)\.json$/.test(basename(path))) continue;
    for (const key of ['uid', 'title']) {
      const taken = all.find(
        (other) =>
          other.path !== path &&
          other.value[key] === value[key] &&
          (key === 'uid' || dirname(other.path) === dirname(path)),
      );
      expectThat(!taken, {
        expected: `a ${key} of its own`,
        actual: `"${value[key]}", as in ${taken?.path}`,
        where: where(key),
        hint: 'Grafana finds a dashboard by its uid, people by its title. A file that was copied needs another one of both.',
      });
    }
  }
}

/** Native histograms are buckets by themselves, and have the name alone, without _bucket or _count. */
export const isNative = (query?: { expression: string }): boolean =>
  /\bhttp_request_duration_seconds\b/.test(query?.expression ?? '');

const isOfBuckets = ({ value, queries }: Panel): boolean =>
  !isCalculated(value) &&
  (records(value.targets).some(({ format }) => format === 'heatmap') ||
    queries.some((query) => isNative(query)));

const isCalculated = (value: Panel['value']): boolean =>
  (value.options as { calculate?: unknown } | undefined)?.calculate === true;

function describeHeatmap(panel?: Panel): string {
  if (!panel || isCalculated(panel.value)) return '"calculate": true';
  const [{ format } = {}] = records(panel.value.targets);
  return format === undefined ? 'no format' : `"format": "${format}"`;
}

/** The learner's own. */
export const latencyDashboards = (step: StepUnderTest) =>
  readDashboards(step).filter(({ value }) => !BEFORE.test(String(value.uid)));

/** Where panels that are missing belong. */
export const endOf = (step: StepUnderTest): string =>
  latencyDashboards(step)[0]?.where('panels') ?? `${FILE} (missing)`;
