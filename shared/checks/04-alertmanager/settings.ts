import { readSettings, type StepUnderTest } from '../../verify/files/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a learner's YAML can hold anything
export const listOf = (value: unknown): any[] => (Array.isArray(value) ? value : []);

/** "for: 10s", or "no for". */
export const describe = (value: unknown, key: string): string =>
  value === undefined || value === null || value === '' ? `no ${key}` : `${key}: ${value}`;

/** The Slack configurations of the route's receiver, and the first of them with its place. */
export function readReceiver(step: StepUnderTest) {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const receivers = listOf(file.get(['receivers']));
  const wanted = file.get(['route', 'receiver']);
  const index = receivers.findIndex((it) => it?.name === wanted);
  const entries = listOf(receivers[index]?.slack_configs);
  const at = ['receivers', index, 'slack_configs', 0];
  return { file, containerPath, at, entries, slack: entries[0] };
}
