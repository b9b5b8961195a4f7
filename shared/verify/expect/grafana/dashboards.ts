import {
  asList,
  CheckFailure,
  fail,
  hostPath,
  isRecord,
  orNone,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../files/index.ts';
import { filesIn, grafanaService, provisioned } from './provisioning.ts';

export type Json = Record<string, unknown>;

export interface Dashboard {
  path: string;
  value: Json;
  /** False for the dashboard about Prometheus itself, which comes with the step. */
  own: boolean;
  /** "grafana/dashboards/web.json:12" of a place in it. */
  where(...place: YamlPath): string;
  panels: Panel[];
  /** What its annotations and variables ask. */
  others: Query[];
}

export interface Panel {
  title: string;
  value: Json;
  /** The collapsed row that holds it, or "". */
  row: string;
  needsQuery: boolean;
  /** As in fieldConfig; "" where there is none. */
  unit: string;
  where(...place: YamlPath): string;
  queries: Query[];
}

/** A PromQL expression. */
export interface Query {
  /** Of the panel, or "annotation …", "variable …". */
  title: string;
  expression: string;
  where: string;
}

/** The uid of the dashboard that comes with the step. */
const GIVEN = 'prometheus-server';

const WITHOUT_QUERY = /^(row|text|dashlist|news|annolist|alertlist|welcome|gettingstarted)$/;

/** The step's folder whose JSON files become dashboards, and its files. */
export function dashboardFiles(step: StepUnderTest): { folder: string; files: string[] } {
  const grafana = grafanaService(step);
  // None when their file is wrong, which another check reports.
  const providers = orNone(() => provisioned(step, 'dashboards')) ?? [];
  const mounted = providers.flatMap(({ value: { options } }) =>
    grafana && isRecord(options)
      ? (hostPath(grafana, String(options.path ?? options.folder)) ?? [])
      : [],
  );
  const files = [...new Set(mounted.flatMap((path) => filesIn(step, path, /\.json$/)))];
  const folder = files.length > 0 ? (mounted[0] ?? '') : 'grafana/dashboards';
  return { folder, files: files.length > 0 ? files : filesIn(step, folder, /\.json$/) };
}

/** @throws CheckFailure with the line of the first file that is not JSON, or no object */
export const readDashboards = (step: StepUnderTest): Dashboard[] =>
  step.once('dashboards', () =>
    dashboardFiles(step).files.map((path) => readDashboard(step, path)),
  );

/** Their paths, as a report names what is there instead of another one. */
export const dashboardPaths = (step: StepUnderTest): string =>
  readDashboards(step)
    .map(({ path }) => path)
    .join(', ') || 'no dashboards';

function readDashboard(step: StepUnderTest, path: string): Dashboard {
  const value = step.files.json(path);
  if (!isRecord(value)) {
    fail({
      expected: 'a dashboard: { "uid": …, "title": …, "panels": [ … ] }',
      actual: JSON.stringify(value).slice(0, 60),
      where: `${path}:1`,
      hint: 'A dashboard is one JSON object. Copy all of it, from the first { to the last }.',
    });
  }
  let lines: YamlFile | undefined;
  const where = (...place: YamlPath): string => {
    lines ??= readLines(step, path);
    return lines.where(place);
  };
  return {
    path,
    value,
    own: value.uid !== GIVEN,
    where,
    panels: [...panelsIn(value, where, '', []), ...panelsInRows(value, where)],
    others: [...annotationQueries(value, where), ...variableQueries(value, where)],
  };
}

/** @throws CheckFailure when a key is there twice: JSON takes the last one, and says nothing */
function readLines({ files }: StepUnderTest, path: string): YamlFile {
  // JSON is YAML, too, whose parser knows the lines. Only its indentation must not be tabs.
  const text = files.text(path).replaceAll('\t', '  ');
  try {
    return files.yaml(path, text);
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    return fail({
      expected: 'each key once between { and }',
      actual: 'a key that is there twice',
      where: error.finding.where,
      hint: 'Of two entries with the same key Grafana takes the last one, and says nothing about the other. Give it its own name, or leave one.',
    });
  }
}

/** All panels, those in collapsed rows too, in the order of the file. */
function panelsIn(holder: Json, find: Dashboard['where'], row: string, above: YamlPath): Panel[] {
  return records(holder.panels).flatMap((value, index) => {
    const place: YamlPath = [...above, 'panels', index];
    const where = (...inner: YamlPath) => find(...place, ...inner);
    const title = String(value.title || `panel ${value.id}`);
    const panel: Panel = {
      title,
      value,
      row,
      unit: unitOf(value),
      needsQuery: !WITHOUT_QUERY.test(String(value.type)) && !value.libraryPanel,
      where,
      queries: records(value.targets).flatMap(({ expr, hide }, at) =>
        expr && hide !== true ? query(title, String(expr), () => where('targets', at, 'expr')) : [],
      ),
    };
    return [panel, ...panelsIn(value, find, `${index}`, place)];
  });
}

/** Before Grafana 5 a dashboard was a list of rows. Grafana still finds places for their panels. */
const panelsInRows = ({ rows }: Json, find: Dashboard['where']): Panel[] =>
  records(rows).flatMap((row, index) =>
    panelsIn(row, find, '', ['rows', index]).map((panel, at) => ({
      ...panel,
      row: `${index} ${at}`,
    })),
  );

/** Panels of older kinds have their unit elsewhere. */
function unitOf({ fieldConfig, yaxes, format }: Json): string {
  const config = fieldConfig as { defaults?: { unit?: unknown } } | undefined;
  return String(config?.defaults?.unit ?? records(yaxes)[0]?.format ?? format ?? '');
}

function annotationQueries({ annotations }: Json, where: Dashboard['where']): Query[] {
  return listIn(annotations).flatMap(({ name, expr, target }, index) => {
    const inner = isRecord(target) ? target.expr : undefined;
    const expression = inner ?? expr;
    if (typeof expression !== 'string') return [];
    const place = inner === undefined ? ['expr'] : ['target', 'expr'];
    return query(`annotation ${name}`, expression, () =>
      where('annotations', 'list', index, ...place),
    );
  });
}

function variableQueries({ templating }: Json, where: Dashboard['where']): Query[] {
  return listIn(templating).flatMap((variable, index) => {
    const text = String(isRecord(variable.query) ? variable.query.query : variable.query);
    // label_values(up, job) and query_result(up) ask for series; label_names() and metrics() for names alone.
    const [, labelled, plain] =
      text.match(/^\s*(?:label_values\((.*),[^,]*\)|query_result\((.*)\))\s*$/s) ?? [];
    const expression = labelled ?? plain;
    if (variable.type !== 'query' || expression === undefined) return [];
    return query(`variable ${variable.name}`, expression, () =>
      where('templating', 'list', index, 'query'),
    );
  });
}

/** Finding the line takes longer than reading the file, so it is done only when a check fails. */
const query = (title: string, expression: string, find: () => string): Query => ({
  title,
  expression,
  get where() {
    return find();
  },
});

/** The objects of a list; none when it is no list. */
export const records = (list: unknown): Json[] => asList(list).filter(isRecord);

/** The entries below `annotations` or `templating`. */
export const listIn = (holder: unknown): Json[] => records(isRecord(holder) ? holder.list : []);
