import { stringify } from 'yaml';
import { ruleFiles, type StepUnderTest } from '../files/index.ts';
import { parseLabels } from './metrics-text.ts';

/** Samples to feed the rules with, and the moments to look at. */
export interface Scenario {
  alertname: string;
  /** Series → its values, in promtool's short form: "0+250x12" counts up by 250, twelve times. One every 5 s. */
  series: Record<string, string>;
  /** Seconds from the first sample. */
  at: number[];
}

/** An alert that fires. */
export interface FiringAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/**
 * Runs the step's rules over synthetic samples, with promtool in the container of Prometheus: no waiting for real time.
 *
 * @returns the alerts that fire at each of the moments
 * @throws Error with promtool's own message when the rules do not load
 */
export async function firingAlerts(
  step: StepUnderTest,
  { alertname, series, at }: Scenario,
): Promise<FiringAlert[][]> {
  const test = stringify({
    rule_files: ruleFiles(step).map(({ containerPath }) => containerPath),
    evaluation_interval: '5s',
    tests: [
      {
        interval: '5s',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        // An alert that nobody raises: promtool then reports what fires instead.
        alert_rule_test: at.map((seconds) => ({
          eval_time: `${seconds}s`,
          alertname,
          exp_alerts: [{ exp_labels: { asked: 'what fires?' } }],
        })),
      },
    ],
  });
  const file = '/tmp/verify.test.yaml';
  const write = `echo ${Buffer.from(test).toString('base64')} | base64 -d > ${file}`;
  const report = await shell(step, `${write}; promtool test rules ${file}`);
  const found = [...report.matchAll(/got:\[(.*?)\n? *\](?=\n|$)/gs)].map(([, got]) =>
    alertsIn(got),
  );
  if (found.length !== at.length) throw new Error(`promtool test rules:\n${report.trim()}`);
  return found;
}

/** Runs a line in the shell of a container. @returns everything it prints, also when it fails */
export async function shell(
  { stack }: StepUnderTest,
  script: string,
  service = 'prometheus',
): Promise<string> {
  const { output } = await stack.exec(service, ['sh', '-c', `{ ${script}; } 2>&1`]);
  return output.trimEnd();
}

/** promtool prints `Labels:{a="1", b="2"}` and below it `Annotations:{c="3"}`, quoted as in JSON. */
export function alertsIn(got = ''): FiringAlert[] {
  const parse = (text = '') => parseLabels(text, (quoted) => JSON.parse(`"${quoted}"`));
  const parts = [...got.matchAll(/Labels:\{(.*)\}\s+Annotations:\{(.*)\}/g)];
  return parts.map(([, labels, annotations]) => ({
    labels: parse(labels),
    annotations: parse(annotations),
  }));
}
