import { type Dashboard, filledIn, readDashboards } from '../../verify/expect/grafana/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { recordingRules } from './rules.ts';

/** The dashboards that ask for what is recorded, or are called as the lesson says. */
export const sloDashboards = (step: StepUnderTest): Dashboard[] => {
  const records = recordingRules(step).map(({ record }) => record);
  return readDashboards(step).filter(
    ({ path, panels }) =>
      path.endsWith('/slo.json') ||
      panels.some(({ queries }) =>
        queries.some(({ expression }) => records.some((record) => expression.includes(record))),
      ),
  );
};

/** Hours that are played have one sample a minute, and the intervals that Grafana fills in are shorter. */
const INTERVAL = /\$__(?:rate_)?interval\b|\$\{__(?:rate_)?interval\}/g;

/** Every query of these dashboards, with Grafana's variables filled in. */
export const sloQueries = (step: StepUnderTest) =>
  sloDashboards(step).flatMap((dashboard) =>
    dashboard.panels.flatMap((panel) =>
      panel.queries.map((query) => {
        const { title } = query;
        const expression = query.expression.replaceAll(INTERVAL, '5m');
        return {
          ...{ dashboard, panel, query },
          expression: filledIn(step, { title, expression, where: '' }, dashboard),
        };
      }),
    ),
  );
