import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { stringify } from 'yaml';
import { ruleFiles, type StepUnderTest } from '../files/index.ts';
import { parseLabels } from './metrics-text.ts';

/** The address of what promtool is asked to relabel as if it were a target: an alert, or a sample. */
export const TARGET_ADDRESS = 'verify:1';

/** Comes after the relabelling that is asked about: what a target cannot be without, and neither of these has. */
export const TARGET_RELABELLING = [
  { target_label: '__address__', replacement: TARGET_ADDRESS },
  { target_label: '__scheme__', replacement: 'http' },
  { target_label: '__scrape_interval__', replacement: '1m' },
  { target_label: '__scrape_timeout__', replacement: '10s' },
];

/**
 * Words for a shell that print, as JSON, what becomes of the targets of a job. promtool always looks for as long as it is
 * told; on a busy machine it finds nothing in a short time, and then it is told a longer one.
 */
export const discovering = (file: string, job: string): string =>
  `for limit in 300ms 3s; do found=$(promtool check service-discovery --timeout=$limit ${file} "${job}"); case $found in *discoveredLabels*) break;; esac; done; echo "$found"`;

/** Samples that are made up, and what is asked about them at which moments. */
export interface Questions {
  /** Series → its values, in promtool's short form: "0+250x12" counts up by 250, twelve times. */
  series: Record<string, string>;
  alerts?: [alertname: string, at: number][];
  values?: [expression: string, at: number][];
}

/** What was seen, in the order of the questions. */
export interface Played {
  alerts: FiringAlert[][];
  /** The series that an expression returns, or why Prometheus cannot evaluate it. */
  values: (Series[] | string)[];
}

export interface FiringAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A unit test for promtool, which expects what nobody has: promtool then reports what there is. @param unit of the moments */
export const unitTest = (
  { series, alerts = [], values = [] }: Questions,
  interval: string,
  unit: 's' | 'm',
) => ({
  interval,
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  alert_rule_test: alerts.map(([alertname, at]) => ({
    ...{ eval_time: `${at}${unit}`, alertname, exp_alerts: [{ exp_labels: { asked: '?' } }] },
  })),
  promql_expr_test: values.map(([expr, at]) => ({
    ...{ expr, eval_time: `${at}${unit}`, exp_samples: [{ labels: '{asked="?"}', value: 0 }] },
  })),
});

/** What promtool reports about such a test. @throws Error with its own message when the rules do not load */
export function readReport(report: string, { alerts = [], values = [] }: Questions): Played {
  const fired = [...report.matchAll(/got:\[(.*?)\n? *\](?=\n|$)/gs)].map(([, got]) =>
    alertsIn(got),
  );
  const asked = [
    ...report.matchAll(/^ +expr: .*?, time: .*?,\s+(?:err: (.*)|exp: .*\n +got: (.*))$/gm),
  ];
  if (fired.length !== alerts.length || asked.length !== values.length)
    throw new Error(`promtool test rules:\n${report.trim().slice(0, 1_500)}`);
  return { alerts: fired, values: asked.map(([, error, got]) => error ?? seriesIn(got)) };
}

/**
 * Runs the step's rules over samples of every 5 s, with promtool in the container of Prometheus: no waiting for real time.
 *
 * @param at seconds from the first sample
 * @returns the alerts that fire at each of the moments
 */
export async function firingAlerts(
  step: StepUnderTest,
  { alertname, series, at }: { alertname: string; series: Questions['series']; at: number[] },
): Promise<FiringAlert[][]> {
  const alerts = at.map((second): [string, number] => [alertname, second]);
  return (await askPromtool(step, { series, alerts })).alerts;
}

/**
 * Evaluates expressions over such samples, a minute after the first one.
 *
 * @returns the values of each, without labels; none for one that returns nothing or cannot be read
 */
export async function valuesOver(
  step: StepUnderTest,
  series: Questions['series'],
  expressions: string[],
): Promise<number[][]> {
  const asked = expressions.map((expression): [string, number] => [expression, 60]);
  const { values } = await askPromtool(step, { series, values: asked });
  return values.map((found) => (typeof found === 'string' ? [] : found.map(({ value }) => value)));
}

