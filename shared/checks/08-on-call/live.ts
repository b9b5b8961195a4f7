import { parseDuration } from '../../duration.ts';
import {
  endsOf,
  type Integration,
  integrationsOf,
  type Labels,
  settingOf,
} from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { SILENCED, WANTED } from './played.ts';
import { alertOf, inWords, KINDS, placeOfRoute, settings, WATCHDOG } from './settings.ts';
import { timesOf } from './watchdog.ts';

/** A delivery takes so long at most, as docs/decisions/alert-timing.md has it. Seconds. */
const DELIVERY = 2;
/** Waits are this much longer than the bounds, so that what comes late is seen and called late. Seconds. */
const MARGIN = 5;

/** What really arrives, and what happens when Prometheus is gone. */
export const live: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'alerts.arrive',
    title: 'A dozen alerts arrive where they must, and nowhere else',
    task: 3,
    run: (step) => orStartAgain(step, () => expectArrivals(step, 'firing')),
  },
  {
    id: 'alerts.resolve',
    title: 'When they are over, whoever was told is told',
    task: 3,
    needs: ['alerts.arrive'],
    run: (step) => orStartAgain(step, () => expectArrivals(step, 'resolved')),
  },
  {
    id: 'deadman.speaks',
    title: "When Prometheus stops, the dead man's switch speaks, in time",
    task: 5,
    needs: ['alerts.resolve'],
    run: (step) => orStartAgain(step, () => expectSpeech(step)),
  },
]);

/** Alerts that nobody raises but this check, each of an instance of its own, but the last two, which InstanceDown silences. */
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

/** When Watchdog has reached the switch, Prometheus is stopped, and Alertmanager is alone with what is posted. */
const stopped = (step: StepUnderTest): Promise<{ at: number; wasPinged: boolean }> =>
  step.once('prometheus stopped', async () => {
    const { waitFor } = await import('../../stack/index.ts');
    const wasPinged = await waitFor({
      what: 'a sign of life',
      withinSeconds: timesOf(step).waits + MARGIN,
      look: () => step.stack.inbox.switches(),
      until: (switches) => switches.some(({ silent }) => !silent),
    }).then(
      () => true,
      () => false,
    );
    await step.stack.compose('stop', '--timeout', '2', 'prometheus');
    await step.stack.inbox.clear();
    return { at: Date.now(), wasPinged };
  });

/** Whoever keeps the containers finds Prometheus running when it is judged again. */
async function orStartAgain(step: StepUnderTest, run: () => Promise<void>): Promise<void> {
  await run().catch(async (error) => {
    await step.stack.compose('start', 'prometheus');
    throw error;
  });
}

type Status = 'firing' | 'resolved';

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
    const told: [kind: string, isTold: boolean][] = [
      [
        'email',
        mails.some(
          ({ subject, text, html }) =>
            isOf(`${subject} ${text}`) && (text + html).includes(summary),
        ),
      ],
      [
        'pagerduty',
        pages.some((it) => it.action === action && it.summary.includes(`${labels.alertname}`)),
      ],
      [
        'slack',
        messages.some(
          ({ title, text }) => isOf(`${title} ${text}`) && `${title} ${text}`.includes(summary),
        ),
      ],
    ];
    return told.flatMap(([kind, isTold]) => (isTold ? kind : []));
  };
}

