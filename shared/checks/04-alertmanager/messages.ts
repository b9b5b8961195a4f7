import { expectThat, fail, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { readReceiver } from './settings.ts';

/** What a message says, shown with two alerts that nobody but this check raises. */
export const message = defineTopic({ kind: 'live', task: 8 }, [
  {
    id: 'message.fields',
    title: 'A message says what happens, where, since when, and where to look',
    async run(step) {
      const { stack } = step;
      await stack.slackInbox.clear();
      // Stopped already now: InstanceDown, which a check further down awaits, ripens while the others run.
      await stack.compose('stop', '--timeout', '2', 'app');
      // The start is now, after a stop that may take long: the two are to wait for each other.
      const start = new Date().toISOString();
      await stack.alertmanager.postAlerts(['db:5432', 'cache:6379'].map(almostFull(start)));
      const isOurs = (it: string) => it.includes('DiskAlmostFull') || it.includes('db:5432');
      const inbox = () => readInbox(step);
      const texts = await waitOrLook(12, 'the message', inbox, (all) => all.some(isOurs));
      const text = texts.find(isOurs) ?? '';
      const wanted = {
        'the name of the alert': /DiskAlmostFull/,
        'the summary of the first alert': /db:5432 is almost full/,
        'the summary of the second alert': /cache:6379 is almost full/,
        'since when': new RegExp(start.slice(11, 16).replace(/^0/, '0?')),
        'the runbook': /runbooks\/DiskAlmostFull/,
      };
      const missing = Object.entries(wanted).flatMap(([name, it]) => (it.test(text) ? [] : name));
      const flaw = missing.length ? `missing: ${missing.join(', ')}` : 'a <no value>';
      const { file, at } = readReceiver(step);
      expectThat(missing.length === 0 && !text.includes('<no value>'), {
        expected:
          'a message about two synthetic alerts of one group: name, both summaries, start, runbook',
        actual: text ? `${flaw}, in\n${withoutTimes(text)}` : 'no message in the inbox',
        where: file.where([...at, 'text']),
        hint: 'A group can hold several alerts: range over .Alerts, each has .Annotations and .StartsAt. What is not common to all of them is missing in .CommonAnnotations.',
      });
    },
  },
]);

/** An alert as Prometheus would post it. Two with an old start would not wait for each other. */
const almostFull = (startsAt: string) => (instance: string) => ({
  labels: { alertname: 'DiskAlmostFull', severity: 'warning', job: 'storage', instance },
  annotations: {
    summary: `${instance} is almost full`,
    description: `Only 3 % of the disk of ${instance} are free.`,
    runbook_url: 'docs/runbooks/DiskAlmostFull.md',
  },
  startsAt,
});

/** The same text at any time of the day. */
const withoutTimes = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d/g, '(date)')
    .replaceAll(/\d\d?:\d\d(:\d\d(\.\d+)?)?\b(?!\d)/g, '(time)');

/** InstanceDown all the way from the app that stops to the inbox, and back. */
export const journey = defineTopic({ kind: 'live' }, [
  {
    id: 'inbox.instance-down',
    title: 'When the app stops, InstanceDown arrives in the inbox',
    needs: [
      'rules.instance-down',
      'message.fields',
      'alertmanager.routes',
      'prometheus.alertmanager-found',
    ],
    async run(step) {
      await step.stack.compose('stop', '--timeout', '2', 'app');
      await expectMessage(step, 'firing', /firing|danger/i);
    },
  },
  {
    id: 'inbox.resolved',
    title: 'When the app is back, the resolved message arrives',
    task: 8,
    needs: ['inbox.instance-down'],
    async run(step) {
      await step.stack.compose('start', 'app');
      await expectMessage(step, 'resolved', /resolved|good/i);
    },
  },
]);

const isAboutTheApp = (text: string): boolean => /InstanceDown|app:8080/.test(text);

/** Waits for a message about InstanceDown; 5 seconds more than the settings allow, for a slow machine. */
async function expectMessage(
  step: StepUnderTest,
  status: 'firing' | 'resolved',
  pattern: RegExp,
): Promise<void> {
  const { messageBounds, readAlertTiming, resolvedBounds } = await import('../../stack/index.ts');
  const { prometheus, alertmanager } = step.stack;
  const timing = await readAlertTiming(prometheus, alertmanager, 'InstanceDown');
  const bounds = { firing: messageBounds, resolved: resolvedBounds }[status];
  const { most } = bounds({ ...timing, window: 0 });
  const expected = `a ${status} message about InstanceDown of app:8080`;
  const fits = (text: string) => isAboutTheApp(text) && pattern.test(text);
  const inbox = () => readInbox(step);
  const texts = await waitOrLook(most + 5, expected, inbox, (all) => all.some(fits));
  if (texts.some(fits)) return;
  fail({
    expected,
    ...(await findGap(step, texts)),
    hint: 'The way of an alert: Prometheus (http://localhost:9090/alerts), Alertmanager (http://localhost:9093), the inbox. The log of the server before the gap names the reason.',
  });
}

/** The last place on its way that InstanceDown reached, and the setting that leads on from there. */
async function findGap(step: StepUnderTest, texts: string[]) {
  const { file, at } = readReceiver(step);
  const prometheus = readSettings(step, 'prometheus').file;
  if (texts.some(isAboutTheApp)) {
    return {
      actual: 'only messages that say the opposite, or nothing about firing or resolved',
      where: file.where([...at, 'title']),
    };
  }
  const raised = await step.stack.prometheus.alerts();
  if (!raised.some(({ state }) => state === 'firing'))
    return { actual: 'no alert fires', where: prometheus.where(['rule_files']) };
  const received = await step.stack.alertmanager.alerts();
  if (received.some(({ labels }) => labels.alertname === 'InstanceDown'))
    return { actual: 'the alert reached Alertmanager, not the inbox', where: file.where(at) };
  return {
    actual: 'the alert fires in Prometheus and does not reach Alertmanager',
    where: prometheus.where(['alerting', 'alertmanagers', 0]),
  };
}

/** Every message in the inbox, as one text each: title, text, fields and the colour of its bar. */
export async function readInbox({ stack }: StepUnderTest): Promise<string[]> {
  const messages = await stack.slackInbox.messages();
  return messages.map(({ title, text, fields, color }) => {
    const lines = fields.map((field) => `${field.title}: ${field.value}`);
    return [title, text, ...lines, `colour: ${color}`].join('\n');
  });
}

/** Looks until the condition holds, and returns what was seen last, also when the time is over. */
export async function waitOrLook<T>(
  withinSeconds: number,
  what: string,
  look: () => Promise<T>,
  until: (seen: T) => boolean,
): Promise<T> {
  const { waitFor } = await import('../../stack/index.ts');
  return waitFor({ what, withinSeconds, look, until }).catch(look);
}
