import { posix } from 'node:path';
import { type StepUnderTest, settingsOf } from '../../verify/files/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a learner's YAML can hold anything
type Any = any;

/** What the image reads when nobody says --config.file. */
export const ALERTMANAGER_FILE = '/etc/alertmanager/alertmanager.yml';

export const alertmanagerSettings = (step: StepUnderTest) =>
  settingsOf(step, 'alertmanager', ALERTMANAGER_FILE);

export const asList = (value: unknown): Any[] => (Array.isArray(value) ? value : []);

/** "for: 10s", or "no for". */
export const describe = (value: unknown, key: string): string =>
  value === undefined || value === null || value === '' ? `no ${key}` : `${key}: ${value}`;

/** The Slack configurations of the route's receiver, and the first of them with its place. */
export function slackReceiver(step: StepUnderTest) {
  const { file, containerPath } = alertmanagerSettings(step);
  const receivers = asList(file.get(['receivers']));
  const wanted = file.get(['route', 'receiver']);
  const index = receivers.findIndex((it) => it?.name === wanted);
  const entries = asList(receivers[index]?.slack_configs);
  const at = ['receivers', index, 'slack_configs', 0];
  return { file, folder: posix.dirname(containerPath), at, entries, slack: entries[0] };
}
