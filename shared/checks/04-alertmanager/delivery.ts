import { type Alert, fits, type Labels, labelsOf, waitOrLook } from '../../verify/expect/index.ts';
import {
  expectThat,
  fail,
  isRecord,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { findGapBefore } from './prometheus.ts';
import { findRefusal, type Gap } from './receiver.ts';
import { misled } from './routing.ts';
import { ALERTS, listOf, readInbox, readSlack, STATUS_HINT, startApp } from './settings.ts';

const [REQUESTS, DOWN] = ALERTS;

/** The two alerts on their way to the inbox. Nobody raises TooManyRequests but this check, with the labels of its rule. */
export const warning = defineTopic({ kind: 'live' }, [
  {
    id: 'inbox.too-many-requests',
    title: 'TooManyRequests arrives in the inbox, all instances in one message',
    needs: ['alertmanager.routes', 'message.templates'],
    async run(step) {
      const { stack } = step;
      await stack.inbox.clear();
      // Stopped already now: InstanceDown, which a check further down awaits, ripens while the others run.
      await stack.stop('app', 2);
      const instances = ['app:8080', 'app-2:8080'];
      const startsAt = new Date().toISOString();
      const post = (endsAt: number) =>
        stack.alertmanager.postAlerts(
          instances.map((instance) => ({
            labels: labelsOf(step, REQUESTS, { instance }),
            annotations: { summary: `Too many requests to ${instance}` },
            ...{ startsAt, endsAt: new Date(endsAt).toISOString() },
          })),
        );
      await post(Date.now() + 600_000);
      const isComplete = (text: string) => instances.every((instance) => text.includes(instance));
      const texts = await waitOrLook(
        12,
        'the message',
        () => readInbox(step),
        (all) => all.some(isComplete),
      );
      if (!texts.some(isComplete)) {
        const came = texts.filter((text) => isAbout(REQUESTS, text));
        fail({
          expected: `one message about ${REQUESTS.name} of ${instances.join(' and ')}`,
          ...(await findGap(step, REQUESTS, came)),
          ...(came.length > 0 && { actual: came.join('\n') }),
        });
      }
      // A check further down awaits the message that it is over.
      await post(Date.now());
    },
  },
]);

export const journey = defineTopic({ kind: 'live' }, [
  {
    id: 'inbox.instance-down',
    title: 'When the app stops, InstanceDown arrives in the inbox',
    needs: [
      'rules.instance-down',
      'inbox.too-many-requests',
      'prometheus.alertmanager-found',
      'prometheus.requests',
      'prometheus.alert-labels',
    ],
    async run(step) {
      await step.stack.stop('app', 2);
      await expectArrival(step, DOWN, 'firing', /firing|danger/i);
    },
  },
  {
    id: 'alertmanager.inhibition',
    title: 'No alert is muted by one that has nothing to do with it, or is less bad',
    needs: ['inbox.instance-down'],
    run: expectInhibition,
  },
  {
    id: 'inbox.resolved',
    title: 'When it is over, the resolved messages of both alerts arrive',
    task: 8,
    needs: ['inbox.instance-down', 'alertmanager.inhibition'],
    async run(step) {
      await startApp(step);
      await expectArrival(step, DOWN, 'resolved', /resolved|good/i);
      await expectArrival(step, REQUESTS, 'resolved', /resolved|good/i);
    },
  },
]);

/** The name is in every message, as an earlier check has seen. */
const isAbout = ({ name }: Alert, text: string): boolean => text.includes(name);

/** Waits for a message about an alert of the app; 5 seconds more than the settings allow, for a slow machine. */
async function expectArrival(
  step: StepUnderTest,
  alert: Alert,
  status: 'firing' | 'resolved',
  pattern: RegExp,
): Promise<void> {
  const { messageBounds, resolvedBounds } = await import('../../stack/index.ts');
  const timing = await step.stack.alert(DOWN.name).timing();
  const bounds = { firing: messageBounds, resolved: resolvedBounds }[status];
  const { most } = bounds({ ...timing, window: 0 });
  const expected = `a ${status} message about ${alert.name} of app:8080`;
  const isWanted = (text: string) => isAbout(alert, text) && pattern.test(text);
  const inbox = () => readInbox(step);
  const texts = await waitOrLook(most + 5, expected, inbox, (all) => all.some(isWanted));
  if (texts.some(isWanted)) return;
  const came = texts.filter((text) => isAbout(alert, text));
  fail({ expected, ...(await findGap(step, alert, came)) });
}

/** Why a message has not come. @param came those about the alert that have, none of them the right one */
export async function findGap(step: StepUnderTest, alert: Alert, came: string[]): Promise<Gap> {
  const { file, at } = readSlack(step, [alert]);
  if (came.length > 0) {
    return {
      actual: 'only messages that say the opposite, or nothing about firing or resolved',
      where: file.where([...at, 'title']),
      hint: STATUS_HINT,
    };
  }
  const received = await step.stack.alertmanager.alerts();
  const own = received.find(({ labels }) => labels.alertname === alert.name);
  if (!own) return findGapBefore(step, alert);
  const source = received.find(({ fingerprint }) => own.status.inhibitedBy.includes(fingerprint));
  if (source) return inhibitedBy(step, source.labels, own.labels);
  return (
    misled(file, own.labels) ??
    (await findRefusal(step, alert)) ?? {
      actual: 'the alert reached Alertmanager, not the inbox',
      where: file.where(at),
      hint: 'The way of an alert: Prometheus (http://localhost:9090/alerts), Alertmanager (http://localhost:9093), the inbox. The log of the server before the gap names the reason.',
    }
  );
}

/** The inhibition by which one alert mutes another. */
function inhibitedBy(step: StepUnderTest, source: Labels, target: Labels): Gap {
  const { file } = readSettings(step, 'alertmanager');
  const index = listOf(file.get(['inhibit_rules'])).findIndex(
    (rule) => isRecord(rule) && fits(rule, source, 'source_') && fits(rule, target, 'target_'),
  );
  const rule = ['inhibit_rules', Math.max(0, index)];
  const equal = listOf(file.get([...rule, 'equal']));
  const unknown = equal.filter((label) => !source[label] && !target[label]);
  const isBackwards = target.alertname === DOWN.name;
  const isVoid = !isBackwards && equal.length > 0 && unknown.length === equal.length;
  return {
    actual: `muted by ${source.alertname} (severity ${source.severity})`,
    where: file.where(isVoid ? [...rule, 'equal'] : rule),
    hint: `An alert that fits source_matchers mutes those that fit target_matchers and have the same values of the labels in equal:. ${
      isVoid
        ? `No alert has ${unknown.join(', ')}, and what both lack counts as the same.`
        : isBackwards
          ? 'The worse alert is the source, here they are the wrong way round.'
          : 'equal: keeps it to what belongs together.'
    }`,
  };
}

/** While InstanceDown fires, warnings are posted that are over before anyone is told. @throws CheckFailure */
async function expectInhibition(step: StepUnderTest): Promise<void> {
  const { alertmanager } = step.stack;
  const elsewhere = labelsOf(step, REQUESTS, { job: 'shop', instance: 'shop:8080' });
  const endsAt = new Date(Date.now() + 5_000).toISOString();
  const posted = [labelsOf(step, REQUESTS), elsewhere].map((labels) => ({ labels, endsAt }));
  await alertmanager.postAlerts(posted);
  const look = async () => {
    const alerts = await alertmanager.alerts();
    const real = alerts.find(({ labels }) => labels.alertname === DOWN.name);
    const other = alerts.find(({ labels }) => labels.instance === elsewhere.instance);
    return [
      { alert: other, expected: 'a warning about another service, told while InstanceDown fires' },
      { alert: real, expected: 'InstanceDown, told while there are too many requests' },
    ].map(({ alert, expected }) => {
      const source = alerts.find((it) => alert?.status.inhibitedBy.includes(it.fingerprint));
      return { alert, expected, source };
    });
  };
  // What mutes what is computed a moment after the alerts have come.
  const seen = await waitOrLook(1, 'a muted alert', look, (all) => all.some((it) => it.source));
  for (const { alert, expected, source } of seen) {
    if (alert && source) fail({ expected, ...inhibitedBy(step, source.labels, alert.labels) });
    expectThat(alert, {
      expected,
      actual: 'it is not in Alertmanager any more',
      where: readSettings(step, 'alertmanager').file.where(['route']),
      hint: 'http://localhost:9093 shows what Alertmanager has.',
    });
  }
}
