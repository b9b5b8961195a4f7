import { parseDuration } from '../../duration.ts';
import {
  endsOf,
  type Integration,
  integrationsOf,
  type Labels,
  settingOf,
  waitOrLook,
} from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { lastError } from '../04-alertmanager/receiver.ts';
import { SILENCED, WANTED } from './played.ts';
import { alertOf, inKinds, inWords, placeOfRoute, settings, WATCHDOG } from './settings.ts';

/** A delivery takes so long at most, as docs/decisions/alert-timing.md has it. Seconds. */
export const DELIVERY = 2;
/** Waits are this much longer than the bounds, so that what comes late is seen and called late. Seconds. */
export const MARGIN = 5;

/** Alerts that nobody raises but this check, each of an instance of its own, but the last ones, which InstanceDown silences. */
const POSTED = (() => {
  const alone = [
    ...WANTED.filter(([{ alertname }]) => alertname !== WATCHDOG.alertname),
    [alertOf('QueueFull', 'warning', { job: 'shop' }), ['slack']] as const,
    [alertOf('BackupFailed', 'critical', { job: 'db' }), ['slack']] as const,
  ].map(([labels, kinds], index) => ({
    ...{ labels: { ...labels, instance: `shop-${index}:80` } as Labels, kinds },
  }));
  const down = alone.find(({ labels }) => labels.alertname === 'InstanceDown')?.labels;
  const silenced = SILENCED.map(({ alert }) => ({
    ...{ labels: { ...alert, instance: down?.instance ?? '' } as Labels, kinds: [] as string[] },
  }));
  return [...alone, ...silenced];
})();

const summaryOf = ({ alertname, instance }: Labels): string => `${alertname} of ${instance}`;

type Status = 'firing' | 'resolved';

/** What decides how long a group collects before it is told, and how long that may be, as the given route says. Seconds. */
const COLLECTING: Record<Status, [key: string, most: number]> = {
  firing: ['group_wait', 5],
  resolved: ['group_interval', 10],
};

/** The kinds of receivers that have told about an alert. */
async function arrivals({ stack }: StepUnderTest, status: Status) {
  const [messages, mails, pages] = await Promise.all([
    stack.inbox.messages(),
    stack.inbox.mails(),
    stack.inbox.pages(),
  ]);
  const isOf = (title: unknown) => new RegExp(status, 'i').test(`${title}`);
  const action = status === 'firing' ? 'trigger' : 'resolve';
  return (labels: Labels): string[] => {
    const summary = summaryOf(labels);
    const isTold: Record<string, boolean> = {
      email: mails.some(
        ({ subject, text, html }) => isOf(`${subject} ${text}`) && (text + html).includes(summary),
      ),
      pagerduty: pages.some(
        (it) => it.action === action && it.summary.includes(`${labels.alertname}`),
      ),
      slack: messages.some(
        ({ title, text }) => isOf(`${title} ${text}`) && `${title} ${text}`.includes(summary),
      ),
    };
    return Object.keys(isTold).filter((kind) => isTold[kind]);
  };
}

/** Posts the alerts, or ends them, and looks who is told. @throws CheckFailure at the first that is told to others */
export async function expectArrivals(step: StepUnderTest, status: Status): Promise<void> {
  const file = settings(step);
  const startsAt = await step.once('posted since', async () => new Date().toISOString());
  const endsAt = new Date(Date.now() + (status === 'firing' ? 600_000 : 0)).toISOString();
  await step.stack.alertmanager.postAlerts(
    POSTED.map(({ labels }) => ({
      ...{ labels, annotations: { summary: summaryOf(labels) }, startsAt, endsAt },
    })),
  );
  const [key, most] = COLLECTING[status];
  const look = async () => {
    const told = await arrivals(step, status);
    // When InstanceDown ends, so does its silence, and the end of what it silenced may be told.
    const judged = POSTED.filter(({ kinds }) => status === 'firing' || kinds.length > 0);
    return judged.map(({ labels, kinds }) => ({ labels, actual: told(labels), wanted: kinds }));
  };
  const isRight = ({ actual, wanted }: { actual: string[]; wanted: readonly string[] }) =>
    `${actual}` === `${wanted}`;
  const seen = await waitOrLook(most + DELIVERY + MARGIN, 'all messages', look, (all) =>
    all.every(isRight),
  );
  const wrong = seen.find((it) => !isRight(it));
  if (!wrong) return;
  const missing = wrong.wanted.find((kind) => !wrong.actual.includes(kind));
  const routes = endsOf(file, wrong.labels);
  const slow = routes
    .map((it) => settingOf(file, it, key))
    .find(({ value }) => parseDuration(value) > most);
  const via = routes
    .flatMap((it) => integrationsOf(file, settingOf(file, it, 'receiver').value))
    .find(({ kind }) => kind === missing);
  fail({
    expected: `${inWords(wrong.labels)}, ${status}, at ${inKinds(wrong.wanted)}`,
    actual: `it arrived at ${inKinds(wrong.actual)}${via ? await fetchRefusal(step, via) : ''}`,
    where: slow
      ? file.where(slow.place)
      : via
        ? file.where(via.at)
        : placeOfRoute(file, wrong.labels),
    hint: slow
      ? `A group is told only when ${key} is over, and the routes around this one take ${most} s.`
      : 'The log of Alertmanager names each delivery that fails, and why. What is not even tried is silenced, or its receiver was told not to tell it.',
  });
}

/** What Alertmanager's log says about the last delivery of this kind, if it failed. */
async function fetchRefusal(step: StepUnderTest, { kind }: Integration): Promise<string> {
  const log = await step.stack.logs('alertmanager');
  const error = lastError(log, new RegExp(`Notify .*failed.*\\b${kind}\\[`));
  return error ? `. Alertmanager cannot deliver it: ${error}` : '';
}