async function expectArrivals(step: StepUnderTest, status: Status): Promise<void> {
  const { waitFor } = await import('../../stack/index.ts');
  await stopped(step);
  const file = settings(step);
  const startsAt = await step.once('posted since', async () => new Date().toISOString());
  const endsAt = new Date(Date.now() + (status === 'firing' ? 600_000 : 0)).toISOString();
  await step.stack.alertmanager.postAlerts(
    POSTED.map(({ labels }) => ({
      ...{ labels, annotations: { summary: summaryOf(labels) }, startsAt, endsAt },
    })),
  );
  const key = status === 'firing' ? 'group_wait' : 'group_interval';
  const routes = POSTED.flatMap(({ labels }) => endsOf(file, labels));
  const times = routes.map((it) => parseDuration(settingOf(file, it, key).value ?? '5m'));
  const look = async () => {
    const told = await arrivals(step, status);
    // Alertmanager forgets what has ended.
    const now = await step.stack.alertmanager.muted();
    const muted = status === 'firing' ? now : step.once('muted alerts', () => now);
    // When InstanceDown ends, so does its silence, and the end of what it silenced may be told.
    const judged = POSTED.filter(({ kinds }) => status === 'firing' || kinds.length > 0);
    return judged.map(({ labels, kinds }) => {
      const isMuted = muted.some((it) => it.alertname === labels.alertname);
      return { labels, actual: told(labels), wanted: isMuted ? [] : kinds };
    });
  };
  const isRight = ({ actual, wanted }: { actual: string[]; wanted: readonly string[] }) =>
    `${actual}` === `${wanted}`;
  const seen = await waitFor({
    what: 'all messages',
    withinSeconds: Math.max(...times) + DELIVERY + MARGIN,
    look,
    until: (all) => all.every(isRight),
  }).catch(look);
  const wrong = seen.find((it) => !isRight(it));
  if (!wrong) {
    const muted = await step.stack.alertmanager.muted();
    step.once('muted alerts', () => muted);
    return;
  }
  const missing = wrong.wanted.find((kind) => !wrong.actual.includes(kind));
  const via = endsOf(file, wrong.labels)
    .flatMap((it) => integrationsOf(file, settingOf(file, it, 'receiver').value))
    .find(({ kind }) => kind === missing);
  const inKinds = (kinds: readonly string[]) =>
    kinds.map((it) => KINDS[it]).join(' and ') || 'nobody';
  fail({
    expected: `${inWords(wrong.labels)}, ${status}, at ${inKinds(wrong.wanted)}`,
    actual: `it arrived at ${inKinds(wrong.actual)}${via ? await refusalOf(step, via) : ''}`,
    where: via ? file.where(via.at) : placeOfRoute(file, wrong.labels),
    hint: 'The log of Alertmanager names each delivery that fails, and why. What is not even tried is silenced, or its receiver was told not to tell it.',
  });
}

/** What Alertmanager's log says about the last delivery of this kind, if it failed. */
async function refusalOf(step: StepUnderTest, { receiver, kind }: Integration): Promise<string> {
  const { lastError } = await import('../04-alertmanager/receiver.ts');
  const log = await step.stack.logs('alertmanager');
  const error = lastError(log, new RegExp(`Notify .*failed.*\\b${receiver}/${kind}\\[`));
  return error ? `. Alertmanager cannot deliver it: ${error}` : '';
}

/** @throws CheckFailure when the switch has never heard of Prometheus, or does not notice that it is gone */
async function expectSpeech(step: StepUnderTest): Promise<void> {
  const { waitFor } = await import('../../stack/index.ts');
  const { at, wasPinged } = await stopped(step);
  const { lives, waits } = timesOf(step);
  const most = lives + waits + DELIVERY;
  const isSilence = ({ title, text }: { title?: string | null; text?: string | null }) =>
    /is silent/.test(`${title} ${text}`);
  const message = await waitFor({
    what: "the dead man's switch",
    withinSeconds: wasPinged ? most + MARGIN - (Date.now() - at) / 1_000 : 0,
    look: () => step.stack.inbox.messages(),
    until: (messages) => messages.some(isSilence),
  })
    .then((messages) => messages.find(isSilence))
    .catch(() => undefined);
  const seconds = message && (Date.parse(message.receivedAt) - at) / 1_000;
  if (seconds === undefined || seconds > most)
    fail({
      expected: `a message of the dead man's switch, at most ${most} s after Prometheus's end`,
      actual: !wasPinged
        ? 'Watchdog never reached the switch'
        : seconds === undefined
          ? 'no message'
          : 'it came later',
      where: placeOfRoute(settings(step), WATCHDOG),
      hint: 'Prometheus raises Watchdog, Alertmanager posts it to the switch again and again, and the switch speaks when nothing comes. http://localhost:9093 shows whether the alert is there, and http://localhost:8025 when the switch was pinged.',
    });
  await step.stack.compose('start', 'prometheus');
}
