import {
  type Dashboard,
  listIn,
  provisioned,
  readDashboards,
  records,
} from '../../verify/expect/grafana/index.ts';
import { expectThat, isRecord, type StepUnderTest } from '../../verify/files/index.ts';

/** Grafana's own data sources, such as the one that keeps annotations. */
const BUILT_IN = /^(-- (Grafana|Mixed|Dashboard) --|grafana|default)$/;

/** Every data source that a dashboard names is provisioned, built in, or a variable of the dashboard. @throws CheckFailure */
export function expectKnownSources(step: StepUnderTest): void {
  const provided = provisioned(step, 'datasources').flatMap(({ value }) => [value.uid, value.name]);
  for (const dashboard of readDashboards(step)) {
    const known = [...provided, ...dataSourceVariables(dashboard)];
    for (const { title, where, source } of namedSources(dashboard)) {
      expectThat(known.includes(source) || BUILT_IN.test(String(source ?? 'default')), {
        expected: `${title} to name the uid prometheus`,
        actual: `"${source}"`,
        where,
        hint: 'A panel finds its data source by the uid that the provisioning file gives it. Upper and lower case count.',
      });
    }
  }
}

/** Every place of a dashboard that may name a data source, by uid or, as older ones do, by name. */
function* namedSources({ panels, value, where }: Dashboard) {
  for (const { title, value, where } of panels) {
    yield { title: `"${title}"`, where: where('datasource', 'uid'), source: sourceOf(value) };
    for (const [index, target] of records(value.targets).entries()) {
      const place = where('targets', index, 'datasource', 'uid');
      yield { title: `"${title}"`, where: place, source: sourceOf(target) };
    }
  }
  for (const kind of ['annotations', 'templating']) {
    for (const [index, entry] of listIn(value[kind]).entries()) {
      const place = where(kind, 'list', index, 'datasource', 'uid');
      yield { title: `"${entry.name}" below ${kind}`, where: place, source: sourceOf(entry) };
    }
  }
}

const sourceOf = ({ datasource }: Record<string, unknown>): unknown =>
  isRecord(datasource) ? datasource.uid : datasource;

/** "${source}" for each variable of the dashboard that lets one choose a data source. */
const dataSourceVariables = ({ value }: Dashboard): string[] =>
  listIn(value.templating)
    .filter(({ type }) => type === 'datasource')
    .flatMap(({ name }) => [`\${${name}}`, `$${name}`]);
