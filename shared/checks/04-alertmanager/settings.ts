import {
  type Alert,
  endsOf,
  type Integration,
  integrationsOf,
  type Labels,
  labelsOf,
  settingOf,
} from '../../verify/expect/index.ts';
import {
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a learner's YAML can hold anything
export const listOf = (value: unknown): any[] => (Array.isArray(value) ? value : []);

/** "for: 10s", or "no for". */
export const describe = (value: unknown, key: string): string =>
  value === undefined || value === null || value === '' ? `no ${key}` : `${key}: ${value}`;

/** The two alerts of this step, each a task of its own. */
export const ALERTS = [
  { id: 'too-many-requests', name: 'TooManyRequests', severity: 'warning', task: 2 },
  { id: 'instance-down', name: 'InstanceDown', severity: 'critical', task: 3 },
] as const;

/** The Slack configurations of a receiver. */
export const slackOf = (file: YamlFile, name: unknown): Integration[] =>
  integrationsOf(file, name).filter(({ kind }) => kind === 'slack');

/** The routes that lead an alert to Slack. */
export const slackRoutes = (file: YamlFile, labels: Labels): YamlPath[] =>
  endsOf(file, labels).filter(
    (route) => slackOf(file, settingOf(file, route, 'receiver').value).length > 0,
  );

/** Every Slack configuration that one of these alerts reaches; where none is reached, every one that there is. */
export function readSlack(step: StepUnderTest, alerts: readonly Alert[] = ALERTS) {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const reached = alerts.flatMap((alert) => slackRoutes(file, labelsOf(step, alert)));
  const receivers = listOf(file.get(['receivers']));
  const names =
    reached.length > 0
      ? reached.map((route) => settingOf(file, route, 'receiver').value)
      : receivers.map((it) => it?.name);
  const configs = [...new Set(names)].flatMap((name) => slackOf(file, name));
  const index = receivers.findIndex((it) => it?.name === file.get(['route', 'receiver']));
  /** Where the message is written; of a receiver without Slack, where it would be. */
  const at: YamlPath = configs[0]?.at ?? ['receivers', Math.max(0, index), 'slack_configs', 0];
  return { file, containerPath, configs, at };
}
