import {
  type Alert,
  type Integration,
  missingIn,
  renderMessage,
  twoAlerts,
} from '../../verify/expect/index.ts';
import { fail, type StepUnderTest, textsIn } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { ALERTS, readSlack } from './settings.ts';

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

/** @throws CheckFailure unless a message with two alerts can be made, and says everything */
async function expectMessage(step: StepUnderTest, alert: Alert, config: Integration) {
  const { file } = readSlack(step);
  const title = '{{ template "slack.default.title" . }}';
  const texts = textsIn({ title, ...config.value }, config.at);
  const parts = texts.filter(({ text }) => text.includes('{{'));
  for (const status of ['firing', 'resolved']) {
    const text = await renderMessage(step, parts, twoAlerts(step, alert, status));
    const missing = status === 'firing' && missingIn(text, alert.name);
    if (!missing) continue;
    fail({
      expected: `a message about two alerts ${alert.name}: name, both summaries, start, runbook`,
      actual: `${missing}, in\n${text}`,
      where: file.where([...config.at, 'text']),
      hint: 'A group can hold several alerts: range over .Alerts, each has .Annotations and .StartsAt. What is not common to all of them is missing in .CommonAnnotations.',
    });
  }
}

/** Every message in the inbox, as one text each: title, text, fields and the colour of its bar. */
export async function readInbox({ stack }: StepUnderTest): Promise<string[]> {
  const messages = await stack.inbox.messages();
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