async function askPromtool(step: StepUnderTest, questions: Questions): Promise<Played> {
  const test = stringify({
    rule_files: ruleFiles(step).map(({ containerPath }) => containerPath),
    evaluation_interval: '5s',
    tests: [unitTest(questions, '5s', 's')],
  });
  // Others may ask meanwhile.
  const file = `/tmp/${createHash('sha256').update(test).digest('hex')}.test.yaml`;
  const report = await shell(step, `${writing({ [file]: test })}; promtool test rules ${file}`);
  return readReport(report, questions);
}

/**
 * Runs a line in the shell of a container, which must depend on nothing but what the container is made of: many answers
 * of the proof have the same, and ask the same.
 *
 * @returns everything it prints, also when it fails
 */
export const shell = (
  step: StepUnderTest,
  script: string,
  service = 'prometheus',
): Promise<string> =>
  step.shared(JSON.stringify([script, service, ...madeOf(step, service)]), async () => {
    const { output } = await step.stack.exec(service, ['sh', '-c', `{ ${script}; } 2>&1`]);
    return output.trimEnd();
  });

/** The compose file, and what the service mounts of the step: each path, who may read it, and what it holds. */
function madeOf(step: StepUnderTest, service: string) {
  const { files } = step;
  const places = step
    .compose()
    .service(service)
    .mounts.map(({ source }) => posix.join(source, '/'));
  const mounted = files.all().filter((path) => places.some((it) => `${path}/`.startsWith(it)));
  return [...files.composePaths(), ...mounted].map((path) => {
    const { mode } = statSync(join(files.directory, path));
    return [path, mode, files.readable(path)];
  });
}

/** Shell lines that write files, each where its path in the container says. */
export const writing = (files: Record<string, string>): string =>
  Object.entries(files)
    .map(([path, text]) => {
      const [folder, encoded] = [posix.dirname(path), Buffer.from(text).toString('base64')];
      return `[ -d '${folder}' ] || mkdir -p '${folder}'; echo ${encoded} | base64 -d > '${path}'`;
    })
    .join('\n');

/** promtool prints `{job="web"} 4E-02, {job="other"} NaN`, or nil. */
const seriesIn = (got = ''): Series[] =>
  [...got.matchAll(/\{(.*?)\} ([-+.\w]+)(?=, \{|$)/g)].map(([, labels = '', value = '']) => ({
    labels: parseLabels(labels),
    value: Number(value.replace('Inf', 'Infinity')),
  }));

/** promtool prints `Labels:{a="1", b="2"}` and below it `Annotations:{c="3"}`, quoted as in JSON. */
function alertsIn(got = ''): FiringAlert[] {
  const parse = (text = '') => parseLabels(text, (quoted) => JSON.parse(`"${quoted}"`));
  const parts = [...got.matchAll(/Labels:\{(.*)\}\s+Annotations:\{(.*)\}/g)];
  return parts.map(([, labels, annotations]) => ({
    labels: parse(labels),
    annotations: parse(annotations),
  }));
}

export interface Series {
  labels: Record<string, string>;
  /** NaN where Prometheus says so. */
  value: number;
}

/**
 * What an expression comes to at a moment, one number for each series.
 *
 * @param time in seconds since 1970; default: now
 * @throws ExpressionError with Prometheus's own message; a range of samples such as `up[1m]` is no number
 */
export async function evaluate(
  { stack }: StepUnderTest,
  expression: string,
  time?: number,
): Promise<Series[]> {
  const at = time ?? (await stack.prometheus.now());
  const series = await stack.prometheus.queryRange(expression, at, at, 1);
  return series.map(({ metric, values }) => ({ labels: metric, value: Number(values[0]?.[1]) }));
}

/** Handles, in `.catch()`, that Prometheus cannot read or compute an expression, by its message; throws any other error. */
export const onExpressionError =
  <T>(handle: (message: string) => T) =>
  (error: Error): T => {
    if (error.name !== 'ExpressionError') throw error;
    return handle(error.message);
  };
