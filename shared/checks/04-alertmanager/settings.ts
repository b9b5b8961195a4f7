import {
  type Alert,
  endsOf,
  type Integration,
  integrationsOf,
  type Labels,
  labelsOf,
  missingIn,
  renderMessage,
  settingOf,
  twoAlerts,
  waitOrLook,
} from '../../verify/expect/index.ts';
import {
  expectThat,
  readSettings,
  type StepUnderTest,
  textsIn,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

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

/** What a message says, told by Alertmanager's own tool: a broken template is an empty text, and no word in the log. */
export const templates = defineTopic({ kind: 'live', task: 8, asks: ['alertmanager'] }, [
  {
    id: 'message.templates',
    title: 'A message says what happens, where, since when, and where to look',
    async run(step) {
      const { configs } = readSlack(step);
      for (const config of configs) {
        const alert = ALERTS.find((it) => reaches(step, it, config));
        await expectMessage(step, alert ?? ALERTS[0], config);
      }
    },
  },
]);

const reaches = (step: StepUnderTest, alert: Alert, { receiver }: Integration): boolean =>
  readSlack(step, [alert]).configs.some((it) => it.receiver === receiver);

export const STATUS_HINT =
  '{{ .Status }} is firing or resolved. Without it in the title bad news and good news look the same.';

/** @throws CheckFailure unless a message with two alerts can be made, says everything, and has another title when they end */
async function expectMessage(step: StepUnderTest, alert: Alert, config: Integration) {
  const { file } = readSlack(step);
  const { title = '{{ template "slack.default.title" . }}', ...others } = Object(config.value);
  const texts = textsIn({ title: String(title ?? ''), ...others }, config.at);
  const parts = texts.filter(({ text }) => text.includes('{{'));
  const titles: string[] = [];
  for (const status of ['firing', 'resolved']) {
    const alerts = twoAlerts(step, alert, status);
    const text = await renderMessage(step, parts, alerts);
    const missing = status === 'firing' && missingIn(text, alert.name);
    const instances = alerts.alerts.map(({ labels }) => String(labels.instance));
    const silent = instances.find((it) => status === 'resolved' && !text.includes(it));
    expectThat(!silent, {
      expected: `a message about two alerts ${alert.name} that are over: both instances`,
      actual: text ? `no ${silent}, in\n${text}` : 'an empty text',
      where: file.where([...config.at, 'text']),
      hint: '.Alerts are all of the group, .Alerts.Firing only those that still fire. When it is over there are none of these, and nobody reads which instance is back.',
    });
    expectThat(!missing, {
      expected: `a message about two alerts ${alert.name}: name, both summaries, start, runbook`,
      actual: `${missing}, in\n${text}`,
      where: file.where([...config.at, 'text']),
      hint: 'A group can hold several alerts: range over .Alerts, each has .Annotations and .StartsAt. What is not common to all of them is missing in .CommonAnnotations.',
    });
    titles.push(await renderMessage(step, texts.slice(0, 1), alerts));
  }
  expectThat(titles[0] !== titles[1], {
    expected: `a title that says whether ${alert.name} begins or ends`,
    actual: `${titles[0] || 'no title'}, in both cases`,
    where: file.where([...config.at, 'title']),
    hint: STATUS_HINT,
  });
}

/** Every message in the inbox, as one text each: title, text, fields and the colour of its bar. */
export async function readInbox({ stack }: StepUnderTest): Promise<string[]> {
  const messages = await stack.inbox.messages();
  return messages.map(({ title, text, fields, color }) => {
    const lines = fields.map((field) => `${field.title}: ${field.value}`);
    return [title, text, ...lines, `colour: ${color}`].join('\n');
  });
}

/** Starts it again, until it answers: bounds are about an app that does, and its program may take long to start. */
export async function startApp({ stack }: StepUnderTest): Promise<void> {
  await stack.start('app');
  const url = await stack.url('app');
  const isThere = () =>
    fetch(`${url}/healthz`)
      .then(({ ok }) => ok)
      .catch(() => false);
  await waitOrLook(60, 'the app', isThere, (it) => it);
}
