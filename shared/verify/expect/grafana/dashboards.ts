import { fail, parseYaml, type StepUnderTest, type YamlPath } from '../../files/index.ts';
import { filesIn, grafanaService, hostPath, isRecord, provisioned } from './files.ts';
import type { Dashboard, Json, Panel } from './model.ts';
import { otherQueries } from './other-queries.ts';

export type { Dashboard, Panel, Query } from './model.ts';

/** The dashboard about Prometheus itself, which comes with the step. */
const GIVEN = 'prometheus-server';

/** Panels that need no query. */
const WITHOUT_QUERY = /^(row|text|dashlist|news|annolist|alertlist|welcome|gettingstarted)$/;

/** The step's folder whose JSON files become dashboards, and its files. */
export function dashboardFiles(step: StepUnderTest): { folder: string; files: string[] } {
  const grafana = grafanaService(step);
  const mounted = providers(step).flatMap(({ value: { options } }) =>
    grafana && isRecord(options) ? (hostPath(grafana, String(options.path)) ?? []) : [],
  );
  const files = mounted.flatMap((path) => filesIn(step, path, /\.json$/));
  const folder = files.length > 0 ? (mounted[0] ?? '') : 'grafana/dashboards';
  return { folder, files: files.length > 0 ? files : filesIn(step, folder, /\.json$/) };
}

/** None when their file is wrong, which another check reports. */
function providers(step: StepUnderTest): ReturnType<typeof provisioned> {
  try {
    return provisioned(step, 'dashboards');
  } catch {
    return [];
  }
}

/** @throws CheckFailure with the line of the first file that is not JSON, or no object */
export const readDashboards = (step: StepUnderTest): Dashboard[] =>
  step.once('dashboards', () =>
    dashboardFiles(step).files.map((path) => readDashboard(step, path)),
  );

function readDashboard(step: StepUnderTest, path: string): Dashboard {
  const value = step.files.json(path);
  if (isRecord(value)) return describe(path, step.files.text(path), value);
  return fail({
    expected: 'a dashboard: { "uid": …, "title": …, "panels": [ … ] }',
    actual: JSON.stringify(value).slice(0, 60),
    where: `${path}:1`,
    hint: 'A dashboard is one JSON object. Copy all of it, from the first { to the last }.',
  });
}

function describe(path: string, text: string, value: Json): Dashboard {
  // JSON is YAML, too, whose parser knows the lines. Only its indentation must not be tabs.
  let lines: ReturnType<typeof parseYaml> | undefined;
  const where = (...place: YamlPath): string => {
    lines ??= parseYaml(path, text.replaceAll('\t', '  '));
    return lines.where(place);
  };
  const panels = panelsOf(value, where, [], '');
  return {
    path,
    value,
    own: value.uid !== GIVEN,
    where,
    panels,
    others: otherQueries(value, where),
  };
}

function panelsOf(holder: Json, where: Dashboard['where'], place: YamlPath, row: string): Panel[] {
  const list = Array.isArray(holder.panels) ? holder.panels.filter(isRecord) : [];
  return list.flatMap((value, index) => {
    const here: YamlPath = [...place, 'panels', index];
    return [describePanel(value, where, here, row), ...panelsOf(value, where, here, `${index}`)];
  });
}

function describePanel(value: Json, where: Dashboard['where'], here: YamlPath, row: string): Panel {
  const config = value.fieldConfig as { defaults?: { unit?: unknown } } | undefined;
  const panel: Panel = {
    title: String(value.title || `panel ${value.id}`),
    value,
    row,
    unit: String(config?.defaults?.unit ?? ''),
    needsQuery: !WITHOUT_QUERY.test(String(value.type)),
    where: (...place) => where(...here, ...place),
    queries: [],
  };
  const targets = Array.isArray(value.targets) ? value.targets : [];
  for (const [index, target] of targets.entries()) {
    if (!target?.expr || target.hide === true) continue;
    panel.queries.push({
      title: panel.title,
      expression: String(target.expr),
      // Looked up only when a check fails: finding lines takes longer than reading the file.
      get where() {
        return panel.where('targets', index, 'expr');
      },
    });
  }
  return panel;
}
