import { parseDuration } from '../../duration.ts';
import { allRoutes, endsOf, type Labels, labelsOf, settingOf } from '../../verify/expect/index.ts';
import {
  expectList,
  expectThat,
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import type { Gap } from './receiver.ts';
import { ALERTS, describe, listOf, slackOf, slackRoutes } from './settings.ts';

const TIMES = { group_wait: '5s', group_interval: '10s', repeat_interval: '1h' };

/** Of a child route: it may tell sooner, and nag less or more often, within reason. Seconds. */
const CHILD_TIMES = {
  group_wait: (seconds: number) => seconds <= 5,
  group_interval: (seconds: number) => seconds <= 10,
  repeat_interval: (seconds: number) => seconds >= 300,
};

/** Labels in which alerts of the same name differ. */
const VARYING = ['...', 'instance', 'job'];

/** Alertmanager's routes, as they are written. */
export const routing = defineTopic({ kind: 'static', task: 6 }, [
  {
    id: 'alertmanager.route',
    title: 'Alerts go to a receiver that exists',
    needs: ['alertmanager.file'],
    run: expectReceivers,
  },
  {
    id: 'alertmanager.grouping',
    title: 'One message for each alert name: after 5 s, 10 s, and again after 1 h',
    needs: ['alertmanager.route'],
    run(step) {
      const { file } = readSettings(step, 'alertmanager');
      expectGrouping(file, ['route']);
      for (const [key, wanted] of Object.entries(TIMES)) {
        const given = file.get(['route', key]);
        expectThat(parseDuration(given) === parseDuration(wanted), {
          expected: `${key}: ${wanted}`,
          actual: describe(given, key),
          where: file.where(['route', key]),
          hint: 'A time has its unit: ms, s, m or h. group_wait comes before the first message of a group, group_interval before the next when the group has changed, repeat_interval when it has not.',
        });
      }
      for (const alert of ALERTS) {
        const routes = slackRoutes(file, labelsOf(step, alert));
        for (const route of routes) expectLikeParent(file, route, alert.name);
        const names = routes.map((route) => settingOf(file, route, 'receiver').value);
        const first = names.findIndex((name, index) => names.indexOf(name, index + 1) > 0);
        expectThat(first < 0, {
          expected: `one message about ${alert.name}`,
          actual: `${names[first]} gets it from two routes`,
          where: file.where([...(routes[first] ?? []), 'continue']),
          hint: 'With continue: an alert goes on to the next routes, and every route that it fits sends a message of its own.',
        });
        const anyAddress = file.get(['global', 'slack_api_url_file']);
        const second = names
          .flatMap((name) => slackOf(file, name))
          .find(({ at, value }) => Number(at.at(-1)) > 0 && (value?.api_url_file || anyAddress));
        expectThat(!second, {
          expected: `one message about ${alert.name}`,
          actual: `one from each entry below slack_configs: of the receiver ${second?.receiver}`,
          where: file.where(second?.at ?? []),
          hint: 'Each entry in a list of a receiver sends a message of its own.',
        });
      }
    },
  },
  {
    id: 'alertmanager.mute-times',
    title: 'Both alerts are told at any hour',
    needs: ['alertmanager.route'],
    run(step) {
      const { file } = readSettings(step, 'alertmanager');
      for (const alert of ALERTS) {
        const routes = slackRoutes(file, labelsOf(step, alert));
        const muting = routes.map((route) =>
          ['mute_time_intervals', 'active_time_intervals']
            .map((key) => [...route, key])
            .find((place) => listOf(file.get(place)).length > 0),
        );
        const [place] = muting;
        expectThat(!place || muting.includes(undefined), {
          expected: `a message about ${alert.name} at any hour`,
          actual: `${place?.at(-1)}: ${JSON.stringify(file.get(place ?? []))}`,
          where: file.where(place ?? []),
          hint: 'Inside of mute_time_intervals, and outside of active_time_intervals, Alertmanager keeps the message back and says nothing. The hours are UTC unless the interval names a location.',
        });
      }
    },
  },
]);

function expectReceivers(step: StepUnderTest): void {
  const { file } = readSettings(step, 'alertmanager');
  expectList(file, ['receivers']);
  const names = listOf(file.get(['receivers'])).map((it) => String(it?.name));
  const intervals = ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
    listOf(file.get([key])).map((it) => it?.name),
  );
  for (const route of allRoutes(file)) {
    expectList(file, [...route, 'routes']);
    const { value, place } = settingOf(file, route, 'receiver');
    expectThat(names.includes(String(value)), {
      expected: `route: with receiver: one of: ${names.join(', ') || 'none, as there are no receivers'}`,
      actual: file.get(['route']) ? describe(value, 'receiver') : 'no route',
      where: file.where(place),
      hint: 'A route decides which receiver gets an alert, by the name that the receiver has below receivers:.',
    });
    for (const key of ['mute_time_intervals', 'active_time_intervals']) {
      const used = listOf(file.get([...route, key]));
      const unknown = used.findIndex((name) => !intervals.includes(name));
      expectThat(unknown < 0, {
        expected: `one of the names below time_intervals: ${intervals.join(', ') || 'there are none'}`,
        actual: `${key}: ${used[unknown]}`,
        where: file.where([...route, key, unknown]),
        hint: 'A route names time intervals, and what they are stands at the left edge, below time_intervals:.',
      });
    }
  }
}

/** Alerts of one name, and only they, travel in one message. @throws CheckFailure */
function expectGrouping(file: YamlFile, route: YamlPath, name?: string): void {
  const { value, place } = settingOf(file, route, 'group_by');
  const labels = listOf(value);
  const isByName = labels.includes('alertname') && !labels.some((it) => VARYING.includes(it));
  expectThat(isByName, {
    expected: `group_by: [alertname]${name ? `, also for ${name}` : ''}`,
    actual: describe(value && JSON.stringify(value), 'group_by'),
    where: file.where(place),
    hint: 'Alerts with the same values of these labels travel in one message. group_by is a list of names of labels.',
  });
}

/** A child route may say otherwise what its parent says, but not so that messages split up, are late, or come all the time. */
function expectLikeParent(file: YamlFile, route: YamlPath, name: string): void {
  expectGrouping(file, route, name);
  for (const [key, isFine] of Object.entries(CHILD_TIMES)) {
    const { value, place } = settingOf(file, route, key);
    const wanted = TIMES[key as keyof typeof TIMES];
    expectThat(isFine(parseDuration(value)), {
      expected: `${key}: ${wanted}, also for ${name}`,
      actual: `${key}: ${value}`,
      where: file.where(place),
      hint: 'A child route takes over what its parent says, unless it says otherwise. Then this holds for every alert that fits it.',
    });
  }
}

/** Where Alertmanager's own tool says that alerts go. */
export const routes = defineTopic({ kind: 'live', task: 6 }, [
  {
    id: 'alertmanager.routes',
    title: 'amtool sends both alerts to the Slack receiver',
    asks: ['alertmanager'],
    async run(step) {
      const { file, containerPath } = readSettings(step, 'alertmanager');
      const amtool = ['amtool', 'config', 'routes', 'test', `--config.file=${containerPath}`];
      for (const alert of ALERTS) {
        const labels = labelsOf(step, alert);
        const { output } = await step.stack.exec('alertmanager', [
          ...amtool,
          ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
        ]);
        const told = output.replaceAll(/^Warning: .*$/gm, '').trim();
        const receivers = told.split(/[,\s]+/);
        const [end = ['route']] = endsOf(file, labels);
        expectThat(
          receivers.some((name) => slackOf(file, name).length > 0),
          {
            expected: `${alert.name} (severity ${alert.severity}) to reach a receiver with slack_configs`,
            actual: `it goes to ${told}`,
            where: file.where(settingOf(file, end, 'receiver').place),
            hint: 'Below routes: the first route whose matchers fit an alert takes it, and the receiver of the parent gets nothing.',
          },
        );
      }
    },
  },
]);

/** The route that leads an alert to a receiver without Slack; undefined where one leads to Slack. */
export function misled(file: YamlFile, labels: Labels): Gap | undefined {
  if (slackRoutes(file, labels).length > 0) return undefined;
  const [end = ['route']] = endsOf(file, labels);
  const { value, place } = settingOf(file, end, 'receiver');
  return {
    actual: `its route leads to the receiver ${value}, which has no slack_configs`,
    where: file.where(place),
    hint: 'Firing alerts go to the receiver that their labels lead to: the first child route that fits takes them.',
  };
}
